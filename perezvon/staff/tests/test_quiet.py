"""Quiet times: over midnight, in one's own zone, at weekends, pauses."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from perezvon.staff.quiet import Quiet

MOSCOW, URALS, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Asia/Yekaterinburg"), ZoneInfo("Europe/Berlin")


def moment(zone: ZoneInfo, day: int, clock: str) -> datetime:
    """In March 2026; the second of March is a Monday."""
    return datetime.combine(datetime(2026, 3, day).date(), time.fromisoformat(clock), zone).astimezone(UTC)  # noqa: DTZ001


NIGHT = Quiet(MOSCOW, time(22), time(8))


@pytest.mark.parametrize(
    ("day", "clock", "over"),
    [
        (2, "21:59", None), (2, "22:00", (3, "08:00")), (2, "23:30", (3, "08:00")), (3, "00:00", (3, "08:00")),
        (3, "07:59", (3, "08:00")), (3, "08:00", None), (3, "12:00", None),
    ],
)  # fmt: skip
def test_over_midnight(day: int, clock: str, over: tuple[int, str] | None) -> None:
    assert NIGHT.until(moment(MOSCOW, day, clock)) == (over and moment(MOSCOW, *over))


def test_within_a_day() -> None:
    lunch = Quiet(MOSCOW, time(13), time(14))
    assert lunch.until(moment(MOSCOW, 2, "13:30")) == moment(MOSCOW, 2, "14:00")
    assert lunch.until(moment(MOSCOW, 2, "14:00")) is None


def test_in_ones_own_zone() -> None:
    at = moment(MOSCOW, 2, "20:30")  # 22:30 in the Urals
    assert NIGHT.until(at) is None
    assert Quiet(URALS, time(22), time(8)).until(at) == moment(URALS, 3, "08:00")


def test_a_weekend_and_the_night_after_it_are_one_quiet() -> None:
    quiet = Quiet(MOSCOW, time(22), time(8), weekends=True)
    assert quiet.until(moment(MOSCOW, 6, "23:00")) == moment(MOSCOW, 9, "08:00")  # Friday night -> Monday morning
    assert Quiet(MOSCOW, weekends=True).until(moment(MOSCOW, 7, "12:00")) == moment(MOSCOW, 9, "00:00")


def test_a_pause_that_ends_at_night_lasts_till_morning() -> None:
    paused = Quiet(MOSCOW, time(22), time(8), muted_until=moment(MOSCOW, 2, "22:30"))
    assert paused.until(moment(MOSCOW, 2, "20:00")) == moment(MOSCOW, 3, "08:00")
    assert paused.until(moment(MOSCOW, 3, "09:00")) is None


def test_the_hour_that_does_not_exist() -> None:
    """In Berlin 2:30 of 29 March 2026 is skipped; quiet until then ends, and never earlier than it began."""
    quiet = Quiet(BERLIN, time(22), time(2, 30))
    at = moment(BERLIN, 28, "23:00")
    over = quiet.until(at)
    assert over is not None and over > at and (over - at).total_seconds() < 4 * 3600


def test_nothing_set_nothing_quiet() -> None:
    assert Quiet(MOSCOW).until(moment(MOSCOW, 7, "03:00")) is None
