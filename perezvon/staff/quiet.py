"""When a person is not to be disturbed: a pure question about his quiet times."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours in the person's own zone, over midnight when ``ends`` is before ``starts``; None = none.

    ``weekends`` makes Saturday and Sunday quiet as a whole, ``muted_until`` everything until that moment.
    """

    zone: ZoneInfo
    starts: time | None = None
    ends: time | None = None
    weekends: bool = False
    muted_until: datetime | None = None

    def until(self, at: datetime) -> datetime | None:
        """When the quiet that holds at ``at`` is over; None when nothing keeps from disturbing."""
        moment = at
        for _step in range(8):  # quiet hours, a weekend and a pause may follow one another
            later = max(filter(None, (self._pause(moment), self._hours(moment), self._weekend(moment))), default=None)
            if later is None:
                break
            moment = later
        return moment if moment > at else None

    def _pause(self, at: datetime) -> datetime | None:
        return self.muted_until if self.muted_until and self.muted_until > at else None

    def _hours(self, at: datetime) -> datetime | None:
        if self.starts is None or self.ends is None or self.starts == self.ends:
            return None
        local = at.astimezone(self.zone)
        clock, overnight = local.time(), self.starts > self.ends
        if overnight:
            holds = clock >= self.starts or clock < self.ends
        else:
            holds = self.starts <= clock < self.ends
        if not holds:
            return None
        next_day = overnight and clock >= self.starts
        return self._at(local, self.ends, days=int(next_day))

    def _weekend(self, at: datetime) -> datetime | None:
        local = at.astimezone(self.zone)
        if not self.weekends or local.weekday() < SATURDAY:
            return None
        return self._at(local, time(0), days=7 - local.weekday())

    def _at(self, local: datetime, clock: time, *, days: int) -> datetime:
        return datetime.combine(local.date() + timedelta(days=days), clock, self.zone)
