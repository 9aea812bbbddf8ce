"""Periods and working time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perezvon.kit.money import roubles, short_roubles
from perezvon.kit.periods import NAMES, Period
from perezvon.kit.worktime import WorkingTime, all_week, check_intervals

MOSCOW = ZoneInfo("Europe/Moscow")
LUNCH = WorkingTime(
    {day: ((time(9), time(13)), (time(14), time(18))) for day in range(5)}, MOSCOW, {date(2026, 1, 1): ()}
)


def moscow(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=MOSCOW)


def test_lunch_is_not_working_time():
    assert LUNCH.is_open(moscow(2026, 3, 2, 12, 59))
    assert not LUNCH.is_open(moscow(2026, 3, 2, 13, 0))
    assert LUNCH.between(moscow(2026, 3, 2, 12), moscow(2026, 3, 2, 15)) == 2 * 3600
    assert LUNCH.add(moscow(2026, 3, 2, 12, 30), 3600) == moscow(2026, 3, 2, 14, 30)


def test_a_deadline_set_on_friday_evening_falls_on_monday():
    assert LUNCH.add(moscow(2026, 3, 6, 17, 45), 1800) == moscow(2026, 3, 9, 9, 15)


def test_a_holiday_is_skipped():
    assert not LUNCH.is_open(moscow(2026, 1, 1, 10))
    assert LUNCH.add(moscow(2025, 12, 31, 18), 60) == moscow(2026, 1, 2, 9, 1)


def test_with_no_hours_at_all_a_deadline_still_exists():
    start = moscow(2026, 3, 2, 12)
    assert WorkingTime({}, MOSCOW).add(start, 60) == start + timedelta(seconds=60)


@given(st.integers(0, 10_000_000), st.integers(0, 500_000))
def test_adding_and_measuring_agree(offset, seconds):
    start = moscow(2026, 1, 5, 0) + timedelta(seconds=offset)
    assert LUNCH.between(start, LUNCH.add(start, seconds)) == seconds


@pytest.mark.parametrize(
    "intervals",
    [((time(9), time(9)),), ((time(9), time(13)), (time(12), time(18))), ((time(20), time()), (time(9), time(10)))],
)
def test_wrong_intervals_are_refused(intervals):
    with pytest.raises(ValueError, match="interval"):
        check_intervals(intervals)


def test_an_interval_may_end_at_midnight():
    night = all_week(time(20), time(), MOSCOW, range(7))
    assert night.is_open(moscow(2026, 3, 2, 23, 59)) and not night.is_open(moscow(2026, 3, 3, 0))


@pytest.mark.parametrize("name", NAMES)
def test_named_periods_hold_today_or_yesterday(name):
    now = datetime(2026, 3, 2, 22, tzinfo=UTC)  # already 3 March in Moscow
    period = Period.named(name, now, MOSCOW)
    assert (now in period) == (name != "yesterday")
    assert period.previous().end == period.start


def test_fourteen_months_begin_with_a_month():
    assert Period.named("14m", moscow(2026, 3, 2), MOSCOW).start == moscow(2025, 2, 1)


def test_an_unknown_period_is_an_error():
    with pytest.raises(ValueError, match="no period"):
        Period.named("fortnight", moscow(2026, 3, 2), MOSCOW)


def test_money_for_the_eye():
    assert roubles(50000) == "50\u00a0000\u00a0₽"
    assert short_roubles(1_250_000) == "1.2M" or short_roubles(1_250_000) == "1.3M"
