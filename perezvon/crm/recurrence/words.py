"""A rule in words of the reader's language."""

from datetime import time

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from .repeat import AFTER, Repeat


def sentence(repeat: Repeat, clock: time | None = None) -> str:
    """ "every 2 weeks: Monday, Thursday, at 10:00, until 31 December 2026"."""
    words = _rule(repeat)
    if clock is not None and repeat.every != AFTER:
        words = _("%(rule)s, at %(time)s") % {"rule": words, "time": f"{clock:%H:%M}"}
    if repeat.until:
        words = _("%(rule)s, until %(day)s") % {"rule": words, "day": date_format(repeat.until, "j E Y")}
    return words


def _rule(repeat: Repeat) -> str:
    step = repeat.step
    if repeat.every == AFTER:
        return ngettext("%(n)s day after it is done", "%(n)s days after it is done", step) % {"n": step}
    if repeat.every == "workday":
        return _("every working day, Monday to Friday")
    if repeat.every == "day":
        return _("every day") if step == 1 else ngettext("every %(n)s day", "every %(n)s days", step) % {"n": step}
    if repeat.every == "week":
        often = _("every week") if step == 1 else ngettext("every %(n)s week", "every %(n)s weeks", step) % {"n": step}
        days = ", ".join(_weekday(day) for day in repeat.days or (repeat.first.weekday(),))
        return f"{often}: {days}"
    if repeat.every == "year":
        often = _("every year") if step == 1 else ngettext("every %(n)s year", "every %(n)s years", step) % {"n": step}
        return f"{often}: {date_format(repeat.first, 'j E')}"
    often = _("every month") if step == 1 else ngettext("every %(n)s month", "every %(n)s months", step) % {"n": step}
    return f"{often}: {_day_of_month(repeat)}"


def _weekday(day: int) -> str:
    """A weekday in the middle of a sentence: English ones keep their capital letter."""
    name = str(WEEKDAYS[day])
    return name if (get_language() or "").startswith("en") else name.lower()


def _day_of_month(repeat: Repeat) -> str:
    if repeat.every == "month_end":
        return _("the last working day")
    if repeat.every == "month_weekday":
        weekday = repeat.first.weekday()
        return f"{_ordinal(repeat.ordinal, weekday)} {_weekday(weekday)}"
    words = _("day %(day)s") % {"day": repeat.first.day}
    return _("%(day)s, or the last one of a shorter month") % {"day": words} if repeat.first.day > 28 else words


def _ordinal(place: int, weekday: int) -> str:
    """ "the second": Russian weekdays have a gender each."""
    if weekday in (2, 4, 5):
        words = {
            1: pgettext("weekday, feminine", "the first"), 2: pgettext("weekday, feminine", "the second"),
            3: pgettext("weekday, feminine", "the third"), 4: pgettext("weekday, feminine", "the fourth"),
            -1: pgettext("weekday, feminine", "the last"),
        }  # fmt: skip
    elif weekday == 6:
        words = {
            1: pgettext("weekday, neuter", "the first"), 2: pgettext("weekday, neuter", "the second"),
            3: pgettext("weekday, neuter", "the third"), 4: pgettext("weekday, neuter", "the fourth"),
            -1: pgettext("weekday, neuter", "the last"),
        }  # fmt: skip
    else:
        words = {
            1: pgettext("weekday, masculine", "the first"), 2: pgettext("weekday, masculine", "the second"),
            3: pgettext("weekday, masculine", "the third"), 4: pgettext("weekday, masculine", "the fourth"),
            -1: pgettext("weekday, masculine", "the last"),
        }  # fmt: skip
    return words[place]
