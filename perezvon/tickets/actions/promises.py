"""Keeping the clocks of promises: what the pure functions say of a journey is what stands in the tables."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from perezvon.journey.actions import NewFact, cancel_timer, set_timers
from perezvon.journey.models import Due
from perezvon.kit.worktime import WorkingTime
from perezvon.staff import reads as staff

from ..assembly import Known
from ..journey import IN
from ..ladder import Ladder
from ..models import SlaClock, Ticket, TicketPause
from ..promises import FIRST, Pause, Span, deadline, spans
from .rulebook import KeptPolicy, rulebook
from .settings import Patience

CLIMB = "tickets.climb"
HEARD = 3600  # seconds of working time for which "I am on it" is believed
_TOLD = ("policy_id", "seconds", "deadline_at", "met_at", "breached_at", "next_rung_at")
Ending = TicketPause.Ending


class PromiseBook:
    """The promises and pauses of some locked requests, beside the stored rows."""

    def __init__(
        self, tickets: Sequence[Ticket], known: dict[int, Known], rules: Patience, times: Mapping[int, datetime]
    ) -> None:
        self.known, self.rules, self.times = known, rules, times
        self.news: list[NewFact] = []
        self.pauses: dict[int, list[TicketPause]] = defaultdict(list)
        ids = [ticket.pk for ticket in tickets]
        for pause in TicketPause.objects.filter(ticket__in=ids):
            self.pauses[pause.ticket_id].append(pause)
        self.stored: dict[int, dict[tuple[str, datetime], SlaClock]] = defaultdict(dict)
        for clock in SlaClock.objects.filter(ticket__in=ids):
            self.stored[clock.ticket_id][clock.kind, clock.started_at] = clock
        self.policies: dict[int, KeptPolicy | None] = {}
        for ticket in tickets:
            self._begin(ticket)

    def _begin(self, ticket: Ticket) -> None:
        """End a pause that is over, and promise the first response anew: the standing asks whether it is late."""
        at, known = self.times[ticket.pk], self.known[ticket.pk]
        for pause in self.pauses[ticket.pk]:
            if pause.ended_at is None and (ending := _ending(pause, known, at)):
                self.end(ticket, pause, *ending)
        if known.person is not None:
            ticket.person = known.person
        self.policies[ticket.pk] = rulebook().policy_of(ticket, at)
        if known.journey.worked_from_start or ticket.first_response_at is not None:
            return
        seconds = self._seconds(ticket, FIRST)
        ticket.first_response_due = self._deadline(ticket, known.journey.opened_at, seconds) if seconds else None
        if known.journey.response_due != ticket.first_response_due:
            journey = replace(known.journey, response_due=ticket.first_response_due)
            self.known[ticket.pk] = replace(known, journey=journey)

    def end(self, ticket: Ticket, pause: TicketPause, ended_at: datetime, ending: str) -> None:
        """A pause is over."""
        from .. import facts
        from .standing import fact

        pause.ended_at, pause.ending = max(ended_at, pause.since), ending
        pause.save(update_fields=["ended_at", "ending"])
        self.news.append(fact(facts.RESUMED, ticket, self.times[ticket.pk], ending=ending))

    def _seconds(self, ticket: Ticket, kind: str) -> int | None:
        usual = self.rules.row.response_minutes * 60
        policy = self.policies[ticket.pk]
        return policy.seconds(kind, usual) if policy else usual if kind == FIRST else None

    def _calendar(self, ticket: Ticket) -> WorkingTime:
        return staff.calendar_of(ticket.department_id)

    def _deadline(self, ticket: Ticket, started_at: datetime, seconds: int, more: int = 0) -> datetime | None:
        pauses = [Pause(each.since, each.ended_at) for each in self.pauses[ticket.pk]]
        return deadline(self._calendar(ticket), started_at, seconds + more, pauses)

    def write(self, tickets: Iterable[Ticket]) -> list[NewFact]:
        """Bring the clocks up to date with the standings, their timers too; what the ledger should know."""
        changed: list[SlaClock] = []
        for ticket in tickets:
            clocks, fresh = self._clocks(ticket)
            changed += fresh
            self._show(ticket, clocks)
        if changed:
            SlaClock.objects.bulk_create(
                changed, update_conflicts=True, unique_fields=["ticket", "kind", "started_at"],
                update_fields=[name.removesuffix("_id") for name in _TOLD],
            )  # fmt: skip
            _set_climbs(changed)
        return self.news

    def _clocks(self, ticket: Ticket) -> tuple[list[SlaClock], list[SlaClock]]:
        """All clocks of a request as they stand now, and those to be written."""
        if ticket.state != Ticket.State.OPEN:
            for pause in self.pauses[ticket.pk]:
                if pause.ended_at is None:
                    self.end(ticket, pause, ticket.closed_at or self.times[ticket.pk], Ending.CLOSED)
        stored, found, fresh = self.stored[ticket.pk], [], []
        for span in spans(self.known[ticket.pk].journey, _decided(ticket, self.known[ticket.pk])):
            before = stored.pop((span.kind, span.started_at), None)
            clock = self._clock(ticket, span, before)
            if clock is not None:
                found.append(clock)
                fresh += [clock] if before is None or _differ(before, clock) else []
        if stored:  # the exchange has told more since: these promises were never given
            SlaClock.objects.filter(pk__in=[clock.pk for clock in stored.values()]).delete()
            cancel_timer(CLIMB, *(clock.pk for clock in stored.values()))
        return found, fresh

    def _clock(self, ticket: Ticket, span: Span, before: SlaClock | None) -> SlaClock | None:
        seconds = before.seconds if before and before.met_at else self._seconds(ticket, span.kind)
        if seconds is None:
            return None
        at, policy = self.times[ticket.pk], self.policies[ticket.pk]
        clock = SlaClock(
            ticket_id=ticket.pk, kind=span.kind, started_at=span.started_at, seconds=seconds, met_at=span.met_at
        )
        if before is not None:
            clock.pk, clock.rungs, clock.last_rung_at, clock.heard_at = (
                before.pk,
                before.rungs,
                before.last_rung_at,
                before.heard_at,
            )
        clock.policy_id = policy.row.pk if policy else None
        clock.deadline_at = self._deadline(ticket, span.started_at, seconds)
        if clock.deadline_at is not None and (span.met_at or at) >= clock.deadline_at:
            clock.breached_at = clock.deadline_at
            self._tell_breach(ticket, clock, before)
        if span.met_at is None:
            ladder = rulebook().ladder(policy, span.kind)
            clock.next_rung_at = self.next_rung(ticket, clock, ladder)
        return clock

    def next_rung(self, ticket: Ticket, clock: SlaClock, ladder: Ladder) -> datetime | None:
        """When the ladder of a running clock goes on."""
        moment = partial(self._deadline, ticket, clock.started_at, clock.seconds)
        calendar = self._calendar(ticket)
        due = ladder.next_at(clock.rungs, clock.last_rung_at, moment, calendar)
        if due is None or clock.heard_at is None:
            return due
        return max(due, calendar.add(clock.heard_at, HEARD))

    def _tell_breach(self, ticket: Ticket, clock: SlaClock, before: SlaClock | None) -> None:
        from .. import facts
        from .standing import fact

        if before is None or before.breached_at is None:
            news = fact(facts.BREACHED, ticket, self.times[ticket.pk], promise=clock.kind, since=clock.deadline_at)
            self.news.append(news)

    def _show(self, ticket: Ticket, clocks: Iterable[SlaClock]) -> None:
        """The nearest promise onto the request's own row, and the moment at which time alone changes it."""
        running = [(clock.deadline_at, clock.kind) for clock in clocks if clock.met_at is None and clock.deadline_at]
        ticket.due_at, ticket.due_kind = min(running, default=(None, ""))
        pauses = [each for each in self.pauses[ticket.pk] if each.ended_at is None]
        ticket.paused_at = pauses[0].since if pauses else None
        at = self.times[ticket.pk]
        looks = [ticket.look_at, *(due for due, _kind in running), *(each.until for each in pauses)]
        ticket.look_at = min((look for look in looks if look and look > at), default=None)


def _ending(pause: TicketPause, known: Known, at: datetime) -> tuple[datetime, str] | None:
    """When and why the pause is over by itself."""
    came = [touch.at for touch in known.journey.touches if touch.direction == IN and touch.at > pause.since]
    if came and min(came) < pause.until:
        return min(came), Ending.CLIENT
    return (pause.until, Ending.TIME) if at >= pause.until else None


def _decided(ticket: Ticket, known: Known) -> datetime | None:
    """When nothing of the request itself was left to be done: a deal, or its end."""
    ends = [ticket.closed_at, known.journey.sale.opened_at if known.journey.sale else None]
    return min((end for end in ends if end), default=None)


def _differ(before: SlaClock, clock: SlaClock) -> bool:
    return any(getattr(before, name) != getattr(clock, name) for name in _TOLD)


def _set_climbs(clocks: Sequence[SlaClock]) -> None:
    set_timers([Due(kind=CLIMB, key=str(each.pk), due_at=each.next_rung_at) for each in clocks if each.next_rung_at])
    if gone := [each.pk for each in clocks if each.next_rung_at is None]:
        cancel_timer(CLIMB, *gone)


LONGEST_PAUSE = timedelta(days=365)
