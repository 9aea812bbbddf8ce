"""What other rooms may read of clients, deals and tasks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Avg, prefetch_related_objects

from perezvon.journey.statements import prepared
from perezvon.kit import phones
from perezvon.staff import access

from . import finding
from .kinds import all_kind_choices, kind_choices, kind_name, usual_words
from .models import ContactOwner, Deal, GroupMember, LostReason, Person, Pipeline, Product, Segment, Stage
from .moments import EXACT, WHEN, named

__all__ = [
    "Deal", "LostReason", "MOMENTS", "PersonCard", "Pipeline", "Product", "Stage", "average_cheque", "by_phone", "Segment", "groups_of", "names_of", "segments_of",
    "moment_called", "open_amounts", "open_deal_of", "phone_of", "phones_of", "responsible_of", "search_people", "stages",
    "all_task_kinds", "task_kind_name", "task_kinds", "task_words",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PersonCard:
    """What a screen-pop shows of a person."""

    id: int
    name: str
    responsible_id: int | None
    responsible: str
    extension: str
    department_id: int | None
    company: str
    region: str
    phone: str


# Written out: the screen-pop is asked on every ring, and building the query took longer than running it.
_BY_PHONE = """
SELECT p.id, p.name, p.responsible_id, coalesce(u.name, ''), coalesce(u.extension, ''), p.department_id,
       coalesce(c.name, ''), p.region, t.value
FROM crm_contactpoint t
JOIN crm_contactowner o ON o.point_id = t.id AND o.until IS NULL
JOIN crm_person p ON p.id = o.person_id
LEFT JOIN staff_user u ON u.id = p.responsible_id
LEFT JOIN crm_company c ON c.id = p.company_id
WHERE t.kind = 'phone' AND t.value = %s{within}
ORDER BY p.last_contact_at DESC NULLS LAST, p.id LIMIT 20
"""


def by_phone(text: str, user: Any = None) -> list[PersonCard]:
    """The people behind a number as typed (+7, 8, spaces, brackets), the last contacted first.

    One query, served by the unique index of contact points. ``user`` limits it to the people whom
    he may see; None = the system asks.
    """
    number = phones.normalise(text)
    if not number:
        return []
    within, values = "", ()
    if user is not None and access.scope(user, "person") != "all":
        try:
            visible, values = Person.objects.visible_to(user).order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            return []
        within = f" AND p.id IN ({visible})"
    return [PersonCard(*row) for row in prepared(_BY_PHONE.format(within=within), [number, *values])]


def search_people(user: Any, text: str, limit: int) -> list[Person]:
    """People whom ``user`` may see by a name, a number in any spelling or an address, those spoken to last first."""
    found = finding.people(user, text, limit)
    prefetch_related_objects(found, "responsible")
    return found


#: moments that people name, as choices of a form; ``moment_called`` tells when each is
MOMENTS = tuple(pair for pair in WHEN if pair[0] != EXACT)
moment_called = named


#: (code, name) of the kinds of tasks: those in use, as choices of a form; all, for filters; the name of one
task_kinds, all_task_kinds, task_kind_name = kind_choices, all_kind_choices, kind_name


def task_words(kind: str) -> str:
    """The usual title of a task of this kind."""
    return usual_words(kind)


def groups_of(ids: Iterable[int]) -> dict[int, list[str]]:
    """Person id -> names of the company's own segments that he is in."""
    found: dict[int, list[str]] = {}
    rows = GroupMember.objects.filter(person__in=set(ids), group__is_archived=False).order_by("group__name")
    for pk, name in rows.values_list("person_id", "group__name"):
        found.setdefault(pk, []).append(name)
    return found


def segments_of(ids: Iterable[int]) -> dict[int, str]:
    """Person id -> "gold", "silver" or "bronze", for those who buy."""
    buyers = Person.objects.filter(pk__in=set(ids)).exclude(segment=Segment.OCCASIONAL)
    return dict(buyers.values_list("pk", "segment"))


def names_of(ids: Iterable[int]) -> dict[int, str]:
    """Person id -> name ("" for an unknown caller)."""
    return dict(Person.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


def responsible_of(ids: Iterable[int]) -> dict[int, int]:
    """Person id -> id of the responsible, for those who have one."""
    rows = Person.objects.filter(pk__in=set(ids), responsible__isnull=False)
    return dict(rows.values_list("pk", "responsible_id"))


def phones_of(ids: Iterable[int]) -> dict[int, str]:
    """Person id -> primary phone in E.164, for those who have one; mask it before it is shown."""
    rows = ContactOwner.objects.filter(until=None, point__kind="phone", person__in=set(ids))
    return dict(rows.order_by("is_primary", "-id").values_list("person_id", "point__value"))


def phone_of(person_id: int) -> str:
    """The primary phone of one person in E.164; "" when there is none."""
    return phones_of([person_id]).get(person_id, "")


def stages(pipeline_id: int | None = None) -> list[Stage]:
    """Stages of one pipeline, or of all that are in use, in order."""
    rows = Stage.objects.select_related("pipeline").order_by("pipeline__order", "pipeline_id", "order", "id")
    return list(rows.filter(pipeline_id=pipeline_id) if pipeline_id else rows.filter(pipeline__is_archived=False))


def open_deal_of(person_id: int) -> Deal | None:
    """The person's newest open deal."""
    return Deal.objects.open().filter(person_id=person_id).order_by("-created_at", "-id").first()


def open_amounts(person_ids: Iterable[int]) -> list[tuple[int, Decimal, int | None, int | None]]:
    """(person id, amount, responsible id, department id) of the open deals of these people."""
    rows = Deal.objects.open().filter(person__in=set(person_ids))
    return list(rows.values_list("person_id", "amount", "responsible_id", "department_id"))


def average_cheque(*, since: datetime) -> Decimal:
    """The mean amount of the deals won since then, roubles; 0 when there is none."""
    won = Deal.objects.filter(status=Deal.Status.WON, closed_at__gte=since, amount__gt=0)
    return won.aggregate(mean=Avg("amount"))["mean"] or Decimal(0)
