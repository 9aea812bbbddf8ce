"""Who is calling: the question of a screen that pops up on a call."""

from typing import Annotated, Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from perezvon.api.extras import Extra, extra
from perezvon.api.nouns import Caller
from perezvon.api.problems import wrong
from perezvon.api.schemas import Field
from perezvon.kit import phones

from .. import reads


class ByPhone(BaseModel):
    """The number."""

    phone: Annotated[str, Field(max_length=64, description=_("With +7, 8, spaces, brackets, dashes."))]


class CallerCard(BaseModel):
    """One of the people behind the number."""

    id: int
    name: str = Field(description=_("Empty for a caller whom nobody has named yet."))
    phone: str = Field(description=_("E.164, or masked for those who may not see numbers."))
    company: str
    region: str
    responsible: str
    responsible_id: int | None
    extension: str
    url: str


class Callers(BaseModel):
    """The last contacted first."""

    people: list[CallerCard]


def by_phone(caller: Caller, asked: ByPhone) -> dict[str, Any]:
    """The people behind a number as typed."""
    if not asked.phone.strip():
        raise wrong("query.phone", _now("Which number?"))
    return {"people": [_card(card, caller.sees_phones) for card in reads.by_phone(asked.phone, caller.user)]}


def _card(card: reads.PersonCard, sees: bool) -> dict[str, Any]:
    return {
        "id": card.id, "name": card.name, "phone": card.phone if sees else phones.mask(card.phone),
        "company": card.company, "region": card.region, "responsible": card.responsible,
        "responsible_id": card.responsible_id, "extension": card.extension, "url": reverse("crm:person", args=[card.id]),
    }  # fmt: skip


extra(Extra(
    "clients/by-phone", "by-phone", "people", _("Who is calling: the people behind a number as typed"), Callers, by_phone,
    query=ByPhone, right=("person", "view"), of="people",
    about=_("None for an unknown number. Made to be asked while the telephone rings."),
))  # fmt: skip
