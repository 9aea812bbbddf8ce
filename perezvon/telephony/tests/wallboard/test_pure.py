"""The formulas of the board, what is usual, how alerts go; no database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perezvon.telephony.alerting.machine import ENDED, OPEN, PENDING, Course, Pace, step
from perezvon.telephony.wallboard.judge import Level, judge, patience
from perezvon.telephony.wallboard.kpi import Tally, occupancy

AT = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_the_three_service_levels_stand_side_by_side() -> None:
    """100 came, 80 answered (60 in time), 20 abandoned, 5 of them at once."""
    tally = Tally(
        offered=100, answered=80, within=60, waited=1600, abandoned=20, short=5, lost=20, handled=80, talked=8000
    )
    assert tally.of_answered == 60 / 80
    assert tally.inclusive == 60 / 100
    assert tally.of_offered == 60 / 95
    assert tally.asa == 20
    assert tally.aht == 100
    assert (tally.abandonment, tally.abandonment_long) == (0.2, 15 / 95)
    assert tally.plus(tally).of_answered == tally.of_answered


def test_of_nothing_nothing_is_said() -> None:
    nothing = Tally()
    assert [nothing.of_answered, nothing.inclusive, nothing.of_offered, nothing.asa, nothing.abandonment] == [None] * 5
    assert Tally(offered=3, short=3, abandoned=3).of_offered is None


def test_occupancy() -> None:
    assert occupancy(1800, 3600) == 0.5
    assert occupancy(4000, 3600) == 1.0
    assert occupancy(100, 0) is None


@pytest.mark.parametrize(
    ("now", "level"), [(100, "typical"), (110, "typical"), (135, "above"), (60, "below"), (100, "typical")]
)
def test_what_is_typical(now: int, level: str) -> None:
    assert judge(now, [95, 100, 105, 98, 102, 110, 90, 100]).level == level


def test_chance_is_no_news() -> None:
    """Two instead of one on a quiet day, and a history that never varied."""
    assert judge(2, [1, 1, 1, 1, 1, 1, 1, 1]).level == Level.TYPICAL
    assert judge(6, [1, 1, 1, 1, 1, 1, 1, 1]).level == Level.ABOVE
    assert judge(50, [0, 0, 0, 0, 0, 0, 7, 9]).level == Level.UNKNOWN
    assert judge(5, []).level == Level.UNKNOWN


def test_patience_is_that_of_those_who_waited_longer_than_he_has() -> None:
    waits = [10, 20, 30, 40, 50, 60]
    assert patience(waits, -1) == 35
    assert patience(waits, 30) == 50
    assert patience(waits, 60) is None


@given(st.lists(st.integers(1, 600), min_size=1).map(sorted), st.floats(0, 600))
def test_patience_is_always_in_the_future(waits: list[int], waited: float) -> None:
    left = patience(waits, waited)
    assert left is None or left > waited


def course(pace: Pace, *looks: str) -> list[Course | None]:
    """One look a minute: "+" above the threshold, "-" well under it, "~" in between."""
    found: list[Course | None] = []
    for number, look in enumerate(looks):
        now = step(
            found[-1] if found else None, is_on=look == "+", is_clear=look == "-", pace=pace, at=AT + number * MINUTE
        )
        found.append(now)
    return found


def states(found: list[Course | None]) -> list[str]:
    return [one.state if one else "" for one in found]


def tellings(found: list[Course | None]) -> list[int]:
    """The looks after which somebody was told."""
    return [n for n, one in enumerate(found) if one and one.told_at == AT + n * MINUTE]


def test_an_alert_opens_after_it_has_held() -> None:
    found = course(Pace(hold=2 * MINUTE), "+", "+", "+", "+")
    assert states(found) == [PENDING, PENDING, OPEN, OPEN]
    assert tellings(found) == [2]
    assert states(course(Pace(hold=2 * MINUTE), "+", "+", "-", "+")) == [PENDING, PENDING, "", PENDING]


def test_a_figure_that_wavers_makes_one_alert() -> None:
    found = course(Pace(calm=2 * MINUTE), "+", "~", "+", "-", "+", "-", "~", "-", "-", "-")
    assert states(found) == [OPEN] * 9 + [ENDED]
    assert tellings(found) == [0]


def test_it_is_told_again_until_somebody_takes_it_on() -> None:
    pace = Pace(repeat=2 * MINUTE)
    assert tellings(course(pace, *"+++++")) == [0, 2, 4]
    taken = Course(OPEN, AT, AT, AT, is_taken=True)
    assert step(taken, is_on=True, is_clear=False, pace=pace, at=AT + 9 * MINUTE) == taken


def test_what_is_over_begins_anew() -> None:
    found = course(Pace(calm=MINUTE), "+", "-", "-", "+")
    assert states(found) == [OPEN, OPEN, ENDED, OPEN]
    assert found[3] and found[3].since == AT + 3 * MINUTE


@given(st.text("+-~", max_size=40), st.integers(0, 5), st.integers(0, 5))
def test_however_it_wavers_it_stays_in_order(looks: str, hold: int, calm: int) -> None:
    """Nobody is told before it held; an alert that ended was calm for long enough; the order of moments holds."""
    for one in course(Pace(hold=hold * MINUTE, repeat=3 * MINUTE, calm=calm * MINUTE), *looks):
        if one is None:
            continue
        if one.state != PENDING:
            assert one.opened_at is not None and one.opened_at - one.since >= hold * MINUTE
        if one.state == ENDED:
            assert one.ended_at and one.calm_since and one.ended_at - one.calm_since >= calm * MINUTE
        assert one.state == PENDING or one.told_at is not None
