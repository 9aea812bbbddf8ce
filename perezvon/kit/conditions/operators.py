"""What can be asked of a value of each kind. Every operator is either true or false: a missing value is never "unknown".

An operator and its opposite (is, is_not) divide all rows between them: what has no value belongs to the opposite.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


class Kind(StrEnum):
    """What a field holds.

    WHOLE is a whole number, NUMBER any exact one, MONEY roubles, SPAN seconds, DATE a day, MOMENT a point in time,
    CHOICE one of several (a code, or the id of a row), MANY several of them at once (tags), FLAG yes or no.
    """

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    MONEY = "money"
    SPAN = "span"
    DATE = "date"
    MOMENT = "moment"
    CHOICE = "choice"
    MANY = "many"
    FLAG = "flag"


class Takes(StrEnum):
    """How many values an operator takes: none, one, several of which any counts, a pair, the name of a period."""

    NOTHING = "nothing"
    ONE = "one"
    SEVERAL = "several"
    PAIR = "pair"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Operator:
    """``key`` stands in the tree, ``label`` on the screen; ``opposite_of`` names the one it denies."""

    key: str
    label: str | Promise
    takes: Takes = Takes.ONE
    opposite_of: str = ""


_EMPTY = Operator("empty", pgettext_lazy("condition", "is empty"), Takes.NOTHING)
_FILLED = Operator("filled", pgettext_lazy("condition", "is filled in"), Takes.NOTHING, "empty")
_IS = Operator("is", pgettext_lazy("condition", "is"), Takes.SEVERAL)
_IS_NOT = Operator("is_not", pgettext_lazy("condition", "is not"), Takes.SEVERAL, "is")
_TEXT = (
    Operator("contains", pgettext_lazy("condition", "contains")),
    Operator("lacks", pgettext_lazy("condition", "does not contain"), opposite_of="contains"),
    Operator("starts", pgettext_lazy("condition", "begins with")),
    _IS,
    _IS_NOT,
    _EMPTY,
    _FILLED,
)
_NUMBER = (
    Operator("at_least", pgettext_lazy("condition", "at least")),
    Operator("at_most", pgettext_lazy("condition", "at most")),
    Operator("more", pgettext_lazy("condition", "more than")),
    Operator("less", pgettext_lazy("condition", "less than")),
    Operator("between", pgettext_lazy("condition", "between"), Takes.PAIR),
    _IS,
    _IS_NOT,
    _EMPTY,
    _FILLED,
)
_DAY = (
    Operator("within", pgettext_lazy("condition", "within"), Takes.PERIOD),
    Operator("on", pgettext_lazy("condition", "on")),
    Operator("before", pgettext_lazy("condition", "before")),
    Operator("after", pgettext_lazy("condition", "after")),
    Operator("until", pgettext_lazy("condition", "not later than")),
    Operator("since", pgettext_lazy("condition", "not earlier than")),
    Operator("between", pgettext_lazy("condition", "between"), Takes.PAIR),
    Operator("past", pgettext_lazy("condition", "has passed"), Takes.NOTHING),
    Operator("ahead", pgettext_lazy("condition", "is still ahead"), Takes.NOTHING),
    _EMPTY,
    _FILLED,
)
_MANY = (
    Operator("any_of", pgettext_lazy("condition", "has any of"), Takes.SEVERAL),
    Operator("all_of", pgettext_lazy("condition", "has all of"), Takes.SEVERAL),
    Operator("none_of", pgettext_lazy("condition", "has none of"), Takes.SEVERAL, "any_of"),
    _EMPTY,
    _FILLED,
)
_FLAG = (
    Operator("yes", pgettext_lazy("condition", "yes"), Takes.NOTHING),
    Operator("no", pgettext_lazy("condition", "no"), Takes.NOTHING, "yes"),
)

OPERATORS: Mapping[Kind, tuple[Operator, ...]] = MappingProxyType({
    Kind.TEXT: _TEXT,
    Kind.WHOLE: _NUMBER,
    Kind.NUMBER: _NUMBER,
    Kind.MONEY: _NUMBER,
    Kind.SPAN: _NUMBER,
    Kind.DATE: _DAY,
    Kind.MOMENT: _DAY,
    Kind.CHOICE: (_IS, _IS_NOT, _EMPTY, _FILLED),
    Kind.MANY: _MANY,
    Kind.FLAG: _FLAG,
})  # fmt: skip


def operator(kind: Kind, key: str) -> Operator | None:
    """The operator ``key`` of values of ``kind``, or None."""
    return next((each for each in OPERATORS[kind] if each.key == key), None)
