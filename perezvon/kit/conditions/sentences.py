"""A tree in the reader's words: "Amount at least 100 000 ₽ and responsible is me"."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from ..money import roubles
from . import days
from .fields import Field
from .operators import Kind, Takes
from .tree import Group, Node, Related, Test

MOST_NAMED = 5


def sentence(node: Node) -> str:
    """The whole tree in words; "" when everything fits."""
    if isinstance(node, Test):
        return " ".join(filter(None, [str(node.field.label), str(node.operator.label), value_words(node)]))
    if isinstance(node, Related):
        return _related(node)
    inside = [_nested(each) for each in node.nodes]
    if node.word == "none":
        return pgettext("condition", "neither %(parts)s") % {"parts": pgettext("condition", " nor ").join(inside)}
    return (pgettext("condition", " and ") if node.word == "all" else pgettext("condition", " or ")).join(inside)


def _nested(node: Node) -> str:
    text = sentence(node)
    return f"({text})" if isinstance(node, Group) and len(node.nodes) > 1 else text


def _related(node: Related) -> str:
    values = {"rows": node.relation.label, "where": sentence(node.where)}
    if node.word == "some":
        return (_("%(rows)s: there is one with %(where)s") if values["where"] else _("%(rows)s: there is one")) % values
    return (_("%(rows)s: there is none with %(where)s") if values["where"] else _("%(rows)s: there is none")) % values


def value_words(test: Test) -> str:
    """The value of a test in words; "" for an operator without one."""
    if test.operator.takes is Takes.NOTHING:
        return ""
    if test.operator.takes is Takes.PERIOD:
        return str(days.PERIODS[test.value])
    if test.operator.takes is Takes.PAIR:
        low, high = (_one(test.field, each) for each in test.value)
        return _("%(low)s and %(high)s") % {"low": low, "high": high}
    if test.operator.takes is Takes.ONE:
        return _one(test.field, test.value)
    return _several(test)


def _several(test: Test) -> str:
    names: dict[Any, Any] = {}
    if test.field.kind in (Kind.CHOICE, Kind.MANY):
        names = {**dict(test.field.pairs), **test.field.words}
    named = [str(names[each]) if each in names else _one(test.field, each) for each in test.value[:MOST_NAMED]]
    left = len(test.value) - len(named)
    more = [ngettext("%(count)d more", "%(count)d more", left) % {"count": left}] if left else []
    return ", ".join(named + more)


def _one(field: Field, value: Any) -> str:
    if isinstance(value, days.Away):
        return away_words(value)
    if isinstance(value, date):
        return formats.date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, Decimal):
        return roubles(value) if field.kind is Kind.MONEY else formats.number_format(value)
    return f"№ {value}" if field.ids else str(value)


def away_words(away: days.Away) -> str:
    """A distance from now: "5 days ago", "in 2 hours", "today"."""
    count = abs(away.count)
    if not count:
        return _("now") if away.is_exact else str(days.PERIODS["today"])
    span = {
        "minutes": ngettext("%(count)d minute", "%(count)d minutes", count),
        "hours": ngettext("%(count)d hour", "%(count)d hours", count),
        "days": ngettext("%(count)d day", "%(count)d days", count),
        "weeks": ngettext("%(count)d week", "%(count)d weeks", count),
        "months": ngettext("%(count)d month", "%(count)d months", count),
    }[away.unit] % {"count": count}
    return (_("%(span)s ago") if away.count < 0 else _("in %(span)s")) % {"span": span}
