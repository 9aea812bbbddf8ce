"""Moments of a rule in a time zone."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr


def local_moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The moment at which a clock in ``zone`` shows this; a time that a change of clocks skips is an hour later."""
    return datetime.combine(day, clock, zone)


def next_after(
    rule: str, first: date, clock: time, zone: ZoneInfo, after: datetime, except_days: Collection[date] = ()
) -> datetime | None:
    """The first moment of the rule later than ``after``; None when there is no more.

    The rule is counted on the local calendar from ``first`` at ``clock``, so ten o'clock stays ten o'clock when the
    clocks change. ValueError for a text that is no rule.
    """
    moments = rrulestr(f"RRULE:{rule}", dtstart=datetime.combine(first, clock))
    seen = after.astimezone(zone).replace(tzinfo=None) - timedelta(days=1)  # an hour may come twice: look from before
    while (naive := moments.after(seen)) is not None:
        moment = local_moment(naive.date(), naive.time(), zone)
        if moment > after and naive.date() not in except_days:
            return moment
        seen = naive
    return None
