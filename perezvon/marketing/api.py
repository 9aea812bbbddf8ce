"""What programs can do with sources, the numbers and tags that lead to them, site forms and what came through them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from perezvon.api.ids import named
from perezvon.api.nouns import Caller, Expansion, Heard, Noun, Order, fact_of, register
from perezvon.api.schemas import Field, Id, In, Line, Out
from perezvon.crm.models import Product
from perezvon.kit import phones
from perezvon.kit.phones import without_numbers
from perezvon.staff import access
from perezvon.staff.models import Department

from . import actions
from .models import Form, LineSource, Source, Submission, UtmRule

Name = Annotated[str, Field(min_length=1, max_length=80)]
Number = Annotated[str, Field(min_length=1, max_length=64, description=_("With +7, 8, spaces, brackets, dashes."))]


class SourceOut(Out):
    """Where clients come from."""

    id: int
    name: str
    channel: str
    is_archived: bool


class SourceIn(In):
    """A new source."""

    name: Name
    channel: Annotated[str, Field(max_length=40)] = ""


class SourceChange(In):
    """Only the fields that are sent are changed."""

    name: Name = "-"
    channel: Annotated[str, Field(max_length=40)] = ""
    is_archived: bool = False


class SourceLineIn(In):
    """A dialled number."""

    line: Number


SOURCES = register(Noun(
    "sources", "source", _("Sources"), SourceOut, lambda user, verb: Source.objects.visible_to(user, verb), "source",
    heard=Heard(("source.",), fact_of("source_id")),
))  # fmt: skip


@SOURCES.adds(SourceIn)
def add_source(caller: Caller, body: SourceIn) -> Source:
    """One more source."""
    return actions.add_source(body.name, channel=body.channel, by=caller.user, at=caller.at)


@SOURCES.changes(SourceChange)
def change_source(caller: Caller, source: Source, body: SourceChange, version: int | None) -> Source:
    """Rename, retire."""
    values = {"name": source.name, "channel": source.channel, "is_archived": source.is_archived, **body.given()}
    return actions.change_source(source, **values, by=caller.user, at=caller.at)


@SOURCES.verb(
    "assign-line", _("Sources: from now on this dialled number leads here"), SourceLineIn, right="number.edit"
)
def assign_line(caller: Caller, source: Source, body: SourceLineIn) -> Source:
    """The number's source from now on."""
    actions.assign_line(body.line, source, by=caller.user, at=caller.at)
    return source


@SOURCES.verb("free-line", _("Sources: this dialled number leads nowhere any more"), SourceLineIn, right="number.edit")
def free_line(caller: Caller, source: Source, body: SourceLineIn) -> Source:
    """The number has no source from now on."""
    actions.free_line(body.line, by=caller.user, at=caller.at)
    return source


class LineSourceOut(Out):
    """Which source a dialled number belonged to, and when."""

    id: int
    line: str
    source_id: int
    since: datetime
    until: datetime | None


register(Noun(
    "source-lines", "source_line", _("Numbers of sources"), LineSourceOut, lambda user, verb: LineSource.objects.all(), "number",
    narrow={"source": "source_id", "line": "line"}, expand={"source": Expansion("sources", "source_id")},
))  # fmt: skip


class UtmRuleOut(Out):
    """UTM tags that mean a source; empty = any."""

    id: int
    utm_source: str
    utm_medium: str
    utm_campaign: str
    source_id: int


class UtmRuleIn(In):
    """The same tags again move to the new source."""

    utm_source: Annotated[str, Field(max_length=120)] = ""
    utm_medium: Annotated[str, Field(max_length=120)] = ""
    utm_campaign: Line = ""
    source_id: Id


def _rules(user: Any, verb: str) -> Any:
    return UtmRule.objects.filter(source__in=Source.objects.visible_to(user, verb))


RULES = register(
    Noun("utm-rules", "utm_rule", _("UTM rules"), UtmRuleOut, _rules, "source", narrow={"source": "source_id"})
)


