"""Questions that this room asks and an upper room answers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from perezvon.web.hooks import Hook
from perezvon.web.parts import Sound


def _no_sources() -> list[tuple[int, str]]:
    return []


#: asked as ``sources()``: (id, name) of every source of clients, for filters and cards
sources: Hook[[], list[tuple[int, str]]] = Hook(_no_sources)


def _no_sounds(user: Any, call_ids: Iterable[int]) -> dict[int, Sound]:
    return {}


#: asked as ``sounds(user, call_ids)``: the talks among these calls that the person may listen to
sounds: Hook[[Any, Iterable[int]], dict[int, Sound]] = Hook(_no_sounds)


def _no_way(user: Any) -> str:
    return ""


#: asked as ``calling_through(user)``: the address where clients who wait for a call are called one after another
calling_through: Hook[[Any], str] = Hook(_no_way)


def _call_him(person_id: int, at: datetime) -> str:
    return ""


#: asked as ``call_refusal(person_id, at)``: why this client is not called now (it is night where he is ...), "" = he may be
call_refusal: Hook[[int, datetime], str] = Hook(_call_him)


def _no_payments() -> Any:
    return None


#: asked as ``payments()``: a queryset of (deal_id, amount in roubles, moment) of all money that came in, returns below zero;
#: None where no room knows of payments
payments: Hook[[], Any] = Hook(_no_payments)
