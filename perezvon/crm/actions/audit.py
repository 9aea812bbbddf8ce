"""The monthly audit of the client base: what is there, what moves, what is to be mended; tasks to mend it.

A check is a condition on people, so every figure opens into the list behind it. The figures of a month are kept: the
nightly count overwrites those of the running month only.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.kit.conditions import q, read
from perezvon.staff import reads as staff
from perezvon.staff.fields import circumstances

from ..custom.definitions import fields_of
from ..fields import PERSON
from ..models import BaseAudit, CadenceBreach, CompanyPair, DuplicatePair, Person, Segment, SegmentMove, Task
from ..moments import named
from .cadence import out_of_rhythm
from .tasks import NewTask, set_tasks

MOST_TASKS = 500  # made by one press
RANKS = {Segment.GOLD: 3, Segment.SILVER: 2, Segment.BRONZE: 1, Segment.OCCASIONAL: 0}
ENTERED = {"field": "entered", "op": "filled"}


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the audit. ``where(first, last)`` is its condition for the month; ``mend`` the words of the task."""

    key: str
    label: str | Promise
    hint: str | Promise
    where: Callable[[date, date], Mapping[str, Any]]
    mend: str | Promise = ""
    is_bad: bool = False


def _all(*parts: Mapping[str, Any]) -> dict[str, Any]:
    return {"all": [ENTERED, *parts]}


def _between(field: str) -> Callable[[date, date], Mapping[str, Any]]:
    return lambda first, last: _all({"field": field, "op": "between", "value": [first.isoformat(), last.isoformat()]})


def _always(*parts: Mapping[str, Any]) -> Callable[[date, date], Mapping[str, Any]]:
    return lambda first, last: _all(*parts)


def _unfilled(first: date, last: date) -> Mapping[str, Any]:
    needed = [one.key for one in fields_of("person") if one.is_needed]
    return _all({"any": [{"field": key, "op": "empty"} for key in ("name", "source", *needed)]})


def _asks(field: str, op: str, *value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, **({"value": list(value)} if value else {})}


CHECKS: tuple[Check, ...] = (
    Check("total", _("Clients"), _("Everybody who was entered in the CRM."), _always()),
    Check("new", pgettext_lazy("clients", "New"), _("Entered in this month."), _between("entered")),
    Check("talked", _("Spoken to"), _("The last contact was in this month."), _between("last_contact")),
    Check("buyers", _("Buy"), _("Gold, silver and bronze."), _always(_asks("segment", "is_not", "occasional"))),
    Check(
        "lost", _("Lost"), _("Bought before, and not in the period of the segments."),
        _always(_asks("first_sale", "filled"), _asks("segment", "is", "occasional")), _("Win the client back"), True,
    ),
    Check(
        "next", _("Nothing planned"), _("No open task and no open deal."),
        _always({"no": "tasks", "where": _asks("done", "empty")}, {"no": "deals", "where": _asks("status", "is", "open")}),
        _("Plan the next step with the client"), True,
    ),
    Check(
        "dead", _("Cannot be reached"), _("No phone and no address that works."),
        _always({"no": "contacts", "where": _asks("valid", "yes")}), _("Find a phone or an address that works"), True,
    ),
    Check("fields", _("Not filled in"), _("No name, no source, or a field that must be filled in."), _unfilled,
          _("Fill in the client's card"), True),
    Check("left", _("The responsible has left"), _("Whoever answers for the client does not work here any more."),
          _always(_asks("owner_left", "yes")), _("Hand the client over: the responsible has left"), True),
    Check("nobody", _("Nobody's"), _("No responsible at all."), _always(_asks("responsible", "empty")),
          _("Give the client a responsible"), True),
)  # fmt: skip
LATE, BREACHES, DOUBLES, UP, DOWN = "late", "breaches", "doubles", "up", "down"


def check(key: str) -> Check | None:
    """The check with this key."""
    return next((one for one in CHECKS if one.key == key), None)


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of the month of ``day``."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def people(one: Check, month: date, at: datetime) -> "QuerySet[Person]":
    """The people whom a check is about."""
    node = read(dict(one.where(*month_of(month))), PERSON)
    return Person.objects.filter(merged_into=None).filter(q(node, circumstances(None, at)))


def count(*, at: datetime, by: Any = None) -> BaseAudit:
    """Count the running month anew and keep its figures."""
    today = timezone.localdate(at)
    first, last = month_of(today)
    figures = {one.key: people(one, first, at).order_by().count() for one in CHECKS}
    figures[LATE] = Person.objects.filter(merged_into=None, pk__in=out_of_rhythm(at, today)).count()
    figures[BREACHES] = CadenceBreach.objects.filter(at__date__gte=first, at__date__lte=last).count()
    figures[DOUBLES] = sum(pairs.objects.filter(state="open").count() for pairs in (DuplicatePair, CompanyPair))
    figures |= _moves(first, last)
    row, _made = BaseAudit.objects.update_or_create(month=first, defaults={"figures": figures, "at": at, "by": by})
    return row


def _moves(first: date, last: date) -> dict[str, int]:
    """How many clients came into a better segment, and into a worse one."""
    rows = SegmentMove.objects.filter(at__date__gte=first, at__date__lte=last).values_list("was", "now")
    found = {UP: 0, DOWN: 0}
    for was, now, number in rows.annotate(Count("pk")).order_by():
        found[UP if RANKS[Segment(now)] > RANKS[Segment(was)] else DOWN] += number
    return found


@transaction.atomic
def mend(one: Check, among: "QuerySet[Person]", *, by: Any, at: datetime) -> int:
    """Make the tasks that mend what a check found ``among`` people, never a second one; how many were made.

    The dearest clients come first; the responsible does it, or his head when he has left, else whoever asked.
    """
    origin = f"audit:{one.key}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7262305)")
    there = Task.objects.filter(person=OuterRef("pk"), origin=origin, done_at=None)
    rank = Case(
        *(When(segment=key, then=value) for key, value in RANKS.items()), default=0, output_field=IntegerField()
    )
    rows = people(one, timezone.localdate(at), at).filter(~Q(Exists(there)), pk__in=among.order_by().values("pk"))
    found = rows.select_related("responsible").order_by(rank.desc(), "pk")[:MOST_TASKS]
    deadline = named("3d", at)
    new = [
        NewTask(
            kind="other", title=str(one.mend), deadline=deadline, by_id=by.pk, person_id=person.pk,
            responsible_id=_whose(person, by), department_id=person.department_id, origin=origin,
        )
        for person in found
    ]  # fmt: skip
    set_tasks(new, at)
    return len(new)


def _whose(person: Person, by: Any) -> int:
    owner = person.responsible
    return owner.pk if owner is not None and owner.is_active else staff.head_of(person.department_id) or by.pk