@RULES.adds(UtmRuleIn, right="edit")
def add_rule(caller: Caller, body: UtmRuleIn) -> UtmRule:
    """These tags mean this source."""
    source = named(Source.objects.visible_to(caller.user), body.source_id, "source_id")
    tags = body.model_dump(exclude={"source_id"})
    return actions.set_utm_rule(source, **tags, by=caller.user, at=caller.at)


@RULES.removes()
def remove_rule(caller: Caller, rule: UtmRule) -> None:
    """The tags mean nothing any more."""
    actions.remove_utm_rule(rule, by=caller.user, at=caller.at)


class FormOut(Out):
    """A public form of a site."""

    id: int
    name: str
    key: str = Field(description=_("Stands in its address: /f/<key>/"))
    origins: list[str]
    source_id: int | None
    product_id: int | None
    department_id: int | None
    redirect_to: str
    limit_per_minute: int
    is_enabled: bool
    created_at: datetime


class FormChange(In):
    """Only the fields that are sent are changed."""

    name: Name = "-"
    origins: list[Annotated[str, Field(max_length=200)]] = Field([], max_length=50)
    source_id: Id | None = None
    product_id: Id | None = None
    department_id: Id | None = None
    redirect_to: Annotated[str, Field(max_length=500)] = ""
    limit_per_minute: Annotated[int, Field(ge=0, le=100_000)] = 60
    is_enabled: bool = True


class FormIn(FormChange):
    """A new form; its address gets a random key."""

    name: Name


FORMS = register(
    Noun("forms", "form", _("Site forms"), FormOut, lambda user, verb: Form.objects.visible_to(user, verb), "form")
)


def _columns(caller: Caller, given: dict[str, Any]) -> dict[str, Any]:
    """Ids as the rows that they name."""
    near = {
        "source_id": Source.objects.all(), "product_id": Product.objects.filter(is_archived=False),
        "department_id": access.limit(Department.objects.all(), caller.user, "form", "edit", owner=None, department="pk"),
    }  # fmt: skip
    return {
        name.removesuffix("_id"): named(near[name], value, name) if name in near else value
        for name, value in given.items()
    }


@FORMS.adds(FormIn)
def add_form(caller: Caller, body: FormIn) -> Form:
    """One more form."""
    columns = _columns(caller, body.given())
    return actions.add_form(columns.pop("name"), **columns, by=caller.user, at=caller.at)


@FORMS.changes(FormChange)
def change_form(caller: Caller, form: Form, body: FormChange, version: int | None) -> Form:
    """The form with other values."""
    return actions.change_form(form, _columns(caller, body.given()), by=caller.user, at=caller.at)


class SubmissionOut(Out):
    """What a visitor sent; numbers are masked for those who may not see them."""

    id: int
    form_id: int
    received_at: datetime
    name: str
    phone: str
    email: str
    message: str
    fields: dict[str, Any]
    utm: dict[str, Any]
    landing_page: str
    referrer: str
    state: Submission.State
    reason: str
    person_id: int | None
    source_id: int | None


def _dress(rows: Sequence[Any], caller: Caller) -> None:
    for row in rows:
        if not caller.sees_phones:
            row.phone, row.message = phones.mask(row.phone), without_numbers(row.message)
            row.fields = dict.fromkeys(row.fields, "…")
            row.landing_page = row.referrer = ""


def _submissions(user: Any, verb: str) -> Any:
    return Submission.objects.filter(form__in=Form.objects.visible_to(user, verb).order_by().values("pk"))


register(Noun(
    "submissions", "submission", _("What came through forms"), SubmissionOut, _submissions, "form", dress=_dress,
    orders=(Order("received", "received_at"),), narrow={"form": "form_id", "state": "state", "person": "person_id"},
    expand={"form": Expansion("forms", "form_id"), "person": Expansion("people", "person_id")}, is_exported=True,
    heard=Heard(("form.",), fact_of("submission")),
))  # fmt: skip
