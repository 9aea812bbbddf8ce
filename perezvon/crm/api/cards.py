"""People: the clients and whoever called."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_lazy as _

from perezvon.api.ids import named
from perezvon.api.nouns import Caller, Expansion, Heard, fact_of, of_listing
from perezvon.api.problems import wrong
from perezvon.api.schemas import Field, Id, In, Line, Out, Words
from perezvon.kit import phones

from .. import actions
from ..actions import merging
from ..actions.contact_points import key_of
from ..actions.errors import NotAPhone
from ..actions.tags import mark
from ..columns import with_tags
from ..listings import PEOPLE as LISTING
from ..models import ContactOwner, Person
from .shared import OWN_WORDS, Own, Tags, party_columns, somebody

Phones = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=20)]
Emails = Annotated[list[Annotated[str, Field(max_length=254)]], Field(max_length=20)]


class PartyOut(Out):
    """What people and companies have in common."""

    id: int
    version: int = Field(description=_("Grows with every change; send it back as If-Match or “version”."))
    name: str = Field(description=_("Empty for a caller whom nobody has named yet."))
    phones: list[str] = Field(description=_("E.164, the primary first; masked for those who may not see numbers."))
    emails: list[str]
    region: str
    segment: str
    comment: str
    source_id: int | None
    responsible_id: int | None
    department_id: int | None
    created_at: datetime
    created_by_id: int | None
    custom: Own = Field(description=OWN_WORDS)
    tags: list[str]


class PersonOut(PartyOut):
    """A client, or somebody who called and is not named yet."""

    company_id: int | None
    entered_at: datetime | None = Field(description=_("When somebody of the staff put the client into the CRM."))
    last_contact_at: datetime | None
    first_sale_at: datetime | None


class PersonIn(In):
    """A new client. A caller known by one of the numbers only gets the name instead of a double."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    phones: Phones = []
    emails: Emails = []
    company_id: Id | None = None
    responsible_id: Id | None = Field(None, description=_("Whoever adds, when nobody is named."))
    region: Annotated[str, Field(max_length=120)] = ""
    source_id: Id | None = None
    comment: Words = ""
    custom: Own = Field({}, description=OWN_WORDS)
    tags: Tags = []


class PersonChange(In):
    """Only the fields that are sent are changed."""

    version: int | None = Field(None, description=_("The version that was read; 409 when it is not the last."))
    name: Line = ""
    company_id: Id | None = None
    responsible_id: Id | None = None
    region: Annotated[str, Field(max_length=120)] = ""
    source_id: Id | None = None
    comment: Words = ""
    custom: Own = Field({}, description=OWN_WORDS)
    tags: Tags = Field([], description=_("All tags that shall be on it."))


class PersonMergeIn(In):
    """Another card of the same client, which goes; ``take`` are the fields whose values come from it."""

    gone_id: Id
    take: list[Literal["name", "company_id", "responsible_id", "region", "source_id", "comment"]] = Field(
        [], max_length=6
    )


def with_points(owner: str) -> Any:
    """``dress``: phones, e-mails and tags of every row, numbers as the caller may see them."""
    marks = with_tags(owner)

    def dress(rows: Sequence[Any], caller: Caller) -> None:
        found: dict[int, dict[str, list[str]]] = {row.pk: {"phone": [], "email": []} for row in rows}
        mine: Any = ContactOwner.objects.filter(
            until=None, point__kind__in=("phone", "email"), **{f"{owner}__in": found}
        )
        points = mine.order_by("-is_primary", "id").values_list(owner, "point__kind", "point__value")
        for pk, kind, value in points:
            found[pk][kind].append(value)
        marks(rows, caller.user)
        for row in rows:
            row.tags = row.tag_names
            numbers = found[row.pk]["phone"]
            row.phones = numbers if caller.sees_phones else [phones.mask(one) for one in numbers]
            row.emails = found[row.pk]["email"]

    return dress


def keys(texts: Sequence[str], kind: str) -> list[str]:
    """Numbers or addresses in their one spelling. ApiProblem 422 that names the one at fault."""
    found = []
    for place, text in enumerate(texts):
        try:
            found.append(key_of(kind, text)[1])
        except NotAPhone as error:
            raise wrong(f"body.{kind}s.{place}", str(error), "not_a_phone") from None
    return found


PEOPLE = of_listing(
    LISTING, "person", PersonOut, dress=with_points("person"),
    about=_("Clients, and whoever called: a person with a phone only has no name yet."),
    narrow={"company": "company_id", "responsible": "responsible_id"}, expand={"company": Expansion("companies", "company_id")},
    heard=Heard(("person.", "note.added"), fact_of("person_id")),
)  # fmt: skip


@PEOPLE.adds(PersonIn)
def add(caller: Caller, body: PersonIn) -> Person:
    """A new client."""
    columns = party_columns(caller, "person", {name: value for name, value in body.given().items() if name not in ("name", "responsible_id")})  # fmt: skip
    pk, tags = body.responsible_id or caller.user.pk, columns.pop("tags", [])
    person = actions.add_person(
        name=body.name, phones=keys(body.phones, "phone"), emails=keys(body.emails, "email"),
        responsible=somebody(caller, "person", pk, is_new=True), by=caller.user, at=caller.at, **columns,
    )  # fmt: skip
    mark(person, tags, by=caller.user, at=caller.at)
    return person


@PEOPLE.changes(PersonChange)
def change(caller: Caller, person: Person, body: PersonChange, version: int) -> Person:
    """The card with other values."""
    columns = party_columns(caller, "person", body.given())
    return actions.change_person(person, columns, version=version, by=caller.user, at=caller.at)


@PEOPLE.verb("merge", _("Clients: merge another card into this one"), PersonMergeIn,
             about=_("What belongs to the other card comes to this one; it can be taken back."))  # fmt: skip
def merge(caller: Caller, person: Person, body: PersonMergeIn) -> Person:
    """Two cards become one."""
    gone = named(Person.objects.visible_to(caller.user, "edit"), body.gone_id, "gone_id")
    take = [*body.take, *(["department_id"] if "responsible_id" in body.take else [])]
    return merging.merge_people(person, gone, take=take, by=caller.user, at=caller.at).kept
