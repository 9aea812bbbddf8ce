"""Who is known already: the warning before a double is made."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from typing import Any, TypeVar

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from perezvon.kit import phones
from perezvon.kit.texts import fold
from perezvon.staff import access
from perezvon.staff.models import User

from .actions.identity import tidy_email
from .models import Company, ContactOwner, Person

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known:
    """A client who has what was typed; ``pk`` is None when the reader may not open him.

    ``is_sure``: a number, an address or an INN says so, not only a name. ``may_join``: the reader may change that card.
    """

    name: str
    responsible: str
    shared: str
    pk: int | None
    is_sure: bool = True
    may_join: bool = False
    url: str = ""


def known(user: Any, phone: str, email: str, name: str = "", but: int | None = None) -> list[Known]:
    """Named people who own the phone or the e-mail already, or are called so (a caller without a name is no double)."""
    owners = _owners(phone, email).filter(person__isnull=False).exclude(person__name="").exclude(person=but)
    rows = owners.select_related("person__responsible", "point").order_by("person_id")[:5]
    found: dict[int, tuple[Any, Any]] = {row.person_id: (row.person, row.point) for row in rows if row.person_id}
    for person in _namesakes(Person.objects.visible_to(user), name).exclude(pk=but).select_related("responsible")[:5]:
        found.setdefault(person.pk, (person, None))
    return _known(user, Person, found, "crm:person")


def known_companies(
    user: Any, name: str, inn: str, phone: str = "", email: str = "", but: int | None = None
) -> list[Known]:
    """Companies with this INN, phone or e-mail, or called so."""
    owners = _owners(phone, email).filter(company__isnull=False).exclude(company=but)
    rows = owners.select_related("company__responsible", "point")
    found: dict[int, tuple[Any, Any]] = {
        row.company_id: (row.company, row.point) for row in rows.order_by("company_id")[:5]
    }
    visible = Company.objects.visible_to(user).select_related("responsible").order_by("pk")
    for company in visible.filter(inn=inn)[:5] if inn else ():
        found.setdefault(company.pk, (company, inn))
    for company in visible.filter(name__folded=fold(" ".join(name.split())))[:5] if name.strip() else ():
        found.setdefault(company.pk, (company, None))
    return _known(user, Company, found, "crm:company")


def _owners(phone: str, email: str) -> Any:
    values = [value for value in (phones.normalise(phone), tidy_email(email)) if value]
    return ContactOwner.objects.filter(until=None, point__value__in=values)


def _namesakes(people: Any, name: str) -> Any:
    """Whoever is called so, in whatever order of the words; one word alone says too little."""
    words = fold(name).split()
    if not 2 <= len(words) <= 3:
        return people.none()
    return people.filter(name__folded__in=[" ".join(each) for each in permutations(words)]).order_by("pk")


def _known(user: Any, model: Any, found: dict[int, tuple[Any, Any]], url_name: str) -> list[Known]:
    def among(verb: str) -> set[int]:
        return set(model.objects.visible_to(user, verb).filter(pk__in=found).values_list("pk", flat=True))

    visible, mine = (among("view"), among("edit")) if found else (set[int](), set[int]())
    sees = access.sees_phones(user)
    return [
        Known(
            one.name, one.responsible.name if one.responsible else "", _shared(by, sees), pk if pk in visible else None,
            by is not None, pk in visible & mine, reverse(url_name, args=[pk]) if pk in visible else "",
        )
        for pk, (one, by) in found.items()
    ]  # fmt: skip


def _shared(by: Any, sees: bool) -> str:
    """What the two have in common."""
    if by is None:
        return _("the same name")
    if isinstance(by, str):
        return f"{_('INN')} {by}"
    return shown(by.value, sees) if by.kind == "phone" else str(by.value)


def shown(e164: str, sees_phones: bool) -> str:
    """A number in full or masked."""
    return phones.pretty(e164) if sees_phones else phones.mask(e164)


def colleague(pk: int | None) -> User | None:
    """The person of the staff with this id."""
    return User.objects.filter(pk=pk).first() if pk else None


def saved(user: Any, save: Callable[[], T]) -> T:
    """Save, and take it back when the thing would be out of the saver's sight after it."""
    with transaction.atomic():
        thing = save()
        access.recheck(thing, user)  # type: ignore[arg-type]
    return thing
