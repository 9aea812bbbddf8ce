"""What other rooms may read of clients, deals and tasks."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from perezvon.kit import phones
from perezvon.staff import access

from .models import ContactOwner, Deal, LostReason, Person, Pipeline, Product, Stage

__all__ = [
    "Deal", "LostReason", "PersonCard", "Pipeline", "Product", "Stage", "by_phone", "names_of",
    "open_deal_of", "phone_of", "phones_of", "responsible_of", "stages",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What a screen-pop shows of a person."""

    id: int
    name: str
    responsible_id: int | None
    responsible: str
    extension: str
    department_id: int | None
    company: str
    region: str
    phone: str


_CARD = {
    "id": F("person_id"),
    "name": F("person__name"),
    "responsible_id": F("person__responsible_id"),
    "responsible": F("person__responsible__name"),
    "extension": F("person__responsible__extension"),
    "department_id": F("person__department_id"),
    "company": F("person__company__name"),
    "region": F("person__region"),
    "phone": F("point__value"),
}


def by_phone(text: str, user: Any = None) -> list[PersonCard]:
    """The people behind a number as typed (+7, 8, spaces, brackets), the last contacted first.

    One query, served by the unique index of contact points. ``user`` limits it to the people whom
    he may see; None = the system asks.
    """
    number = phones.normalise(text)
    if not number:
        return []
    owners = ContactOwner.objects.filter(until=None, point__kind="phone", point__value=number, person__isnull=False)
    if user is not None and access.scope(user, "person") != "all":
        owners = owners.filter(person__in=Person.objects.visible_to(user))
    rows = owners.order_by(F("person__last_contact_at").desc(nulls_last=True), "person_id")
    found = rows.values_list(*_CARD.values())[:20]
    return [_card(dict(zip(_CARD, row, strict=True))) for row in found]


def _card(row: dict[str, Any]) -> PersonCard:
    values: dict[str, Any] = {n: "" if v is None and n in _TEXTS else v for n, v in row.items()}
    return PersonCard(**values)


_TEXTS = frozenset({"name", "responsible", "extension", "company", "region", "phone"})


def names_of(ids: Iterable[int]) -> dict[int, str]:
    """Person id -> name ("" for an unknown caller)."""
    return dict(Person.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


def responsible_of(ids: Iterable[int]) -> dict[int, int]:
    """Person id -> id of the responsible, for those who have one."""
    rows = Person.objects.filter(pk__in=set(ids), responsible__isnull=False)
    return dict(rows.values_list("pk", "responsible_id"))


def phones_of(ids: Iterable[int]) -> dict[int, str]:
    """Person id -> primary phone in E.164, for those who have one; mask it before it is shown."""
    rows = ContactOwner.objects.filter(until=None, point__kind="phone", person__in=set(ids))
    return dict(rows.order_by("is_primary", "-id").values_list("person_id", "point__value"))


def phone_of(person_id: int) -> str:
    """The primary phone of one person in E.164; "" when there is none."""
    return phones_of([person_id]).get(person_id, "")


def stages(pipeline_id: int | None = None) -> list[Stage]:
    """Stages of one pipeline, or of all that are in use, in order."""
    rows = Stage.objects.select_related("pipeline").order_by("pipeline__order", "pipeline_id", "order", "id")
    return list(rows.filter(pipeline_id=pipeline_id) if pipeline_id else rows.filter(pipeline__is_archived=False))


def open_deal_of(person_id: int) -> Deal | None:
    """The person's newest open deal."""
    return Deal.objects.open().filter(person_id=person_id).order_by("-created_at", "-id").first()
