"""Phones and addresses of people and companies; several may share one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from perezvon.journey.actions import record
from perezvon.kit import phones

from .. import facts
from ..models import Company, ContactOwner, ContactPoint, Person
from .errors import NotAPhone
from .identity import EMAIL, PHONE, make_points, tidy_email

Key = tuple[str, str]


def key_of(kind: str, text: str) -> Key:
    """What was typed, as (kind, value in its one spelling); NotAPhone when it is neither."""
    value = {PHONE: phones.normalise, EMAIL: tidy_email}.get(kind, str.strip)(text)
    if not value:
        raise NotAPhone
    return kind, value


def guess(text: str) -> Key:
    """A phone or an e-mail by its looks; NotAPhone when it is neither."""
    return key_of(EMAIL if "@" in text else PHONE, text)


def attach(party: Person | Company, keys: Iterable[Key], *, at: datetime) -> list[ContactOwner]:
    """Make ``party`` an owner of contact points, without a fact: part of a bigger action."""
    wanted = list(dict.fromkeys(keys))
    if not wanted:
        return []
    make_points(wanted, at)
    whose = {"person" if isinstance(party, Person) else "company": party}
    mine = ContactOwner.objects.filter(until=None, **whose)
    made = []
    for kind, value in wanted:
        point = ContactPoint.objects.get(kind=kind, value=value)
        if not mine.filter(point=point).exists():
            first = not mine.filter(point__kind=kind).exists()
            made.append(ContactOwner.objects.create(point=point, is_primary=first, since=at, **whose))
    return made


@transaction.atomic
def add_contact(party: Person | Company, kind: str, text: str, *, by: Any, at: datetime) -> ContactPoint:
    """Add a phone or an address as typed. NotAPhone when it is not one."""
    kind, value = key_of(kind, text)
    attach(party, [(kind, value)], at=at)
    _record_change(party, by=by, at=at)
    return ContactPoint.objects.get(kind=kind, value=value)


@transaction.atomic
def change_contact(
    owner: ContactOwner,
    *,
    text: str | None,
    type: str,
    extension: str,
    note: str,
    is_primary: bool,
    is_valid: bool,
    by: Any,
    at: datetime,
) -> ContactOwner:
    """Change how a client is reached. ``text`` None = the number stays; another number takes the place of this one.

    ``is_valid`` is of the number itself, whoever owns it. NotAPhone when the text is none.
    """
    kind, party = owner.point.kind, owner.person or owner.company
    assert party is not None
    key = key_of(kind, text) if text is not None else (kind, owner.point.value)
    if key[1] != owner.point.value:
        ContactOwner.objects.filter(pk=owner.pk).update(until=at)
        made = attach(party, [key], at=at)
        owner = made[0] if made else _present(party).get(point__kind=kind, point__value=key[1])
    if is_primary:
        _present(party).filter(point__kind=kind).exclude(pk=owner.pk).update(is_primary=False)
    is_only = not _present(party).filter(point__kind=kind, is_primary=True).exclude(pk=owner.pk).exists()
    ContactOwner.objects.filter(pk=owner.pk).update(
        type=type, extension=extension.strip(), note=note.strip(), is_primary=is_primary or is_only
    )
    ContactPoint.objects.filter(pk=owner.point_id).update(is_valid=is_valid)
    _record_change(party, by=by, at=at)
    owner.refresh_from_db()
    return owner


def _present(party: Person | Company) -> "QuerySet[ContactOwner]":
    return ContactOwner.objects.filter(until=None, **{"person" if isinstance(party, Person) else "company": party})


@transaction.atomic
def remove_contact(owner: ContactOwner, *, by: Any, at: datetime) -> None:
    """Say that the contact point is not theirs any more; it stays in the history."""
    party = owner.person or owner.company
    if party is not None and ContactOwner.objects.filter(pk=owner.pk, until=None).update(until=at, is_primary=False):
        rest = _present(party).filter(point__kind=owner.point.kind).order_by("-is_primary", "id").first()
        if rest is not None and not rest.is_primary:
            ContactOwner.objects.filter(pk=rest.pk).update(is_primary=True)
        _record_change(party, by=by, at=at)


def _record_change(party: Person | Company, *, by: Any, at: datetime) -> None:
    if isinstance(party, Person):
        record(facts.PERSON_CHANGED, at=at, by=by, person_id=party.pk, fields=["contacts"])
    else:
        record(facts.COMPANY_CHANGED, at=at, by=by, company_id=party.pk, fields=["contacts"])
