"""Who is known already: the warning before a double is made, and names of companies as typed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction

from perezvon.kit import clock, phones
from perezvon.staff import access
from perezvon.staff.models import User

from .actions.companies import add_company
from .actions.identity import tidy_email
from .models import Company, ContactOwner, Person

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known:
    """A named person who has the number or the address; ``pk`` is None when the reader may not open him."""

    name: str
    responsible: str
    shared: str
    pk: int | None


def known(user: Any, phone: str, email: str) -> list[Known]:
    """Named people who own the phone or the e-mail already (a caller without a name is no double)."""
    values = [value for value in (phones.normalise(phone), tidy_email(email)) if value]
    owners = ContactOwner.objects.filter(until=None, point__value__in=values, person__isnull=False).exclude(
        person__name=""
    )
    rows = owners.select_related("person__responsible", "point").order_by("person_id")[:5]
    people = {row.person_id: row for row in rows}
    visible = (
        set(Person.objects.visible_to(user).filter(pk__in=people).values_list("pk", flat=True)) if people else set()
    )
    sees = access.sees_phones(user)
    return [_known(row, sees, pk if pk in visible else None) for pk, row in people.items()]


def _known(row: Any, sees: bool, pk: int | None) -> Known:
    shared = shown(row.point.value, sees) if row.point.kind == "phone" else row.point.value
    responsible = row.person.responsible
    return Known(row.person.name, responsible.name if responsible else "", shared, pk)


def shown(e164: str, sees_phones: bool) -> str:
    """A number in full or masked."""
    return phones.pretty(e164) if sees_phones else phones.mask(e164)


def company_id(user: Any, name: str) -> int | None:
    """The company called so that ``user`` may see, else a new one; None for no name."""
    name = " ".join(name.split())
    if not name:
        return None
    found = Company.objects.visible_to(user).filter(name=name).order_by("pk").values_list("pk", flat=True).first()
    return found or add_company(name=name, responsible=user, by=user, at=clock.now()).pk


def colleague(pk: int | None) -> User | None:
    """The person of the staff with this id."""
    return User.objects.filter(pk=pk).first() if pk else None


def saved(user: Any, save: Callable[[], T]) -> T:
    """Save, and take it back when the thing would be out of the saver's sight after it."""
    with transaction.atomic():
        thing = save()
        access.recheck(thing, user)  # type: ignore[arg-type]
    return thing
