"""Who is this: the person behind a number or an address, made on the spot when there is none.

Any number of workers may ask about the same number at once: the unique contact point is made
first (``INSERT .. ON CONFLICT DO NOTHING`` waits for a rival's commit), then locked, and only who
holds the lock of a point without an owner makes a person.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from perezvon.journey.actions import NewFact, record_many
from perezvon.kit import phones

from .. import facts
from ..models import ContactOwner, ContactPoint, Person

Key = tuple[str, str]  # (kind, value)
PHONE, EMAIL = ContactPoint.Kind.PHONE.value, ContactPoint.Kind.EMAIL.value


@dataclass(frozen=True, slots=True)
class Lead:
    """What is known of somebody who contacts us; the phone is taken as typed.

    ``seen_at`` is when he contacted us, when that is earlier than we learned of it.
    """

    phone: str = ""
    email: str = ""
    name: str = ""
    source_id: int | None = None
    seen_at: datetime | None = None

    @property
    def keys(self) -> list[Key]:
        """The contact points, the strongest first."""
        return [key for key in ((PHONE, phones.normalise(self.phone)), (EMAIL, tidy_email(self.email))) if key[1]]

    @property
    def called(self) -> str:
        """The name as it may stand on a card."""
        return " ".join(self.name.replace("\x00", "").split())[:200]


def tidy_email(text: str | None) -> str:
    """An address of mail in its one spelling; "" when it is not one."""
    value = (text or "").strip().lower()
    local, _at, domain = value.partition("@")
    is_address = local and "." in domain and len(value) <= 254 and value.split() == [value]
    return value if is_address else ""


@transaction.atomic
def identify(numbers: Iterable[str], *, at: datetime, seen: Mapping[str, datetime] | None = None) -> dict[str, int]:
    """E.164 -> person id for all ``numbers`` (blank ones are left out), in a handful of statements.

    Unknown numbers become people with a phone only, region and operator told by the number; a
    number of several people means the one contacted most recently. ``seen`` says when a number
    contacted us first, ``at`` otherwise.
    """
    wanted, known = sorted({number for number in numbers if number}), seen or {}
    leads = [Lead(phone=number, seen_at=known.get(number)) for number in wanted]
    ids = _claim([[(PHONE, number)] for number in wanted], leads, at)
    return dict(zip(wanted, ids, strict=True))


@transaction.atomic
def identify_many(leads: Sequence[Lead], *, at: datetime, batch: int | None = None) -> list[int]:
    """The person of every lead, in the same order: by phone, else by e-mail, else a new one.

    A name or an e-mail that the person did not have yet is added; what is known is not changed. ``batch`` = an import does it.
    """
    return _claim([lead.keys for lead in leads], leads, at, batch)


def _claim(keys: Sequence[list[Key]], leads: Sequence[Lead], at: datetime, batch: int | None = None) -> list[int]:
    wanted = {key for each in keys for key in each}
    owners = _owners(wanted)
    missing = sorted(wanted - owners.keys())
    points: dict[Key, int] = {}
    if missing:
        make_points(missing, at)
        points = _locked_points(missing)
        owners |= _owners(set(missing))
    people = _match(keys, leads, owners, at)
    fresh = list({id(person): person for person in people if person.pk is None}.values())
    Person.objects.bulk_create(fresh)
    _own(keys, people, owners, points, at)
    _fill_names(people, leads)
    told = {} if batch is None else {"batch": batch}
    record_many(
        NewFact(facts.PERSON_ADDED, person.created_at, person_id=person.pk, source_id=person.source_id, details=told)
        for person in fresh
    )
    return [person.pk for person in people]


def _owners(keys: set[Key]) -> dict[Key, Person]:
    """The present owner of each contact point; of several the one contacted most recently."""
    rows = (
        _of_keys(ContactOwner.objects.filter(until=None, person__isnull=False), keys, "point__")
        .order_by(F("person__last_contact_at").asc(nulls_first=True), "-person_id")
        .values_list("point__kind", "point__value", "person_id", "person__name")
    )
    return {(kind, value): Person(pk=pk, name=name) for kind, value, pk, name in rows}


def _of_keys(queryset: QuerySet, keys: Iterable[Key], prefix: str = "") -> QuerySet:
    condition = Q()
    by_kind: dict[str, list[str]] = {}
    for kind, value in keys:
        by_kind.setdefault(kind, []).append(value)
    for kind, values in by_kind.items():
        condition |= Q(**{f"{prefix}kind": kind, f"{prefix}value__in": sorted(values)})
    return queryset.filter(condition) if by_kind else queryset.none()


def make_points(keys: Iterable[Key], at: datetime) -> None:
    """Make the contact points that do not exist; sorted, so that two workers cannot lock each other out."""
    ContactPoint.objects.bulk_create(
        [
            ContactPoint(
                kind=kind,
                value=value,
                created_at=at,
                region=phones.region_of(value) if kind == PHONE else "",
                operator=phones.operator_of(value) if kind == PHONE else "",
            )
            for kind, value in sorted(keys)
        ],
        ignore_conflicts=True,
    )


def _locked_points(keys: Iterable[Key]) -> dict[Key, int]:
    rows = _of_keys(ContactPoint.objects.select_for_update(no_key=True).order_by("id"), keys)
    return {(kind, value): pk for kind, value, pk in rows.values_list("kind", "value", "pk")}


def _match(keys: Sequence[list[Key]], leads: Sequence[Lead], owners: dict[Key, Person], at: datetime) -> list[Person]:
    """One person per lead; two leads of one batch with a common number are one person."""
    known = dict(owners)
    people: list[Person] = []
    for each, lead in zip(keys, leads, strict=True):
        person = next((known[key] for key in each if key in known), None) or _newcomer(lead, each, at)
        for key in each:
            known.setdefault(key, person)
        people.append(person)
    return people


def _newcomer(lead: Lead, keys: list[Key], at: datetime) -> Person:
    number = next((value for kind, value in keys if kind == PHONE), "")
    region = phones.region_of(number)[:120] if number else ""
    return Person(name=lead.called, region=region, source_id=lead.source_id, created_at=lead.seen_at or at)


def _own(
    keys: Sequence[list[Key]],
    people: Sequence[Person],
    owners: dict[Key, Person],
    points: dict[Key, int],
    at: datetime,
) -> None:
    rows: dict[Key, ContactOwner] = {}
    for each, person in zip(keys, people, strict=True):
        for key in each:
            if key not in owners and key not in rows:
                rows[key] = ContactOwner(point_id=points[key], person_id=person.pk, is_primary=True, since=at)
    ContactOwner.objects.bulk_create(rows.values())


_NAMES = """
UPDATE crm_person SET name = n.name FROM unnest(%s::bigint[], %s::text[]) AS n (id, name)
 WHERE crm_person.id = n.id AND crm_person.name = ''
"""


def _fill_names(people: Sequence[Person], leads: Sequence[Lead]) -> None:
    named: dict[int, str] = {}
    for person, lead in zip(people, leads, strict=True):
        if lead.called and not person.name:
            person.name = named[person.pk] = lead.called
    if named:
        ids = sorted(named)
        with connection.cursor() as cursor:
            cursor.execute(_NAMES, [ids, [named[pk] for pk in ids]])
