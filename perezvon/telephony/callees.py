"""Whom a call button means: the page names a client, a contact point, a deal, a task or a call; the number stays here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from perezvon.crm.models import Company, ContactOwner, ContactPoint, Deal, Person, Task
from perezvon.crm.reads import phone_of
from perezvon.kit import phones

from .access import calls_at_hand


@dataclass(frozen=True, slots=True)
class Callee:
    """A number in E.164, whose it is and for which task he is called, as far as the button told."""

    phone: str
    person: Person | None = None
    task: Task | None = None


def callee(user: Any, given: Mapping[str, str]) -> Callee | None:
    """What the form names, within what ``user`` may see; None when there is nothing to call.

    ``given`` has one of the names of ``KINDS`` with an id, or ``number`` with a number as it was typed.
    """
    for kind, find in KINDS.items():
        pk = given.get(kind, "")
        if pk.isascii() and pk.isdecimal() and len(pk) < 18:
            found = find(user, int(pk))
            return found if found is not None and found.phone else None
    number = phones.normalise(given.get("number", ""))
    return Callee(number) if number else None


def _person(user: Any, pk: int) -> Callee | None:
    person = Person.objects.visible_to(user).filter(pk=pk).first()
    return Callee(phone_of(pk), person) if person else None


def _company(user: Any, pk: int) -> Callee | None:
    return _company_phone(pk) if Company.objects.visible_to(user).filter(pk=pk).exists() else None


def _company_phone(pk: int | None) -> Callee:
    owners = ContactOwner.objects.present().filter(company=pk, point__kind=ContactPoint.Kind.PHONE)
    number = owners.order_by("-is_primary", "pk").values_list("point__value", flat=True).first()
    return Callee(number or "")


def _point(user: Any, pk: int) -> Callee | None:
    owners = ContactOwner.objects.visible_to(user).present().filter(point=pk, point__kind=ContactPoint.Kind.PHONE)
    owner = owners.select_related("point", "person").order_by("pk").first()
    return Callee(owner.point.value, owner.person) if owner else None


def _deal(user: Any, pk: int) -> Callee | None:
    deal = Deal.objects.visible_to(user).filter(pk=pk).select_related("person").first()
    return _of(deal)


def _task(user: Any, pk: int) -> Callee | None:
    task = Task.objects.visible_to(user).filter(pk=pk).select_related("person").first()
    found = _of(task)
    return Callee(found.phone, found.person, task) if found else None


def _of(thing: Any) -> Callee | None:
    """The client of a deal or a task: who sees the thing may call its client."""
    if thing is None:
        return None
    if thing.person is not None:
        return Callee(phone_of(thing.person.pk), thing.person)
    return _company_phone(thing.company_id)


def _call(user: Any, pk: int) -> Callee | None:
    call = calls_at_hand(user).filter(pk=pk).select_related("person").first()
    return Callee(call.phone, call.person) if call else None


KINDS: dict[str, Callable[[Any, int], Callee | None]] = {
    "person": _person, "company": _company, "point": _point, "deal": _deal, "task": _task, "call": _call,
}  # fmt: skip
