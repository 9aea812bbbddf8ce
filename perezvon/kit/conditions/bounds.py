"""Tests on days and moments as half-open spans: both back-ends compare with the same ends.

A span is (from, to): ``from`` belongs to it, ``to`` does not; None is without end. For a MOMENT the ends are aware
moments, for a DATE they are days.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from . import days
from .circumstances import Circumstances
from .operators import Kind

if TYPE_CHECKING:
    from .tree import Test

End = date | datetime | None
Span = tuple[End, End]
_TICK = timedelta(microseconds=1)


def span_of(test: "Test", seen: Circumstances) -> Span:
    """The span in which a value fits the test."""
    op, value = test.operator.key, test.value
    if op == "within":
        first, last = days.span(value, seen.today)
        return _start(test, first, seen), _end(test, last, seen)
    if op == "between":
        return _start(test, value[0], seen), _end(test, value[1], seen)
    if op in ("past", "ahead"):
        present: End = seen.now if test.field.kind is Kind.MOMENT else seen.today
        return (None, present) if op == "past" else (present, None)
    start, end = _start(test, value, seen), _end(test, value, seen)
    return {
        "on": (start, end), "before": (None, start), "until": (None, end), "after": (end, None), "since": (start, None),
    }[op]  # fmt: skip


def _start(test: "Test", when: Any, seen: Circumstances) -> End:
    if isinstance(when, days.Away) and when.is_exact:
        return days.moment(when, seen.now)
    day = days.day(when, seen.today)
    return days.midnight(day, seen.tz) if test.field.kind is Kind.MOMENT else day


def _end(test: "Test", when: Any, seen: Circumstances) -> End:
    """Just behind the day, or behind the exact moment: PostgreSQL and Python both count microseconds."""
    if isinstance(when, days.Away) and when.is_exact:
        return days.moment(when, seen.now) + _TICK
    following = days.day(when, seen.today) + timedelta(days=1)
    return days.midnight(following, seen.tz) if test.field.kind is Kind.MOMENT else following
