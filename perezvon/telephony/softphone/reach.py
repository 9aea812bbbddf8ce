"""Whom a telephone can reach: colleagues with what they do, queues, clients, a number as typed."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from perezvon.crm.models import Person
from perezvon.crm.reads import search_people
from perezvon.kit import phones

from .. import telephones
from ..agents import AgentState, states
from ..models import Extension, Queue

MOST = 8


def found(user: Any, text: str, at: datetime, *, with_clients: bool = True) -> dict[str, Any]:
    """What fits the typed text: a part of a name, an internal number, the beginning of either.

    Keys: colleagues ({name, number, state}), queues, people (clients, only where they may be called by a button), number
    (E.164, when a whole number was typed). Without a text: colleagues and queues only.
    """
    telephone = telephones.of(user)
    if telephone is None:
        return {"colleagues": [], "queues": [], "people": [], "number": ""}
    people: list[Person] = search_people(user, text, MOST) if with_clients and len(text) > 1 else []
    return {
        "colleagues": _colleagues(user, telephone.provider_id, text, at), "queues": _queues(telephone.provider_id, text),
        "people": people, "number": phones.normalise(text),
    }  # fmt: skip


def _colleagues(user: Any, provider_id: int, text: str, at: datetime) -> list[dict[str, Any]]:
    """Colleagues of the same exchange: the free ones first."""
    rows = Extension.objects.filter(provider=provider_id, user__is_active=True).exclude(user=user.pk)
    if text:
        rows = rows.filter(Q(user__name__icontains=text) | Q(number__startswith=text))
    some = list(rows.select_related("user").order_by("user__name", "pk")[: MOST * 4])
    doing: dict[int, AgentState] = states((one.user_id for one in some), at)
    some.sort(key=lambda one: not doing[one.user_id].is_free)
    return [{"name": one.user.name, "number": one.number, "state": doing[one.user_id]} for one in some[:MOST]]


def _queues(provider_id: int, text: str) -> list[Queue]:
    rows = Queue.objects.filter(provider=provider_id, is_enabled=True)
    return list((rows.filter(name__icontains=text) if text else rows).order_by("name", "pk")[:MOST])
