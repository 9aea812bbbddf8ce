"""Where slots stand: lanes, hours, midnights and changes of clocks in several zones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from perezvon.calendar.layout import DAY, Hours, hours_for, place, span_on

HOUR = timedelta(hours=1)


def test_things_that_overlap_share_the_width_and_the_next_chain_has_it_whole():
    hours = Hours(8 * 60, 18 * 60)
    things = [(600, 690, "a"), (630, 690, "b"), (690, 720, "c"), (480, 500, "d")]
    placed = {one.thing: one for one in place(things, hours)}
    assert (placed["d"].left, placed["d"].width, placed["d"].top) == (0, 100, 0)
    assert (placed["a"].left, placed["a"].width, placed["b"].left, placed["b"].width) == (0, 50, 50, 50)
    assert (placed["c"].width, placed["c"].top, placed["c"].height) == (100, 35, 5)


def test_a_lane_that_is_free_again_is_used_again():
    placed = {one.thing: one for one in place([(600, 720, "long"), (600, 630, "x"), (640, 700, "y")], Hours())}
    assert placed["x"].left == placed["y"].left == 50 and placed["long"].width == 50


def test_the_hours_stretch_to_what_has_to_be_seen():
    assert hours_for([(7 * 60 + 20, 8 * 60), (21 * 60, 21 * 60 + 5)], Hours()) == Hours(7 * 60, 22 * 60)
    assert hours_for([(0, DAY)], Hours()) == Hours(0, DAY)


@pytest.mark.parametrize(
    ("zone", "day", "span"),
    [
        ("Europe/Moscow", date(2026, 11, 25), (0, 30)),  # 23:30 - 00:30 in Moscow: the second half
        ("Europe/Moscow", date(2026, 11, 24), (1410, 1440)),
        ("Europe/Kaliningrad", date(2026, 11, 24), (1350, 1410)),
        ("Asia/Vladivostok", date(2026, 11, 25), (390, 450)),
        ("America/New_York", date(2026, 11, 24), (930, 990)),
        ("America/New_York", date(2026, 11, 25), None),
    ],
)
def test_a_slot_over_midnight_stands_on_the_local_days(zone, day, span):
    starts = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
    assert span_on(starts, starts + HOUR, day, ZoneInfo(zone)) == span


def test_the_clock_of_the_wall_counts_on_the_day_of_the_change():
    zone, day = ZoneInfo("America/New_York"), date(2026, 11, 1)  # at two in the morning it is one again
    starts = datetime(2026, 11, 1, 10, 0, tzinfo=zone)
    assert span_on(starts, starts + HOUR, day, zone) == (600, 660)
