"""The rules that people make with a form: to an RRULE text and back, and in words."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKDAYS = "MO,TU,WE,TH,FR"
AFTER = "after"
EVERY: tuple[tuple[str, str | Promise], ...] = (
    ("day", _("day")),
    ("workday", _("working day, Monday to Friday")),
    ("week", _("week, on the days below")),
    ("month", _("month, on the same date")),
    ("month_weekday", _("month, on the same weekday")),
    ("month_end", _("month, on the last working day")),
    ("year", pgettext_lazy("repeat every", "year")),
    (AFTER, _("so many days after it is done")),
)
_MOST = 99


@dataclass(frozen=True, slots=True)
class Repeat:
    """Every ``step`` of ``every`` (a key of ``EVERY``) from the day ``first`` until ``until``, both included.

    ``days`` are weekdays (0 = Monday) and count only for weeks. ValueError for a step out of 1-99.
    """

    every: str
    first: date
    step: int = 1
    days: tuple[int, ...] = ()
    until: date | None = None

    def __post_init__(self) -> None:
        if self.every not in dict(EVERY) or not 1 <= self.step <= _MOST:
            raise ValueError(f"no such rule: every {self.step} {self.every}")

    @property
    def ordinal(self) -> int:
        """Which of its weekdays of the month ``first`` is: 1-4, or -1 for a fifth or the last one."""
        place = (self.first.day - 1) // 7 + 1
        return -1 if place == 5 else place

    @property
    def rule(self) -> str:
        """The text of the RRULE; "" for "after it is done"."""
        parts = {
            "day": "FREQ=DAILY",
            "workday": f"FREQ=WEEKLY;BYDAY={WORKDAYS}",
            "week": f"FREQ=WEEKLY;BYDAY={','.join(DAYS[day] for day in self.days or (self.first.weekday(),))}",
            "month": f"FREQ=MONTHLY;{_month_day(self.first.day)}",
            "month_weekday": f"FREQ=MONTHLY;BYDAY={self.ordinal}{DAYS[self.first.weekday()]}",
            "month_end": f"FREQ=MONTHLY;BYDAY={WORKDAYS};BYSETPOS=-1",
            "year": f"FREQ=YEARLY;BYMONTH={self.first.month};{_month_day(self.first.day)}",
            AFTER: "",
        }[self.every]
        if not parts:
            return ""
        step = f";INTERVAL={self.step}" if self.step > 1 and self.every != "workday" else ""
        until = f";UNTIL={self.until:%Y%m%d}T235959" if self.until else ""
        return parts + step + until

    @classmethod
    def of(cls, rule: str, first: date, after_days: int | None = None) -> Self:
        """The rule behind a text that ``rule`` wrote. ValueError for any other."""
        if after_days:
            return cls(AFTER, first, after_days)
        told = dict(part.split("=", 1) for part in rule.split(";"))
        until = told.get("UNTIL", "")
        end = date.fromisoformat(f"{until[:4]}-{until[4:6]}-{until[6:8]}") if until else None
        days = tuple(DAYS.index(day) for day in told.get("BYDAY", "").split(",") if day in DAYS)
        base = cls("day", first, int(told.get("INTERVAL", 1)), (), end)
        for every, _words in EVERY:
            for chosen in {(), days}:
                found = replace(base, every=every, days=chosen if every == "week" else ())
                if found.rule == rule:
                    return found
        raise ValueError(f"not a rule of ours: {rule}")


def _month_day(day: int) -> str:
    """The same date of every month; a month without it has it on its last day."""
    if day <= 28:
        return f"BYMONTHDAY={day}"
    return f"BYMONTHDAY={','.join(str(one) for one in range(28, day + 1))};BYSETPOS=-1"
