"""Saying who is on the line: a new client, or one whom we know by another number."""

from datetime import datetime
from typing import Any

from django.db import transaction

from perezvon.crm.actions.contact_points import attach
from perezvon.crm.actions.people import add_person
from perezvon.crm.models import ContactOwner, Person
from perezvon.journey.actions import record

from .. import facts
from ..models import Call

PHONE = "phone"


@transaction.atomic
def introduce(call: Call, name: str, *, by: Any, at: datetime) -> Person:
    """Make the caller a client called ``name``, the responsible being whoever talks to him."""
    person = add_person(name=name, phones=[call.phone], responsible=by, by=by, at=at)
    return recognise(call, person, by=by, at=at)


@transaction.atomic
def recognise(call: Call, person: Person, *, by: Any, at: datetime) -> Person:
    """Say that this ``person`` is on the line: the number becomes his, and so do the calls of its nameless owner.

    A number that a named client has already is shared by both from now on.
    """
    if call.phone:
        attach(person, [(PHONE, call.phone)], at=at)
    stranger = _stranger(call, person)
    if stranger is not None:
        owners = ContactOwner.objects.filter(person=stranger, point__kind=PHONE, point__value=call.phone, until=None)
        owners.update(until=at)
        Call.objects.filter(person=stranger, phone=call.phone).update(person=person)
    Call.objects.filter(pk=call.pk).update(person=person)
    call.person = person
    record(
        facts.CALL_RECOGNISED, at=at, by=by, call_id=call.pk, person_id=person.pk, owner_id=by.pk if by else None,
        department_id=call.department_id, channel="call", name=person.name, was=stranger.pk if stranger else None,
    )  # fmt: skip
    return person


def _stranger(call: Call, person: Person) -> Person | None:
    """The nameless card that the number made by itself, when it is not the person."""
    was = call.person
    if was is None or was.pk == person.pk or was.name or was.entered_at is not None:
        return None
    return was
