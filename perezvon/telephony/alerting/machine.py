"""How an alert begins, is told, and ends; pure, the time is given.

Hysteresis: it begins after the rule's minutes above the threshold, and ends only after a calm while well under it. A
figure that wavers around the threshold makes one alert, told once in the rule's repeat time.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

PENDING, OPEN, ENDED = "pending", "open", "ended"
CALM = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Course:
    """How far an alert has come; the fields are those of models.Alert."""

    state: str
    since: datetime
    opened_at: datetime | None = None
    told_at: datetime | None = None
    calm_since: datetime | None = None
    ended_at: datetime | None = None
    is_taken: bool = False


@dataclass(frozen=True, slots=True)
class Pace:
    """The rule's times: how long before it opens, how often it is told (None = once), how long a calm ends it."""

    hold: timedelta = timedelta(0)
    repeat: timedelta | None = None
    calm: timedelta = CALM


def step(course: Course | None, *, is_on: bool, is_clear: bool, pace: Pace, at: datetime) -> Course | None:
    """The course after one look; None = there is nothing (any more). ``told_at == at`` means: tell it now.

    Between threshold and calm (neither on nor clear) an open alert stays, a beginning one is forgotten.
    """
    if course is None or course.state == ENDED:
        return _risen(Course(PENDING, at), pace, at) if is_on else None
    if is_on:
        return _risen(course, pace, at)
    if course.state == PENDING:
        return None
    if not is_clear:
        return replace(course, calm_since=None)
    calm_since = course.calm_since or at
    if at - calm_since >= pace.calm:
        return replace(course, state=ENDED, calm_since=calm_since, ended_at=at)
    return replace(course, calm_since=calm_since)


def _risen(course: Course, pace: Pace, at: datetime) -> Course:
    course = replace(course, calm_since=None)
    if course.state == PENDING:
        if at - course.since < pace.hold:
            return course
        return replace(course, state=OPEN, opened_at=at, told_at=at)
    again = pace.repeat is not None and not course.is_taken
    if again and pace.repeat is not None and at - (course.told_at or course.since) >= pace.repeat:
        return replace(course, told_at=at)
    return course
