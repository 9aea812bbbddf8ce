"""What a value of a field may be: read from what a person, a file or a program says, kept as JSON, shown in words.

Kept are texts, exact numbers as texts ("12.50"), days as ISO texts, ids of choices and colleagues as numbers, true and
false. What is empty is not kept at all.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perezvon.kit.texts import fold
from perezvon.staff import reads as staff

from .definitions import Definition, Kind, field_of

LONGEST = 2000
BIGGEST = Decimal(10) ** 15
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S")
_YES = {"1", "+", "TRUE", "YES", "Y", "ДА", "ЕСТЬ", "ИСТИНА"}
_NO = {"0", "-", "FALSE", "NO", "N", "НЕТ", "ЛОЖЬ"}
YES, NO = gettext_lazy("Yes"), gettext_lazy("No")


class NotSuch(ValueError):
    """A value that makes no sense in this field; ``str()`` is a translated sentence."""


def kept(one: Definition, value: Any) -> Any:
    """The value as it is kept; None for an empty one. NotSuch when it makes no sense."""
    if value is None or (isinstance(value, str) and not value.strip()) or value in ([], ()):
        return None
    return _READ[one.kind](one, value)


def kept_all(noun: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Several values by the keys of their fields, for ``change_person(one, {"custom": ...})``. NotSuch also for a key."""
    found = {}
    for key, value in values.items():
        one = field_of(noun, key)
        if one is None:
            raise NotSuch(_("There is no field “%(key)s”.") % {"key": key})
        found[key] = kept(one, value)
    return found


def _text(one: Definition, value: Any) -> str:
    text = str(value).replace("\x00", "").strip()
    if len(text) > LONGEST:
        raise NotSuch(_("The text is too long, at most %(most)d letters.") % {"most": LONGEST})
    return text


def _number(one: Definition, value: Any) -> str:
    text = "".join(str(value).replace("₽", "").replace(",", ".").split())
    try:
        if isinstance(value, bool) or len(text) > 40:
            raise ValueError
        number = Decimal(text)
        if not number.is_finite() or abs(number) >= BIGGEST:
            raise ValueError
    except (ValueError, InvalidOperation):
        raise NotSuch(_("“%(text)s” is not a number.") % {"text": str(value)[:60]}) from None
    return f"{round(number, 2 if one.kind == Kind.MONEY else 6).normalize():f}"


def _date(one: Definition, value: Any) -> str:
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    text = str(value).strip().replace("T", " ")
    for pattern in _DATES:
        try:
            day = datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if 1900 <= day.year <= 2200:
            return day.isoformat()
    raise NotSuch(_("“%(text)s” is not a date.") % {"text": text[:60]})


def _choice(one: Definition, value: Any) -> int:
    found = _pick(one.labels.items(), value)
    if found is None:
        raise NotSuch(
            _("“%(text)s” is not among the choices of “%(field)s”.") % {"text": str(value)[:60], "field": one.label}
        )
    return found


def _many(one: Definition, value: Any) -> list[int] | None:
    parts = value.replace(";", ",").split(",") if isinstance(value, str) else list(value)
    return list(dict.fromkeys(_choice(one, part) for part in parts if str(part).strip())) or None


def _flag(one: Definition, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = fold(str(value).strip())
    if word not in _YES | _NO:
        raise NotSuch(_("“%(text)s” is neither yes nor no.") % {"text": str(value)[:60]})
    return word in _YES


def _staff(one: Definition, value: Any) -> int:
    found = _pick(staff.everybody(), value)
    if found is None:
        raise NotSuch(_("Nobody of the staff is called “%(text)s”.") % {"text": str(value)[:60]})
    return found


def _pick(pairs: Iterable[tuple[int, str]], value: Any) -> int | None:
    """An id, or the id of what is called so."""
    known = dict(pairs)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if value in known else None
    text = str(value).strip()
    by_name = next((pk for pk, label in known.items() if fold(label) == fold(text)), None)
    if by_name is None and text.isascii() and text.isdigit() and len(text) < 18 and int(text) in known:
        return int(text)
    return by_name


_READ: dict[str, Callable[[Definition, Any], Any]] = {
    Kind.TEXT: _text, Kind.NUMBER: _number, Kind.MONEY: _number, Kind.DATE: _date, Kind.CHOICE: _choice,
    Kind.MANY: _many, Kind.FLAG: _flag, Kind.STAFF: _staff,
}  # fmt: skip


def value_of(one: Definition, row: Any) -> Any:
    """The value of a row in Python: str, Decimal, date, int, list of int, bool; None = empty."""
    found = row.custom.get(one.key)
    if found is None:
        return None
    if one.kind in (Kind.NUMBER, Kind.MONEY):
        return Decimal(found)
    return date.fromisoformat(found) if one.kind == Kind.DATE else found


def plain_of(one: Definition, row: Any) -> Any:
    """The value for a file: names instead of ids; "" = empty."""
    value = value_of(one, row)
    if value is None:
        return ""
    if one.kind == Kind.CHOICE:
        return one.labels.get(value, "")
    if one.kind == Kind.MANY:
        return ", ".join(one.labels[pk] for pk in value if pk in one.labels)
    if one.kind == Kind.FLAG:
        return str(YES if value else NO)
    return staff.name_of(value) if one.kind == Kind.STAFF else value
