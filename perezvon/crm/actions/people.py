"""People: adding, entering, changing, noting that they were spoken to."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from perezvon.journey.actions import record
from perezvon.kit import phones as kit_phones

from .. import facts
from ..models import ContactOwner, ContactPoint, Person
from . import custom, tags
from .contact_points import attach
from .errors import ChangedMeanwhile
from .identity import EMAIL, PHONE, Lead, identify, identify_many, tidy_email

__all__ = [
    "Lead",
    "add_person",
    "change_person",
    "enter_person",
    "fill_in",
    "identify",
    "identify_many",
    "touch_people",
]

Key = tuple[str, str]
CHANGEABLE = frozenset({"name", "company_id", "responsible_id", "department_id", "region", "source_id", "comment"})


@transaction.atomic
def add_person(
    *,
    name: str,
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    responsible: Any = None,
    by: Any = None,
    at: datetime,
    **fields: Any,
) -> Person:
    """A person put into the CRM by the staff; numbers as typed, what is not a number is left out.

    A caller known by one of the numbers only (no name yet) gets the name instead of a double;
    a number that a named person has already becomes shared. ``fields`` are columns of ``Person``.
    """
    keys = _keys(phones, emails)
    fields.setdefault("department_id", getattr(responsible, "department_id", None))
    own = custom.filled(fields.pop("custom", {}))
    unnamed = _unnamed_owner(keys)
    if unnamed is not None:
        person = unnamed
        Person.objects.filter(pk=person.pk).update(responsible=responsible, custom=custom.patch(own), **fields)
        enter_person(person, name=name, by=by, at=at)
    else:
        fields.setdefault("region", next((kit_phones.region_of(v) for k, v in keys if k == PHONE), ""))
        person = Person.objects.create(
            name=name, responsible=responsible, created_at=at, entered_at=at, created_by=by, custom=own, **fields
        )
        owner_id = getattr(responsible, "pk", None)
        record(
            facts.PERSON_ADDED, at=at, by=by, person_id=person.pk, owner_id=owner_id, source_id=person.source_id,
            department_id=person.department_id, name=name,
        )  # fmt: skip
    attach(person, keys, at=at)
    person.refresh_from_db()
    return person


def _keys(numbers: Iterable[str], emails: Iterable[str]) -> list[Key]:
    found = [(PHONE, kit_phones.normalise(text)) for text in numbers]
    found += [(EMAIL, tidy_email(text)) for text in emails]
    return [key for key in dict.fromkeys(found) if key[1]]


def _unnamed_owner(keys: list[Key]) -> Person | None:
    owned = ContactOwner.objects.filter(until=None, person__name="", person__entered_at=None)
    for kind, value in keys:
        row = owned.filter(point__kind=kind, point__value=value).select_related("person").first()
        if row is not None:
            return row.person
    return None


@transaction.atomic
def enter_person(person: Person, *, name: str, by: Any = None, at: datetime) -> None:
    """Say who the unknown caller is; the first time counts as entered in the CRM."""
    fresh = Person.objects.filter(pk=person.pk, entered_at=None).update(entered_at=at)
    Person.objects.filter(pk=person.pk).update(name=name, version=F("version") + 1)
    person.name, person.entered_at = name, at if fresh else person.entered_at
    kind = facts.PERSON_ENTERED if fresh else facts.PERSON_CHANGED
    record(
        kind, at=at, by=by, person_id=person.pk, owner_id=person.responsible_id,
        department_id=person.department_id, name=name,
    )  # fmt: skip


@transaction.atomic
def fill_in(
    person: Person,
    *,
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    by: Any = None,
    at: datetime,
    **fields: Any,
) -> Person:
    """Add what is known of somebody to his card: more ways to reach him, and fields that are still empty."""
    attach(person, _keys(phones, emails), at=at)
    own = {key: value for key, value in fields.pop("custom", {}).items() if key not in person.custom}
    empty = {name: value for name, value in fields.items() if value and not getattr(person, name, True)}
    return change_person(person, {**empty, "custom": custom.filled(own)}, version=person.version, by=by, at=at)


@transaction.atomic
def change_person(person: Person, changes: Mapping[str, Any], *, version: int, by: Any = None, at: datetime) -> Person:
    """Save changed columns of the card that was read at ``version``; "custom" are values of own fields, "tags" names.

    ChangedMeanwhile when somebody saved it since. A person without a name who gets one is entered.
    """
    wanted, told = custom.columns(changes, CHANGEABLE), custom.names(changes, CHANGEABLE)
    saved = Person.objects.filter(pk=person.pk, version=version).update(**wanted, version=F("version") + 1)
    if not saved:
        raise ChangedMeanwhile
    if "tags" in changes:
        tags.lay(person, changes["tags"], by=by, at=at)
    if wanted.get("name") and Person.objects.filter(pk=person.pk, entered_at=None).update(entered_at=at):
        record(facts.PERSON_ENTERED, at=at, by=by, person_id=person.pk, name=wanted["name"])
    else:
        record(facts.PERSON_CHANGED, at=at, by=by, person_id=person.pk, fields=told)
    person.refresh_from_db()
    return person


_TOUCH = """
WITH seen AS (SELECT unnest(%s::bigint[]) AS id, unnest(%s::timestamptz[]) AS at),
     held AS (SELECT id FROM crm_person WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)
UPDATE crm_person SET last_contact_at = seen.at
  FROM seen JOIN held USING (id)
 WHERE crm_person.id = held.id AND (last_contact_at IS NULL OR last_contact_at < seen.at)
"""


def touch_people(seen: Mapping[int, datetime]) -> None:
    """Note the last conversation or message of many people; an earlier moment changes nothing."""
    if not seen:
        return
    ids = sorted(seen)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TOUCH, [ids, [seen[pk] for pk in ids], ids])


# Rows are locked in the order of their ids: two batches with the same people do not wait for each other in a circle.
_ADOPT = """
WITH new AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS n(id, responsible_id, department_id)),
     held AS (SELECT id FROM crm_person WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)
UPDATE crm_person SET responsible_id = coalesce(crm_person.responsible_id, new.responsible_id),
       department_id = CASE WHEN crm_person.responsible_id IS NULL AND new.responsible_id IS NOT NULL
                            THEN coalesce(u.department_id, new.department_id, crm_person.department_id)
                            ELSE coalesce(crm_person.department_id, new.department_id) END
  FROM new JOIN held USING (id) LEFT JOIN staff_user u ON u.id = new.responsible_id WHERE crm_person.id = held.id
"""


def adopt_people(owners: Mapping[int, tuple[int | None, int | None]]) -> None:
    """Give people without a responsible or a department those named (person -> ids).

    Nobody's responsible is replaced; the department is that of the new responsible, if he has one.
    """
    if not owners:
        return
    ids = sorted(owners)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ADOPT, [ids, [owners[pk][0] for pk in ids], [owners[pk][1] for pk in ids], ids])


def points_of(person: Person) -> list[ContactPoint]:
    """The person's present contact points, the primary first."""
    rows = person.contact_owners.filter(until=None).select_related("point").order_by("-is_primary", "id")
    return [row.point for row in rows]
