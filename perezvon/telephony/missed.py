"""Calls that nobody took and nobody has made good yet: one line a client, until somebody talks to him."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from . import telephones
from .access import calls_at_hand
from .models import Call, Queue
from .stages import TALKED, CallLoss

DAYS = 14  # older ones are past mending: the request has been closed by then
MOST = 200
MINE, QUEUES = "mine", "queues"


@dataclass(frozen=True, slots=True)
class Missed:
    """A client who did not get through: his last try, how many there were, since when."""

    call: Call
    tries: int
    since: datetime


def missed(user: Any, whose: str, at: datetime) -> list[Missed]:
    """Clients to call back, whoever has waited longest first.

    ``whose`` is "mine" (it rang at my telephone, or the client is mine) or "queues" (of the queues that I answer and of
    my department). A client disappears as soon as somebody has talked to him.
    """
    rows = _lost(user, at).filter(_mine(user) if whose == MINE else _of_queues(user))
    calls = rows.select_related("person", "user", "department").order_by("-started_at", "-id")[: MOST * 3]
    return _by_client(calls)[:MOST]


def count(user: Any, at: datetime) -> int:
    """How many clients wait for ``user`` himself: the number to bring to zero."""
    rows = _lost(user, at).filter(_mine(user))
    return rows.order_by().values("phone").distinct().count()


def _lost(user: Any, at: datetime) -> QuerySet[Call]:
    """Lost calls that the person may see, without those whose client was reached later."""
    later = Call.objects.filter(
        person=OuterRef("person"), stage=TALKED, started_at__gt=OuterRef("started_at"), person__isnull=False
    )
    since = at - timedelta(days=DAYS)
    lost = calls_at_hand(user).filter(direction="in", stage__in=CallLoss.values, started_at__gte=since)
    return lost.exclude(phone="").filter(~Exists(later))


def _mine(user: Any) -> Q:
    return telephones.rang_at(user) | Q(person__responsible=user.pk)


def _of_queues(user: Any) -> Q:
    condition = Q(pk__in=[])
    queues = Queue.objects.filter(Q(members__user=user.pk) | Q(department=user.department_id, department__isnull=False))
    for provider_id, key in queues.values_list("provider_id", "key").distinct():
        condition |= Q(provider=provider_id, queue=key)
    return condition


def _by_client(calls: Iterable[Call]) -> list[Missed]:
    found: dict[str, Missed] = {}
    for call in calls:  # the newest first
        known = found.get(call.phone)
        if known is None:
            found[call.phone] = Missed(call, 1, call.started_at)
        else:
            found[call.phone] = Missed(known.call, known.tries + 1, call.started_at)
    return sorted(found.values(), key=lambda one: one.since)
