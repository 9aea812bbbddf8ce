"""Fields that the company makes itself: what there is, and writing their values."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Func, JSONField, Max, Value
from django.utils.translation import gettext_lazy as _

from perezvon.journey.actions import record, wake

from .. import facts
from ..custom import definitions
from ..models import CustomChoice, CustomField
from .errors import Refused

MOST = 100  # fields of one noun
MOST_CHOICES = 500


class FieldRefused(Refused):
    """There is such a field already, or there are too many."""

    text = _("There is a field with this name already.")


class TooMany(Refused):
    """More fields than lists and forms can bear."""

    text = _("There are too many fields: put away those that nobody fills in.")


def patch(values: Mapping[str, Any]) -> Func:
    """The column ``custom`` with other values of some fields; None takes a value away."""
    told = Value(dict(values), output_field=JSONField())
    return Func(
        F("custom"), told, template="jsonb_strip_nulls(%(expressions)s)", arg_joiner=" || ", output_field=JSONField()
    )


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of own fields as a new row keeps them: empty ones are left out."""
    return {key: value for key, value in values.items() if value is not None}


def columns(changes: Mapping[str, Any], changeable: frozenset[str]) -> dict[str, Any]:
    """Of what is to be changed the columns, for ``update()``; ``changes["custom"]`` are values of own fields."""
    found = {name: value for name, value in changes.items() if name in changeable}
    return found | ({"custom": patch(changes["custom"])} if changes.get("custom") else {})


def names(changes: Mapping[str, Any], changeable: frozenset[str]) -> list[str]:
    """What a fact says was changed."""
    return sorted({*(changeable & changes.keys()), *(changes.get("custom") or {}), *({"tags"} & changes.keys())})


OWN = "custom."  # before the key of an own field, where columns and own fields are told together


def value_in(row: Any, name: str) -> Any:
    """The value of a column, or of an own field ("custom.f7")."""
    return row.custom.get(name.removeprefix(OWN)) if name.startswith(OWN) else getattr(row, name)


def write(model: type[Any], pk: int, values: Mapping[str, Any]) -> None:
    """Save columns and own fields ("custom.f7") of a card, as the next version, without a fact: part of a bigger action."""
    own = {name.removeprefix(OWN): value for name, value in values.items() if name.startswith(OWN)}
    plain = {name: value for name, value in values.items() if not name.startswith(OWN)}
    model.objects.filter(pk=pk).update(**columns({**plain, "custom": own}, frozenset(plain)), version=F("version") + 1)


@transaction.atomic
def save_field(row: CustomField, choices: Sequence[str] | None = None, *, by: Any, at: datetime) -> CustomField:
    """Add a field or change one; ``choices`` are the labels in their order, those left out are put away.

    FieldRefused when its name is taken, TooMany.
    """
    is_new = row.pk is None
    if is_new:
        others = CustomField.objects.filter(noun=row.noun)
        if others.filter(is_archived=False).count() >= MOST:
            raise TooMany
        row.created_at, row.created_by = at, by
        row.order = (others.aggregate(last=Max("order"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise FieldRefused from error
    if choices is not None and row.has_choices:
        _choose(row, choices)
    record(facts.FIELD_CHANGED, at=at, by=by, name=row.label, field=row.key, noun=row.noun, is_new=is_new)
    _told()
    return row


def _choose(row: CustomField, labels: Sequence[str]) -> None:
    wanted = list(dict.fromkeys(" ".join(label.split())[:80] for label in labels if label.strip()))[:MOST_CHOICES]
    known = {one.label: one for one in row.choices.all()}
    for order, label in enumerate(wanted):
        CustomChoice.objects.update_or_create(field=row, label=label, defaults={"order": order, "is_archived": False})
    CustomChoice.objects.filter(field=row, label__in=known.keys() - set(wanted)).update(is_archived=True)


@transaction.atomic
def rename_choice(one: CustomChoice, label: str, *, by: Any, at: datetime) -> None:
    """Call a value otherwise everywhere: rows hold its id. FieldRefused when the name is taken."""
    try:
        with transaction.atomic():
            CustomChoice.objects.filter(pk=one.pk).update(label=" ".join(label.split())[:80])
    except IntegrityError as error:
        raise FieldRefused from error
    record(
        facts.FIELD_CHANGED, at=at, by=by, name=one.field.label, field=one.field.key, noun=one.field.noun, is_new=False
    )
    _told()


@transaction.atomic
def move_field(row: CustomField, down: bool) -> None:
    """One place up or down among the fields of its noun."""
    ids = list(CustomField.objects.filter(noun=row.noun).order_by("order", "pk").values_list("pk", flat=True))
    place = ids.index(row.pk)
    other = place + (1 if down else -1)
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
        for order, pk in enumerate(ids):
            CustomField.objects.filter(pk=pk).update(order=order)
        _told()


def _told() -> None:
    """This process forgets at once what it remembers of the fields, the worker looks after their indexes."""
    definitions.forget()
    transaction.on_commit(definitions.forget)
    wake("crm.custom_indexes")
