"""Contacts that keep coming: events arrive one by one at the moments an exchange would send them."""

import heapq
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from random import Random

from perezvon.kit import clock
from perezvon.staff import reads as staff
from perezvon.telephony.testing import moment_of, store_events

from .arrivals import Arrival, Human, Town, one_at
from .founding import Founded, founded_before
from .history import TZ
from .intake import call_events, post

Work = Callable[[], object]


class LiveTown:
    """Strangers and earlier callers contact the agency ``pace`` times a minute on average."""

    def __init__(self, founded: Founded, pace: float, random: Random) -> None:
        if pace <= 0:
            raise ValueError("the pace is a number of contacts a minute, more than zero")
        self.founded, self.pace, self.random = founded, pace, random
        self.town = Town(random, staff.calendar_of(None))
        self._queue: list[tuple[datetime, int, Work]] = []
        self._order = count()

    def run(self, stop: threading.Event) -> None:
        """Go on until ``stop`` is set."""
        self._plan_next(clock.now())
        while not stop.is_set():
            moment, _, work = heapq.heappop(self._queue)
            if stop.wait(max(0.0, (moment - clock.now()).total_seconds())):
                return
            work()

    def _at(self, moment: datetime, work: Work) -> None:
        heapq.heappush(self._queue, (moment, next(self._order), work))

    def _plan_next(self, after: datetime) -> None:
        moment = after + timedelta(seconds=self.random.expovariate(self.pace / 60))
        self._at(moment, lambda: self._contact(moment))

    def _contact(self, moment: datetime) -> None:
        self._plan_next(moment)
        arrival = one_at(moment.astimezone(TZ), self.town)
        if not arrival.is_call:
            post(arrival, self.founded, self.random)
            return
        for event in call_events(arrival, self.founded, self.random):
            sent = moment_of(event)
            self._at(sent, lambda event=event, sent=sent: store_events(self.founded.provider, [event], sent))


def live(pace: float, *, stop: threading.Event | None = None) -> None:
    """Keep contacts coming, ``pace`` a minute, until interrupted. LookupError when there is no demo company."""
    town = LiveTown(founded_before(), pace, Random())  # noqa: S311 - dice, not secrets
    town.run(stop or threading.Event())


__all__ = ["Arrival", "Human", "LiveTown", "live"]
