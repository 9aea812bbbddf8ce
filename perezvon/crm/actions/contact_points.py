"""Phones and addresses of people and companies; several may share one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

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
def remove_contact(owner: ContactOwner, *, by: Any, at: datetime) -> None:
    """Say that the contact point is not theirs any more; it stays in the history."""
    if ContactOwner.objects.filter(pk=owner.pk, until=None).update(until=at):
        _record_change(owner.person or owner.company, by=by, at=at)  # type: ignore[arg-type]


def _record_change(party: Person | Company, *, by: Any, at: datetime) -> None:
    if isinstance(party, Person):
        record(facts.PERSON_CHANGED, at=at, by=by, person_id=party.pk, fields=["contacts"])
    else:
        record(facts.COMPANY_CHANGED, at=at, by=by, company_id=party.pk, fields=["contacts"])
