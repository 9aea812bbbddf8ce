"""Business hours that cannot be kept: overlapping intervals, a close before the opening."""

from collections.abc import Iterator, Sequence
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from perezvon.kit.worktime import check_intervals

from ..plan import Calendar, Plan
from .problem import Problem


def look(plan: Plan) -> Iterator[Problem]:
    """Every calendar that a line uses, day by day."""
    for calendar in plan.calendars:
        place = _("Calendar “%(name)s”") % {"name": calendar.name}
        for day, pairs in _days(calendar):
            says = _wrong(pairs)
            if says:
                yield Problem(place, f"{day}: {says}", "calendar", calendar.id)
        try:
            ZoneInfo(calendar.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            says = _("there is no time zone “%(name)s”") % {"name": calendar.time_zone[:40]}
            yield Problem(place, says, "calendar", calendar.id)


def _days(calendar: Calendar) -> Iterator[tuple[str, Sequence[Sequence[str]]]]:
    for number, pairs in sorted(calendar.weekly.items()):
        yield str(WEEKDAYS.get(int(number), number)) if number.isdecimal() else number, pairs
    yield from sorted(calendar.days.items())


def _wrong(pairs: Sequence[Sequence[str]]) -> str:
    try:
        intervals = [(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in pairs]
    except (TypeError, ValueError):
        return _("the hours cannot be read")
    try:
        check_intervals(intervals)
    except ValueError:
        return _("its intervals overlap or end before they begin")
    return ""
