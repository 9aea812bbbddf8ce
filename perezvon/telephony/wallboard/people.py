"""Who answers calls: their states, their queues, how busy today was for them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from perezvon.staff.models import Presence, User

from ..actions.directory import Directory
from ..agents import RANK, AgentState, Doing, occupied
from ..models import Call, Extension, QueueMember, WrapUp
from .board import Agent, Client
from .keeping import kept
from .kpi import occupancy
from .today import LONG_AGO, Sums

UNSAID = "unsaid"  # he never chose a state: queues ring him all the same
_WRAPPED = """
SELECT user_id, sum(extract(epoch FROM coalesce(until, least(most_until, %(now)s)) - since))
FROM telephony_wrapup WHERE since >= %(midnight)s AND since < %(now)s GROUP BY 1
"""
LATELY = timedelta(days=14)
_AT_WORK = [Presence.State.AVAILABLE.value, Presence.State.DND.value, Presence.State.OUTBOUND.value]
# Breaks are left out: occupancy is measured against the time in which a call could have come.
_LOGGED = """
SELECT user_id, sum(extract(epoch FROM least(coalesce(until, %(now)s), %(now)s) - greatest(since, %(midnight)s)))
FROM staff_presence WHERE (until IS NULL OR until > %(midnight)s) AND since < %(now)s AND state = ANY(%(states)s) GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Hours:
    """Seconds of today by employee: at work without breaks, and of wrap-up."""

    logged: Mapping[int, float]
    wrapped: Mapping[int, float]

    def occupancy(self, user_id: int, talked: int) -> float | None:
        """See kpi.occupancy."""
        return occupancy(talked + self.wrapped.get(user_id, 0.0), self.logged.get(user_id, 0.0))


Busy = tuple[AgentState, Call]


def busy(calls: Iterable[Call], book: Directory) -> dict[int, Busy]:
    """Everybody whom one of these calls occupies; of several the foremost."""
    found: dict[int, Busy] = {}
    for call in calls:
        for state in occupied(call, book):
            known = found.get(state.user_id)
            if known is None or RANK[known[0].state] < RANK[state.state]:
                found[state.user_id] = state, call
    return found


@kept(1)
def memberships(at: datetime) -> dict[int, tuple[tuple[int, int], ...]]:
    """(queue id, skill) by employee."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for user, queue, skill in QueueMember.objects.values_list("user_id", "queue_id", "skill"):
        found[user].append((queue, skill))
    return {user: tuple(sorted(queues)) for user, queues in found.items()}


@kept(300)
def _talkers(at: datetime) -> frozenset[int]:
    """People with an internal number who talked to clients lately: an exchange may number everybody, up to the accountant."""
    lately = Call.objects.filter(user=OuterRef("pk"), started_at__gte=at - LATELY)
    numbered = Q(pk__in=Extension.objects.values("user")) | ~Q(extension="")
    return frozenset(User.objects.working().filter(numbered, Exists(lately)).values_list("pk", flat=True))


@kept(60)
def _logged(at: datetime, midnight: datetime) -> dict[int, float]:
    """Seconds that people were at work and not on a break today."""
    with connection.cursor() as cursor:
        cursor.execute(_LOGGED, {"now": at, "midnight": midnight, "states": _AT_WORK})
        return {user: float(seconds) for user, seconds in cursor.fetchall()}


@kept(60)
def _wrapped(at: datetime, midnight: datetime) -> dict[int, float]:
    """Seconds of wrap-up today."""
    with connection.cursor() as cursor:
        cursor.execute(_WRAPPED, {"now": at, "midnight": midnight})
        return {user: float(seconds) for user, seconds in cursor.fetchall()}


def members() -> Mapping[int, tuple[tuple[int, int], ...]]:
    """(queue id, skill) by employee, as a process last heard."""
    return memberships(LONG_AGO)


def agents(
    at: datetime, midnight: datetime, busy_now: Mapping[int, Busy], sums: Sums, clients: Mapping[int, Client]
) -> list[Agent]:
    """Everybody who answers calls, by name: who stands in a queue, is on a call now, or talked to clients lately."""
    queues, wraps = memberships(at), wrap_ups(at)
    hours = Hours(_logged(at, midnight), _wrapped(at, midnight))
    wanted = Q(pk__in=_talkers(at) | queues.keys() | busy_now.keys())
    columns = ("pk", "name", "department_id", "presence", "presence_reason", "presence_since")
    rows = User.objects.working().filter(wanted).order_by("name", "pk").values_list(*columns)
    return [_agent(row, at, busy_now, sums, clients, queues, hours, wraps) for row in rows]


def wrap_ups(at: datetime) -> dict[int, tuple[datetime, datetime]]:
    """Who writes down what came of a talk: since when, and until when at most."""
    rows = WrapUp.objects.filter(until=None, most_until__gt=at).order_by("since")
    return {user: (since, until) for user, since, until in rows.values_list("user_id", "since", "most_until")}


def _agent(
    row: tuple[Any, ...],
    at: datetime,
    busy_now: Mapping[int, Busy],
    sums: Sums,
    clients: Mapping[int, Client],
    queues: Mapping[int, tuple[tuple[int, int], ...]],
    hours: "Hours",
    wraps: Mapping[int, tuple[datetime, datetime]],
) -> Agent:
    pk, name, department, presence, reason, since = row
    came, went, talked = sums.by_person.get(pk, (0, 0, 0))
    fields: dict[str, Any] = {"state": presence or UNSAID, "since": since, "reason": reason}
    if pk in wraps:
        fields = {"state": Doing.WRAP_UP.value, "since": wraps[pk][0], "until": wraps[pk][1]}
    if pk in busy_now:
        doing, call = busy_now[pk]
        fields = {
            "state": doing.state, "since": doing.since, "call_id": call.pk, "client": clients.get(call.pk),
            "direction": call.direction, "call_department_id": call.department_id, "provider_id": call.provider_id,
        }  # fmt: skip
        if doing.state != Doing.RINGING and call.answered_at:
            talked += max(0, int((at - call.answered_at).total_seconds()))
    return Agent(
        pk, name, department, talks=(came, went), talked=talked, queues=queues.get(pk, ()),
        occupancy=hours.occupancy(pk, talked), **fields,
    )  # fmt: skip
