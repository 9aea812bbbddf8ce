"""Rules of repeating tasks: their moments in any zone, back from their texts, in words."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from perezvon.crm.recurrence import EVERY, Repeat, next_after
from perezvon.crm.recurrence.words import sentence

TEN = time(10)
ZONES = ("Europe/Kaliningrad", "Europe/Moscow", "Asia/Vladivostok", "America/New_York")


def days(repeat: Repeat, count: int = 4, zone: str = "Europe/Moscow", clock: time = TEN, skip: tuple = ()) -> list[str]:
    """The local days of the first occurrences."""
    tz, found = ZoneInfo(zone), []
    moment = datetime.combine(repeat.first, time(), tz) - timedelta(seconds=1)
    for _ in range(count):
        moment = next_after(repeat.rule, repeat.first, clock, tz, moment, set(skip))
        if moment is None:
            break
        assert moment.astimezone(tz).time() == clock
        found.append(f"{moment.astimezone(tz):%d.%m}")
    return found


def test_rules_fall_on_the_days_that_people_mean():
    tuesday = date(2026, 11, 24)
    assert days(Repeat("day", tuesday, 3)) == ["24.11", "27.11", "30.11", "03.12"]
    assert days(Repeat("workday", date(2026, 11, 27))) == ["27.11", "30.11", "01.12", "02.12"]
    assert days(Repeat("week", tuesday, 2, (0, 3))) == ["26.11", "07.12", "10.12", "21.12"]
    assert days(Repeat("month", date(2027, 1, 31))) == ["31.01", "28.02", "31.03", "30.04"]
    assert days(Repeat("month_weekday", tuesday)) == ["24.11", "22.12", "26.01", "23.02"]  # the fourth Tuesday
    assert days(Repeat("month_weekday", date(2026, 11, 30))) == ["30.11", "28.12", "25.01", "22.02"]  # the last Monday
    assert days(Repeat("month_end", tuesday)) == ["30.11", "31.12", "29.01", "26.02"]
    assert days(Repeat("year", date(2028, 2, 29)), 3) == ["29.02", "28.02", "28.02"]
    assert days(Repeat("day", tuesday, until=date(2026, 11, 26))) == ["24.11", "25.11", "26.11"]
    assert days(Repeat("day", tuesday), 3, skip=(date(2026, 11, 25),)) == ["24.11", "26.11", "27.11"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("clock", [time(0), time(0, 30), time(23, 59)])
def test_the_local_day_and_hour_stay_in_every_zone(zone, clock):
    # Over the ends of summer time in New York (1 November 2026) and its beginning (14 March 2027).
    for first in (date(2026, 10, 30), date(2027, 3, 12)):
        wanted = [f"{first + timedelta(days=n):%d.%m}" for n in range(5)]
        assert days(Repeat("day", first), 5, zone, clock) == wanted


def test_a_time_that_a_change_of_clocks_skips_is_an_hour_later_and_one_that_comes_twice_is_taken_once():
    zone = ZoneInfo("America/New_York")
    skipped = next_after("FREQ=DAILY", date(2027, 3, 13), time(2, 30), zone, datetime(2027, 3, 14, 4, tzinfo=UTC))
    assert skipped.astimezone(UTC) == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)
    first = next_after("FREQ=DAILY", date(2026, 10, 31), time(1, 30), zone, datetime(2026, 11, 1, 4, tzinfo=UTC))
    then = next_after("FREQ=DAILY", date(2026, 10, 31), time(1, 30), zone, first)
    assert (first.astimezone(UTC).hour, then.astimezone(zone).day) == (5, 2)


@pytest.mark.parametrize("every", [code for code, _words in EVERY])
@pytest.mark.parametrize("until", [None, date(2027, 6, 1)])
def test_a_rule_is_read_back_from_its_text(every, until):
    for first in (date(2026, 11, 24), date(2027, 1, 31)):
        step = 1 if every == "workday" else 3
        made = Repeat(every, first, step, (0, 4) if every == "week" else (), until if every != "after" else None)
        assert Repeat.of(made.rule, first, made.step if every == "after" else None) == made


def test_rules_are_said_in_both_languages():
    first = date(2026, 11, 25)
    rules = [
        Repeat("week", first, 2, (0, 3)), Repeat("month_weekday", first), Repeat("month", date(2027, 1, 31)),
        Repeat("year", first), Repeat("after", first, 5), Repeat("month_end", first, until=date(2027, 1, 1)),
    ]  # fmt: skip
    with translation.override("en"):
        assert [sentence(rule, TEN) for rule in rules] == [
            "every 2 weeks: Monday, Thursday, at 10:00", "every month: the fourth Wednesday, at 10:00",
            "every month: day 31, or the last one of a shorter month, at 10:00", "every year: 25 November, at 10:00",
            "5 days after it is done", "every month: the last working day, at 10:00, until 1 January 2027",
        ]  # fmt: skip
    with translation.override("ru"):
        assert [sentence(rule, TEN) for rule in rules] == [
            "каждые 2 недели: понедельник, четверг, в 10:00", "каждый месяц: четвёртая среда, в 10:00",
            "каждый месяц: 31-е число, в коротком месяце — последнее, в 10:00", "каждый год: 25 ноября, в 10:00",
            "через 5 дней после выполнения", "каждый месяц: последний рабочий день, в 10:00, до 1 января 2027 включительно",
        ]  # fmt: skip
