"""Ways to reach people and companies; several may share one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from perezvon.api.ids import named
from perezvon.api.nouns import Caller, Expansion, Noun, register
from perezvon.api.problems import wrong
from perezvon.api.schemas import Field, Id, In, Out
from perezvon.kit import phones

from .. import actions
from ..models import Company, ContactOwner, ContactPoint, Person


class ContactOut(Out):
    """A phone or an address of somebody; present ones only."""

    id: int
    kind: ContactPoint.Kind
    value: str = Field(
        description=_("E.164 or an address in lower case; a number is masked for those who may not see it.")
    )
    extension: str
    region: str = Field(description=_("Where the number is from, in words."))
    operator: str
    is_primary: bool
    is_valid: bool
    person_id: int | None
    company_id: int | None
    since: datetime


class ContactIn(In):
    """A way to reach a person or a company: one of the two."""

    person_id: Id | None = None
    company_id: Id | None = None
    kind: ContactPoint.Kind = ContactPoint.Kind.PHONE
    value: Annotated[
        str, Field(min_length=1, max_length=254, description=_("As typed; it is brought to its one spelling."))
    ]


def _dress(rows: Sequence[Any], caller: Caller) -> None:
    for row in rows:
        point = row.point
        hidden = point.kind == "phone" and not caller.sees_phones
        row.kind, row.value = point.kind, phones.mask(point.value) if hidden else point.value
        row.extension, row.region, row.operator, row.is_valid = (
            "" if hidden else point.extension, point.region, point.operator, point.is_valid,
        )  # fmt: skip


def _rows(user: Any, verb: str) -> Any:
    """Those of cards to which ``user`` may do it."""
    rows = ContactOwner.objects.present()
    people = Person.objects.visible_to(user, verb).order_by().values("pk")
    companies = Company.objects.visible_to(user, verb).order_by().values("pk")
    return rows.filter(person__in=people) | rows.filter(company__in=companies)


CONTACTS = register(Noun(
    "contacts", "contact", _("Phones and addresses"), ContactOut, _rows, related=("point",), dress=_dress, is_exported=False,
    narrow={"person": "person_id", "company": "company_id", "kind": "point__kind"},
    expand={"person": Expansion("people", "person_id"), "company": Expansion("companies", "company_id")},
))  # fmt: skip


@CONTACTS.adds(ContactIn, right="edit")
def add(caller: Caller, body: ContactIn) -> ContactOwner:
    """One more way to reach somebody."""
    if (body.person_id is None) == (body.company_id is None):
        raise wrong("body.person_id", _now("Name a person or a company, one of the two."))
    whose: Any = named(Person.objects.visible_to(caller.user, "edit"), body.person_id, "person_id") or named(
        Company.objects.visible_to(caller.user, "edit"), body.company_id, "company_id"
    )
    point = actions.add_contact(whose, body.kind, body.value, by=caller.user, at=caller.at)
    owner = "person" if isinstance(whose, Person) else "company"
    return ContactOwner.objects.present().get(point=point, **{owner: whose})


@CONTACTS.removes()
def remove(caller: Caller, contact: ContactOwner) -> None:
    """It is not theirs any more; the history keeps it."""
    actions.remove_contact(contact, by=caller.user, at=caller.at)
