"""Working time with pauses, the promises of a journey, and the ladder: pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perezvon.kit.worktime import WorkingTime
from perezvon.tickets.journey import Journey, Touch
from perezvon.tickets.ladder import Ladder, Rung
from perezvon.tickets.promises import Pause, Span, deadline, left, spans
from perezvon.tickets.testing import HOUR, MINUTE, MONDAY

MOSCOW = ZoneInfo("Europe/Moscow")
#: nine to one, two to six, with a lunch between
WEEK = WorkingTime({day: ((time(9), time(13)), (time(14), time(18))) for day in range(5)}, MOSCOW)


def moscow(day, hour, minute=0):
    return datetime(2026, 3, day, hour, minute, tzinfo=MOSCOW).astimezone(UTC)


def test_lunch_night_and_weekend_do_not_count():
    assert deadline(WEEK, moscow(2, 12, 30), 3600) == moscow(2, 14, 30)
    assert deadline(WEEK, moscow(6, 17, 30), 3600) == moscow(9, 9, 30)


def test_a_pause_stops_the_clock_and_a_lasting_one_leaves_no_deadline():
    pauses = [Pause(moscow(2, 10, 20), moscow(2, 11, 20))]
    assert deadline(WEEK, moscow(2, 10), 3600, pauses) == moscow(2, 12)
    assert deadline(WEEK, moscow(2, 10), 3600, [Pause(moscow(2, 10, 20))]) is None
    assert deadline(WEEK, moscow(2, 10), 3600, [Pause(moscow(2, 15))]) == moscow(2, 11)


def test_what_is_left_is_counted_in_working_time():
    assert left(WEEK, moscow(2, 14, 30), moscow(2, 12, 30)) == 3600
    assert left(WEEK, moscow(2, 17), moscow(3, 10)) == -2 * 3600


@given(
    start=st.integers(0, 3 * 24 * 60),
    seconds=st.integers(60, 20 * 3600),
    pauses=st.lists(st.tuples(st.integers(0, 5 * 24 * 60), st.integers(1, 600)), max_size=4),
)
def test_the_time_worked_outside_pauses_is_what_was_promised(start, seconds, pauses):
    began = moscow(2, 0) + timedelta(minutes=start)
    rows = [Pause(moscow(2, 0) + at * MINUTE, moscow(2, 0) + (at + long) * MINUTE) for at, long in pauses]
    due = deadline(WEEK, began, seconds, rows)
    assert due is not None
    stops = sorted({began, due, *(p.since for p in rows), *(p.until for p in rows)})
    spent = sum(
        WEEK.between(a, b) for a, b in zip(stops, stops[1:], strict=False)
        if a >= began and b <= due and not any(p.since <= a and b <= p.until for p in rows)
    )  # fmt: skip
    assert spent == seconds


def call(minute, stage="L05", **more):
    at = MONDAY + minute * MINUTE
    return Touch("call", more.pop("direction", "in"), at, at + MINUTE, stage=stage, **more)


def test_every_return_of_the_client_is_a_promise_of_its_own():
    journey = Journey(
        MONDAY, (call(0), call(30, "talked", direction="out", answered_at=MONDAY + 30 * MINUTE), call(60), call(65))
    )
    assert spans(journey, None) == [
        Span("first", MONDAY, MONDAY + 30 * MINUTE), Span("next", MONDAY + 61 * MINUTE), Span("resolution", MONDAY),
    ]  # fmt: skip
    done = spans(journey, MONDAY + 2 * HOUR)
    assert [each.met_at for each in done] == [MONDAY + 30 * MINUTE, MONDAY + 2 * HOUR, MONDAY + 2 * HOUR]


def test_a_request_opened_by_hand_promises_nothing():
    assert spans(Journey(MONDAY, worked_from_start=True), None) == []


LADDER = Ladder((Rung(-10, "own"), Rung(0, "own"), Rung(15, "head", is_urgent=True)), (60, 120))


def moment(more):
    return deadline(WEEK, moscow(2, 10), 1800 + more)


@pytest.mark.parametrize(
    ("climbed", "last", "expected"),
    [
        (0, None, moscow(2, 10, 20)),
        (1, moscow(2, 10, 20), moscow(2, 10, 30)),
        (2, moscow(2, 10, 30), moscow(2, 10, 45)),
        (3, moscow(2, 10, 45), moscow(2, 11, 45)),
        (4, moscow(2, 11, 45), moscow(2, 14, 45)),
        (9, moscow(2, 17), moscow(3, 10)),
    ],
)
def test_the_ladder_goes_on_with_growing_pauses_in_working_time(climbed, last, expected):
    assert LADDER.next_at(climbed, last, moment, WEEK) == expected


def test_all_that_came_meanwhile_is_climbed_at_once_and_the_last_is_told_again():
    assert [rung.minutes for rung in LADDER.due(0, None, moment, moscow(2, 10, 31))] == [-10, 0]
    assert [rung.to for rung in LADDER.due(3, moscow(2, 10, 45), moment, moscow(2, 12))] == ["own", "head"]
    assert LADDER.next_at(0, None, lambda more: None, WEEK) is None
