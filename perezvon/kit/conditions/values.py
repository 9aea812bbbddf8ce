"""Values of tests: read from JSON with the type of their field, written back in one spelling.

Typed values: text as it was given, int, Decimal, ``days.When``, the name of a period, keys of choices and special
words; SEVERAL and PAIR are tuples.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from . import days
from .errors import Place, Unclear
from .fields import Field
from .operators import Kind, Operator, Takes

if TYPE_CHECKING:
    from .tree import Test

MOST_VALUES = 1000
LONGEST = 500
BIGGEST = 2**63 - 1


def read_value(field: Field, operator: Operator, data: Any, place: Place) -> Any:
    """The value of a test, typed. Unclear when it is not of the field's kind."""
    if operator.takes is Takes.PERIOD:
        return _period(data, place)
    read = READERS[field.kind]
    if operator.takes is Takes.ONE:
        return read(field, data, place)
    if operator.takes is Takes.PAIR:
        return _pair(field, data, place)
    return _several(field, data, place)


def _several(field: Field, data: Any, place: Place) -> tuple[Any, ...]:
    given = data if isinstance(data, list) else [data]
    if not given:
        raise Unclear(place, _("Nothing is chosen."))
    if len(given) > MOST_VALUES:
        raise Unclear(place, _("Too many values, at most %(most)d."), most=MOST_VALUES)
    codes = _codes(field) if field.kind in (Kind.CHOICE, Kind.MANY) and not field.ids else None
    found = []
    for at, each in enumerate(given):
        here = (*place, at) if isinstance(data, list) else place
        value = READERS[field.kind](field, each, here)
        if codes is not None and value not in codes:
            raise Unclear(
                here, _("“%(value)s” is not among the choices of “%(field)s”."), value=value, field=field.label
            )
        found.append(value)
    return tuple(dict.fromkeys(found))


def _codes(field: Field) -> set[Any]:
    return {key for key, _label in field.pairs} | set(field.words)


def _pair(field: Field, data: Any, place: Place) -> tuple[Any, Any]:
    if not isinstance(data, list) or len(data) != 2:
        raise Unclear(place, _("Two values are expected: from and to."))
    low, high = (READERS[field.kind](field, each, (*place, at)) for at, each in enumerate(data))
    comparable = not isinstance(low, days.Away) and not isinstance(high, days.Away)
    if comparable and low > high:
        raise Unclear(place, _("The first value is greater than the second."))
    return low, high


def _period(data: Any, place: Place) -> str:
    if not isinstance(data, str) or data not in days.PERIODS:
        raise Unclear(place, _("This is not the name of a period."))
    return data


def _text(field: Field, data: Any, place: Place) -> str:
    if not isinstance(data, str) or not data or "\x00" in data:
        raise Unclear(place, _("A text is expected here."))
    if len(data) > LONGEST:
        raise Unclear(place, _("The text is too long, at most %(most)d letters."), most=LONGEST)
    return data


def _whole(field: Field, data: Any, place: Place) -> int:
    number = _number(field, data, place)
    if number != number.to_integral_value():
        raise Unclear(place, _("A whole number is expected here."))
    return int(number)


def _number(field: Field, data: Any, place: Place) -> Decimal:
    try:
        if isinstance(data, bool) or not isinstance(data, (int, float, str)) or len(str(data)) > 40:
            raise ValueError
        number = Decimal(str(data).replace("\u00a0", "").replace(" ", "").replace(",", "."))
        if not number.is_finite() or abs(number) > BIGGEST or number.as_tuple().exponent < -12:  # type: ignore[operator]
            raise ValueError
    except (ValueError, InvalidOperation):
        raise Unclear(place, _("A number is expected here.")) from None
    return number


def _day(field: Field, data: Any, place: Place) -> days.When:
    if isinstance(data, dict):
        return _away(field, data, place)
    try:
        if not isinstance(data, str) or len(data) != 10:
            raise ValueError
        found = date.fromisoformat(data)
        if not 1900 <= found.year <= 2200:
            raise ValueError
    except ValueError:
        raise Unclear(place, _("A day is expected here, like 2026-11-30.")) from None
    return found


def _away(field: Field, data: dict[Any, Any], place: Place) -> days.Away:
    unit, count = next(iter(data.items()), (None, None))
    if len(data) != 1 or unit not in days.UNITS or isinstance(count, bool) or not isinstance(count, int):
        raise Unclear(place, _('A distance in days is expected, like {"days": -5}.'))
    if unit in days.EXACT and field.kind is Kind.DATE:
        raise Unclear(place, _("“%(field)s” has no time of the day."), field=field.label)
    if not days.is_near(unit, count):
        raise Unclear(place, _("The day is too far away."))
    return days.Away(unit, count)


def _key(field: Field, data: Any, place: Place) -> str | int:
    if isinstance(data, str) and data in field.words:
        return data
    if field.ids:
        is_text = isinstance(data, str) and data.isascii() and data.isdigit() and len(data) < 19
        if is_text or (isinstance(data, int) and not isinstance(data, bool) and 0 <= data <= BIGGEST):
            return int(data)
        raise Unclear(place, _("The number of a row is expected here."))
    return _text(field, data, place)


def _nothing(field: Field, data: Any, place: Place) -> Any:
    raise Unclear(place, _("No value is expected here."))


READERS: dict[Kind, Callable[[Field, Any, Place], Any]] = {
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.SPAN: _whole,
    Kind.DATE: _day,
    Kind.MOMENT: _day,
    Kind.CHOICE: _key,
    Kind.MANY: _key,
    Kind.FLAG: _nothing,
}


def written_value(test: "Test") -> Any:
    """The value of a test as JSON holds it: exact numbers are texts, days ISO."""
    if isinstance(test.value, tuple):
        return [_plain(each) for each in test.value]
    return _plain(test.value)


def _plain(value: Any) -> Any:
    if isinstance(value, (date, days.Away)):
        return days.written(value)
    return f"{value:f}" if isinstance(value, Decimal) else value
