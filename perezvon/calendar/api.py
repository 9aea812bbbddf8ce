"""Time of people for programs: who is away when, and when several are free together."""

from datetime import date, datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from pydantic import BaseModel

from perezvon.api.extras import Extra, extra
from perezvon.api.ids import named
from perezvon.api.nouns import Caller, Expansion, Noun, register
from perezvon.api.problems import wrong
from perezvon.api.schemas import Day, Field, Id, In, Line, Out
from perezvon.staff import actions
from perezvon.staff import reads as staff
from perezvon.staff.models import Absence, User

from . import free
from .away import changeable


class AbsenceOut(Out):
    """Days on which one person does not work, both ends included."""

    id: int
    user_id: int
    kind: Absence.Kind
    first: date
    last: date
    substitute_id: int | None = Field(description=_("Who takes over what cannot wait."))
    note: str
    created_at: datetime
    created_by_id: int | None


class AbsenceIn(In):
    """Days on which a person will not work."""

    user_id: Id
    kind: Absence.Kind = Absence.Kind.VACATION
    first: Day
    last: Day
    substitute_id: Id | None = None
    note: Line = ""


class AbsenceChange(In):
    """What is otherwise; what is not sent stays."""

    kind: Absence.Kind | None = None
    first: Day | None = None
    last: Day | None = None
    substitute_id: Id | None = None
    note: Line | None = None


def _rows(user: Any, verb: str) -> Any:
    """Everybody sees who is away; rows are changed by whom the person is led, and by himself."""
    if verb == "view":
        return Absence.objects.visible_to(user)
    return Absence.objects.filter(user__in=[pk for pk, _name in changeable(user)])


ABSENCES = register(Noun(
    "absences", "absence", pgettext_lazy("calendar", "Absences"), AbsenceOut, _rows, narrow={"user": "user_id", "kind": "kind"},
    expand={"user": Expansion("staff", "user_id")}, related=("user", "substitute"),
))  # fmt: skip


def _substitute(pk: int | None) -> User | None:
    found: User | None = named(User.objects.working(), pk, "substitute_id")
    return found


@ABSENCES.adds(AbsenceIn)
def add(caller: Caller, body: AbsenceIn) -> Absence:
    """Written down."""
    people = User.objects.filter(pk__in=[pk for pk, _name in changeable(caller.user)])
    return actions.set_absence(
        user=named(people, body.user_id, "user_id"), kind=body.kind, first=body.first, last=body.last,
        substitute=_substitute(body.substitute_id), note=body.note, by=caller.user, at=caller.at,
    )  # fmt: skip


@ABSENCES.changes(AbsenceChange)
def change(caller: Caller, row: Absence, body: AbsenceChange, version: int | None) -> Absence:
    """Other days, or somebody else who stands in."""
    given = body.given()
    known = {name: getattr(row, name) for name in ("kind", "first", "last", "note")}
    told = {name: known[name] if given.get(name) is None else given[name] for name in known}
    substitute = _substitute(given["substitute_id"]) if "substitute_id" in given else row.substitute
    return actions.set_absence(row, user=row.user, substitute=substitute, **told, by=caller.user, at=caller.at)


@ABSENCES.removes()
def remove(caller: Caller, row: Absence) -> None:
    """The person works on these days after all."""
    actions.remove_absence(row, by=caller.user, at=caller.at)


class FreeTime(BaseModel):
    """Who, from when on, for how long."""

    who: Annotated[str, Field(pattern="^[1-9][0-9]{0,8}(,[1-9][0-9]{0,8}){0,19}$", description=_("Ids of colleagues, with commas, 20 at most."))]  # fmt: skip
    first: Day
    days: Annotated[int, Field(ge=1, le=30)] = 7
    minutes: Annotated[int, Field(ge=5, le=600)] = 60


class SpanOut(Out):
    """A stretch of time in which all of them are at work and free."""

    starts_at: datetime
    ends_at: datetime


class FreeTimes(BaseModel):
    """The earliest first, 60 at most."""

    spans: list[SpanOut]


def free_time(caller: Caller, asked: FreeTime) -> FreeTimes:
    """Working time of all, without what anybody is busy with, without absences and the past."""
    ids = {int(one) for one in asked.who.split(",")}
    people = list(User.objects.working().filter(pk__in=ids))
    if len(people) != len(ids):
        raise wrong("query.who", _now("There is no such row, or it is not for you."), "unknown_id")
    zone = staff.zone_of(caller.user.pk)
    spans = free.common(people, asked.first, asked.days, asked.minutes, zone=zone, at=caller.at)
    return FreeTimes(spans=[SpanOut.model_validate(span) for span in spans])


extra(Extra(
    "free-time", "free-time", "absences", _("Free time that several people have together"), FreeTimes, free_time, FreeTime,
    right=("task", "view"),
    about=_("Days are those of the caller's time zone; which hours are working ones is said by the calendar of each one's department."),
))  # fmt: skip
