"""What fields there are; remembered by the process for a few seconds like the names of the staff."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from perezvon.staff import reads as staff

from ..models import CustomField

Kind = CustomField.Kind


@dataclass(frozen=True, slots=True)
class Definition:
    """One field. ``choices`` are (id, label) in order; ``labels`` also name those that were put away."""

    pk: int
    key: str
    noun: str
    kind: str
    label: str
    hint: str
    is_needed: bool
    is_shown: bool
    choices: tuple[tuple[int, str], ...] = ()
    labels: Mapping[int, str] = field(default_factory=dict)


@staff.remembered
def _custom_fields() -> dict[str, tuple[Definition, ...]]:
    rows = CustomField.objects.filter(is_archived=False).order_by("order", "pk").prefetch_related("choices")
    found: dict[str, list[Definition]] = {noun: [] for noun in CustomField.Noun.values}
    for row in rows:
        found[row.noun].append(_definition(row))
    return {noun: tuple(each) for noun, each in found.items()}


def _definition(row: CustomField) -> Definition:
    choices = sorted(row.choices.all(), key=lambda one: (one.order, one.pk))
    return Definition(
        row.pk, row.key, row.noun, row.kind, row.label, row.hint, row.is_needed, row.is_shown,
        tuple((one.pk, one.label) for one in choices if not one.is_archived), {one.pk: one.label for one in choices},
    )  # fmt: skip


def fields_of(noun: str) -> tuple[Definition, ...]:
    """The fields of people ("person"), companies or deals that are in use, in order."""
    return _custom_fields()[noun]


def field_of(noun: str, key: str) -> Definition | None:
    """The field with this key ("f7")."""
    return next((one for one in fields_of(noun) if one.key == key), None)


def forget() -> None:
    """Ask the base again at the next question."""
    staff.forget()
