"""Fourteen months of the agency's life, lived through the product's own actions and adapters."""

import gc
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.db import connection

from perezvon.journey.pump import drain
from perezvon.staff import reads as staff
from perezvon.telephony.stages import TALK_SECONDS
from perezvon.tickets.models import Ticket

from .agenda import Agenda
from .arrivals import Arrival, Town, contacts
from .care import open_desk, plan_care
from .founding import Founded, found
from .intake import send
from .plot import Plot
from .sounds import record_talks
from .tidying import look, tidy

TZ = ZoneInfo("Europe/Moscow")
A_DAY = 1.8  # contacts on an average day: the company is to be complete within three minutes of the first start
NEAR_DAYS = 14
SEASON_DAYS = 25
MONDAY = 0
Progress = Callable[[int, int], None]


def first_day(now: datetime, months: int) -> date:
    """The first day of the month ``months`` before the month of ``now``, less one: 14 calendar months in all."""
    index = now.year * 12 + now.month - 1 - (months - 1)
    return date(index // 12, index % 12 + 1, 1)


class History:
    """Lives day after day; ``now`` is where the story meets the present."""

    def __init__(self, *, seed: int, now: datetime, months: int, scale: float = A_DAY) -> None:
        self.now, self.scale = now.astimezone(TZ), scale
        self.first = first_day(self.now, months)
        start = datetime.combine(self.first, time(8), TZ)
        self.founded: Founded = found(at=start)
        self.town = Town(Random(seed), staff.calendar_of(None))  # noqa: S311 - dice, not secrets
        self.agenda = Agenda()
        self.plot = Plot(self.founded, self.agenda, self.town)
        self.begun: set[int] = set()
        plan_care(self.founded, self.agenda, self.town, self.now)
        near = datetime.combine(self.now.date() - timedelta(days=NEAR_DAYS - 1), time(7), TZ)
        self.agenda.plan(near, lambda moment: open_desk(self.founded, moment))

    def spans(self) -> list[list[date]]:
        """The days of the story in spans lived at one go: weeks at first, single days in the last fortnight."""
        days = [self.first + timedelta(days=n) for n in range((self.now.date() - self.first).days + 1)]
        past, near = days[:-NEAR_DAYS], days[-NEAR_DAYS:]
        weeks = [past[n : n + 7] for n in range(0, len(past), 7)]
        return [*weeks, *([day] for day in near)]

    def live(self, span: list[date]) -> None:
        """Contacts come in, people work, timers ring."""
        end = min(datetime.combine(span[-1], time(23, 59), TZ), self.now)
        everything = [a for day in span for a in contacts(day, self.town, self._scale(day), TZ)]
        arrivals = [a for a in everything if a.at + timedelta(minutes=40) < end]
        send(arrivals, self.founded, self.town.random)
        drain(at=end)
        self._begin_stories(arrivals)
        self.agenda.do_until(end)
        if len(span) > 1 or span[0].weekday() == MONDAY:
            tidy(self.founded, self.town.random, end)
        drain(at=end)

    def _scale(self, day: date) -> float:
        """Contacts of an average day: the agency grows, and has a good month now."""
        share = (day - self.first).days / max(1, (self.now.date() - self.first).days)
        season = 1.7 if (self.now.date() - day).days < SEASON_DAYS else 1.0
        return self.scale * (0.5 + 0.85 * share) * season

    def _begin_stories(self, arrivals: list[Arrival]) -> None:
        """Whoever was talked to, or wrote, is somebody's work from now on."""
        heard = {a.human.phone: a for a in arrivals if a.talk >= TALK_SECONDS or not a.is_call}
        tickets = Ticket.objects.filter(state=Ticket.State.OPEN, person__contact_owners__point__value__in=list(heard))
        owners = tickets.values_list("pk", "person__contact_owners__point__value")
        phones = dict(owners)
        for ticket in Ticket.objects.filter(pk__in=phones).order_by("pk"):
            if ticket.pk not in self.begun:
                self.begun.add(ticket.pk)
                arrival = heard[phones[ticket.pk]]
                self.plot.begin(ticket, arrival, arrival.at + timedelta(seconds=arrival.wait + arrival.talk))


def build(
    *, seed: int, now: datetime, months: int = 14, scale: float = A_DAY, progress: Progress | None = None
) -> None:
    """Build the demo company in an empty base; ``progress(days done, days in all)``. Same seed, same company."""
    with connection.cursor() as cursor:  # a demo that a power cut spoils is built again
        cursor.execute("SET synchronous_commit = off")
    history = History(seed=seed, now=now, months=months, scale=scale)
    spans = history.spans()
    gc.disable()  # nothing here makes circles worth looking for; a tenth of the time
    done, total = 0, sum(map(len, spans))
    for span in spans:
        history.live(span)
        done += len(span)
        gc.collect()
        if progress:
            progress(done, total)
    gc.enable()
    look(history.founded, history.now)
    record_talks(history.town.random, judge=history.founded.people["boris"], now=history.now)
