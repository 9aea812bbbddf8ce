"""Fields of the company's own for conditions, lists, cards and forms."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.utils import formats
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from perezvon.kit.conditions import Field
from perezvon.kit.conditions import Kind as Asked
from perezvon.kit.money import roubles
from perezvon.lists.listing import Column, Edit, Look, More, Sort
from perezvon.staff import fields as staff_fields
from perezvon.staff import reads as staff

from ..inputs import Number, Roubles
from .definitions import Definition, Kind, fields_of
from .sql import column, order
from .values import LONGEST, NO, YES, kept, plain_of, value_of

OWN = _("Own fields")
_ASKED: dict[str, Asked] = {
    Kind.TEXT: Asked.TEXT, Kind.NUMBER: Asked.NUMBER, Kind.MONEY: Asked.MONEY, Kind.DATE: Asked.DATE,
    Kind.CHOICE: Asked.CHOICE, Kind.MANY: Asked.MANY, Kind.FLAG: Asked.FLAG, Kind.STAFF: Asked.CHOICE,
}  # fmt: skip
_built: dict[str, tuple[Sequence[Definition], Any]] = {}


def _once(what: str, noun: str, make: Callable[[Sequence[Definition]], Any]) -> Any:
    """Made anew only when the fields have changed: a list asks many times a page."""
    known = fields_of(noun)
    before, made = _built.get(f"{what} {noun}", (None, None))
    if before is not known:
        made = make(known)
        _built[f"{what} {noun}"] = (known, made)
    return made


def conditions(noun: str) -> Callable[[], Sequence[Field]]:
    """What can be asked, for ``Fields.more``."""
    return lambda: _once("conditions", noun, lambda known: [_field(one) for one in known])


def _field(one: Definition) -> Field:
    has_ids = one.kind in (Kind.CHOICE, Kind.MANY, Kind.STAFF)
    return Field(
        one.key, _ASKED[one.kind], one.label, path=column(one), value=lambda row: value_of(one, row), ids=has_ids,
        choices=staff.working if one.kind == Kind.STAFF else tuple(one.labels.items()),
        words=staff_fields.ME if one.kind == Kind.STAFF else {}, group=OWN,
    )  # fmt: skip


def in_lists(noun: str) -> Callable[[], More]:
    """Columns, orders and fields changed in place, for ``Listing.more``."""
    return lambda: _once("lists", noun, _more)


def _more(known: Sequence[Definition]) -> More:
    sorts = [Sort(one.key, one.label, by) for one in known if (by := order(one)) is not None]
    sorted_keys = {sort.key for sort in sorts}
    groups = tuple(one.key for one in known if one.kind in (Kind.CHOICE, Kind.STAFF))
    return More(
        tuple(_column(one, one.key in sorted_keys) for one in known),
        tuple(sorts),
        tuple(_edit(one) for one in known),
        groups,
    )


def _column(one: Definition, is_sorted: bool) -> Column:
    return Column(
        one.key, one.label, sort=one.key if is_sorted else "", numeric=one.kind in (Kind.NUMBER, Kind.MONEY), shown=one.is_shown,
        value=lambda row: plain_of(one, row), cell=lambda row, look: shown(one, row), edit=one.key,
        classes="cell-long" if one.kind == Kind.TEXT else "text-nowrap" if one.kind == Kind.DATE else "",
    )  # fmt: skip


def shown(one: Definition, row: Any, look: Look | None = None) -> Any:
    """The value as HTML."""
    value = plain_of(one, row)
    if value == "":
        return ""
    if one.kind == Kind.MONEY:
        return escape(roubles(value))
    if one.kind == Kind.NUMBER:
        return escape(formats.number_format(value.normalize(), use_l10n=True, force_grouping=True))
    return escape(formats.date_format(value, "SHORT_DATE_FORMAT") if one.kind == Kind.DATE else value)


def _edit(one: Definition) -> Edit:
    return Edit(
        one.key, one.label, lambda user, row: form_field(one, row), lambda row: value_of(one, row),
        lambda user, value: {"custom": {one.key: kept(one, value)}},
    )  # fmt: skip


# --- forms ---------------------------------------------------------------------


def form_field(one: Definition, row: Any = None, is_needed: bool = False) -> forms.Field:
    """A field of a form for it; ``row`` may hold a choice that was put away."""
    made = _FORMS[one.kind](one, value_of(one, row) if row is not None else None)
    made.label, made.required, made.help_text = one.label, is_needed, one.hint
    return made


def _text(one: Definition, now: Any) -> forms.Field:
    return forms.CharField(max_length=LONGEST, widget=forms.TextInput(attrs={"autocomplete": "off"}))


def _date(one: Definition, now: Any) -> forms.Field:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def _flag(one: Definition, now: Any) -> forms.Field:
    return forms.TypedChoiceField(
        choices=[("", "—"), ("True", YES), ("False", NO)], coerce=lambda text: text == "True", empty_value=None
    )


def _pairs(pairs: Sequence[tuple[int, str]], now: Any, labels: Any) -> list[tuple[int, str]]:
    """What can be chosen, and what is chosen already."""
    chosen = now if isinstance(now, list) else [] if now is None else [now]
    missing = [(pk, labels(pk)) for pk in chosen if all(pk != known for known, _label in pairs)]
    return [*missing, *pairs]


def _choice(one: Definition, now: Any) -> forms.Field:
    pairs = _pairs(one.choices, now, lambda pk: one.labels.get(pk, "—"))
    return forms.TypedChoiceField(choices=[("", "—"), *pairs], coerce=int, empty_value=None)


def _many(one: Definition, now: Any) -> forms.Field:
    pairs = _pairs(one.choices, now, lambda pk: one.labels.get(pk, "—"))
    return forms.TypedMultipleChoiceField(choices=pairs, coerce=int, widget=forms.CheckboxSelectMultiple)


def _staff(one: Definition, now: Any) -> forms.Field:
    pairs = _pairs(staff.working(), now, staff.name_of)
    return forms.TypedChoiceField(choices=[("", "—"), *pairs], coerce=int, empty_value=None)


_FORMS: dict[str, Callable[[Definition, Any], forms.Field]] = {
    Kind.TEXT: _text, Kind.NUMBER: lambda one, now: Number(), Kind.MONEY: lambda one, now: Roubles(min_value=None),
    Kind.DATE: _date, Kind.CHOICE: _choice, Kind.MANY: _many, Kind.FLAG: _flag, Kind.STAFF: _staff,
}  # fmt: skip


def add_to(form: forms.Form, noun: str, row: Any = None, *, is_new: bool = False) -> None:
    """Let a form of the noun ask for the fields too; those that must be filled in are asked of whoever adds a row."""
    for one in fields_of(noun):
        form.fields[one.key] = form_field(one, row, is_new and one.is_needed)
        if row is not None:
            form.initial[one.key] = value_of(one, row)


def taken_from(values: dict[str, Any], noun: str) -> dict[str, Any]:
    """Take the fields out of a form's values: {"f7": as it is kept}."""
    return {one.key: kept(one, values.pop(one.key)) for one in fields_of(noun) if one.key in values}
