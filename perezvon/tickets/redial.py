"""When a client who did not answer is called again. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from perezvon.kit.worktime import WorkingTime

PAUSES = (15, 60, 240)  # minutes
_TRIES = 30  # days looked ahead


@dataclass(frozen=True, slots=True)
class Policy:
    """``models.RedialPolicy`` as values; ``pauses`` are minutes after the first, second ... vain call."""

    attempts: int = 3
    pauses: tuple[int, ...] = PAUSES
    from_time: time = time(9)
    to_time: time = time(21)
    daily: int = 4

    def is_used_up(self, attempts: int) -> bool:
        """Whether the head is to be told."""
        return attempts >= self.attempts

    def next_at(self, attempts: int, last: datetime, calendar: WorkingTime, zone: tzinfo) -> datetime:
        """When to call after ``attempts`` vain calls, the last of which ended at ``last``."""
        pauses = self.pauses or PAUSES
        pause = pauses[min(max(attempts, 1), len(pauses)) - 1]
        return self.fitting(last + timedelta(minutes=pause), calendar, zone)

    def fitting(self, at: datetime, calendar: WorkingTime, zone: tzinfo) -> datetime:
        """The first moment from ``at`` on at which we work and it is no time to sleep where the client is.

        The wall clock's moment when there is none within a month.
        """
        moment = at
        for _day in range(_TRIES):
            moment = calendar.add(moment, 0)
            local = moment.astimezone(zone)
            if self.from_time <= local.time() < self.to_time:
                return moment
            day = local.date() + timedelta(days=local.time() >= self.to_time)
            moment = datetime.combine(day, self.from_time, zone)
        return at

    def may_call(self, at: datetime, zone: tzinfo) -> bool:
        """Whether it is no time to sleep where the client is."""
        return self.from_time <= at.astimezone(zone).time() < self.to_time
