"""Who could be given a request right now: the people of some queues with their hours, presence and load."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Q
from django.utils import timezone

from perezvon.staff import reads as staff
from perezvon.staff.models import Presence, User

from ..choosing import AWAY, HOURS, Candidate
from ..models import Handout, QueueSeat, Ticket
from .rulebook import KeptQueue

_BARS = {Presence.State.BREAK, Presence.State.DND, Presence.State.AWAY, Presence.State.OFFLINE}


class Bench:
    """The people of queues, read by a handful of statements; it counts what is given while it lives."""

    def __init__(self, queues: Sequence[KeptQueue], managers: Iterable[int | None], at: datetime) -> None:
        self.at = at
        seats = list(QueueSeat.objects.filter(queue__in=[one.row.pk for one in queues]))
        named = {one.row.fallback_id for one in queues} | {rule.row.user_id for one in queues for rule in one.rules}
        ids = {seat.user_id for seat in seats} | {pk for pk in (*named, *managers) if pk}
        self.users = {user.pk: user for user in User.objects.working().filter(pk__in=ids)}
        today = timezone.localtime(at).date()
        self.absent = {absence.user_id for absence in staff.absences_of(self.users, today, today)}
        self.seats: dict[int, list[QueueSeat]] = {}
        for seat in seats:
            self.seats.setdefault(seat.queue_id, []).append(seat)
        self.open, self.today, self.last = _loads(list(self.users), at)

    def people(self, queue: KeptQueue) -> list[Candidate]:
        """Everybody whom the queue's rules may mean, members first."""
        members = {seat.user_id: seat for seat in self.seats.get(queue.row.pk, ()) if seat.user_id in self.users}
        others = [pk for pk in self.users if pk not in members]
        found = [self._candidate(pk, queue, seat) for pk, seat in members.items()]
        return [*found, *(self._candidate(pk, queue, None) for pk in others)]

    def _candidate(self, pk: int, queue: KeptQueue, seat: QueueSeat | None) -> Candidate:
        user = self.users[pk]
        return Candidate(
            pk, self._bar(user, queue.row.is_strict), self.open.get(pk, 0), self.today.get(pk, 0), self.last.get(pk),
            frozenset(str(word).casefold() for word in seat.skills) if seat else frozenset(),
            frozenset(seat.sources) if seat else frozenset(), seat.open_limit if seat else 0,
            seat.daily_limit if seat else 0, seat is not None,
        )  # fmt: skip

    def _bar(self, user: User, is_strict: bool) -> str:
        if not staff.calendar_of(user.department_id).is_open(self.at):
            return HOURS
        if user.pk in self.absent or user.presence in _BARS or (is_strict and not user.presence):
            return AWAY
        return ""

    def takes(self, user_id: int, at: datetime) -> None:
        """One more is his."""
        self.open[user_id] = self.open.get(user_id, 0) + 1
        self.today[user_id] = self.today.get(user_id, 0) + 1
        self.last[user_id] = at


def _loads(ids: list[int], at: datetime) -> tuple[dict[int, int], dict[int, int], dict[int, datetime]]:
    """Open requests that are no deals yet, requests given today, when one was given last; by user id."""
    mine: Any = Ticket.objects.open().filter(responsible__in=ids, deal_id=None, paused_at=None)
    counted = dict(mine.order_by().values_list("responsible").annotate(count=Count("pk")))
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    given = Handout.objects.filter(user__in=ids).order_by().values("user")
    rows = list(given.annotate(last=Max("at"), today=Count("pk", filter=Q(at__gte=midnight))))
    return counted, {row["user"]: row["today"] for row in rows}, {row["user"]: row["last"] for row in rows}
