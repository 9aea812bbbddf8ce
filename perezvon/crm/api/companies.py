"""Companies: organisations that buy."""

from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _

from perezvon.api.ids import named
from perezvon.api.nouns import Caller, Heard, fact_of, of_listing
from perezvon.api.schemas import Field, Id, In, Words

from .. import actions
from ..actions import merging
from ..actions.tags import mark
from ..listings import COMPANIES as LISTING
from ..models import Company
from .cards import Emails, PartyOut, Phones, keys, with_points
from .shared import OWN_WORDS, Own, Tags, party_columns, somebody

Inn = Annotated[str, Field(pattern=r"^([0-9]{10}|[0-9]{12})?$", examples=["7700000016"])]


class CompanyOut(PartyOut):
    """An organisation that buys."""

    inn: str


class CompanyIn(In):
    """A new company."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    inn: Inn = ""
    phones: Phones = []
    emails: Emails = []
    responsible_id: Id | None = Field(None, description=_("Whoever adds, when nobody is named."))
    region: Annotated[str, Field(max_length=120)] = ""
    source_id: Id | None = None
    comment: Words = ""
    custom: Own = Field({}, description=OWN_WORDS)
    tags: Tags = []


class CompanyChange(In):
    """Only the fields that are sent are changed."""

    version: int | None = Field(None, description=_("The version that was read; 409 when it is not the last."))
    name: Annotated[str, Field(min_length=1, max_length=200)] = "-"
    inn: Inn = ""
    responsible_id: Id | None = None
    region: Annotated[str, Field(max_length=120)] = ""
    source_id: Id | None = None
    comment: Words = ""
    custom: Own = Field({}, description=OWN_WORDS)
    tags: Tags = Field([], description=_("All tags that shall be on it."))


class CompanyMergeIn(In):
    """Another card of the same company, which goes; ``take`` are the fields whose values come from it."""

    gone_id: Id
    take: list[Literal["name", "inn", "responsible_id", "region", "source_id", "comment"]] = Field([], max_length=6)


COMPANIES = of_listing(
    LISTING, "company", CompanyOut, dress=with_points("company"), narrow={"responsible": "responsible_id", "inn": "inn"},
    heard=Heard(("company.",), fact_of("company_id")),
)  # fmt: skip


@COMPANIES.adds(CompanyIn)
def add(caller: Caller, body: CompanyIn) -> Company:
    """A new company."""
    given = {name: value for name, value in body.given().items() if name not in ("name", "responsible_id")}
    responsible = somebody(caller, "company", body.responsible_id or caller.user.pk, is_new=True)
    columns = party_columns(caller, "company", given)
    tags = columns.pop("tags", [])
    company = actions.add_company(
        name=body.name, phones=keys(body.phones, "phone"), emails=keys(body.emails, "email"), responsible=responsible,
        by=caller.user, at=caller.at, **columns,
    )  # fmt: skip
    mark(company, tags, by=caller.user, at=caller.at)
    return company


@COMPANIES.changes(CompanyChange)
def change(caller: Caller, company: Company, body: CompanyChange, version: int) -> Company:
    """The card with other values."""
    columns = party_columns(caller, "company", body.given())
    return actions.change_company(company, columns, version=version, by=caller.user, at=caller.at)


@COMPANIES.verb("merge", _("Companies: merge another card into this one"), CompanyMergeIn,
                about=_("What belongs to the other card comes to this one; it can be taken back."))  # fmt: skip
def merge(caller: Caller, company: Company, body: CompanyMergeIn) -> Company:
    """Two cards become one."""
    gone = named(Company.objects.visible_to(caller.user, "edit"), body.gone_id, "gone_id")
    take = [*body.take, *(["department_id"] if "responsible_id" in body.take else [])]
    return merging.merge_companies(company, gone, take=take, by=caller.user, at=caller.at).kept
