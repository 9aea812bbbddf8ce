"""What the lists show: rows by rights and filters, in an order that an index serves."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from perezvon.kit import clock

from . import search
from .actions.cadence import out_of_rhythm
from .board import next_is
from .models import Company, ContactOwner, Deal, Person, Segment, Task
from .moments import day_ends

SORTS = {
    "created": ("created_at", "id"), "-created": ("-created_at", "-id"), "name": ("name", "id"), "-name": ("-name", "-id"),
}  # fmt: skip


def _primary(kind: str, owner: str) -> Subquery:
    rows = ContactOwner.objects.filter(**{owner: OuterRef("pk")}, until=None, point__kind=kind)
    return Subquery(rows.order_by("-is_primary", "id").values("point__value")[:1])


def people(user: Any, query: Mapping[str, str]) -> QuerySet[Person]:
    """People whom ``user`` may see, filtered by text, responsible and kind, each with phone and e-mail."""
    rows: Any = Person.objects.visible_to(user).annotate(
        phone=_primary("phone", "person"), email=_primary("email", "person")
    )
    rows = search.people(rows, user, query.get("q", ""))
    if query.get("show") == "mine":
        rows = rows.filter(responsible=user)
    elif query.get("show") == "late":
        at = clock.now()
        rows = rows.filter(pk__in=out_of_rhythm(at, timezone.localdate(at)))
    elif query.get("show") == "unknown":
        rows = rows.filter(entered_at=None)
    elif query.get("show") == "nobody":
        rows = rows.filter(responsible=None, entered_at__isnull=False)
    if query.get("segment", "") in Segment.values:
        rows = rows.filter(segment=query["segment"])
    return rows.select_related("responsible", "company")


def companies(user: Any, query: Mapping[str, str]) -> QuerySet[Company]:
    """Companies whom ``user`` may see, with their phone."""
    rows: Any = Company.objects.visible_to(user).annotate(phone=_primary("phone", "company"))
    rows = search.companies(rows, user, query.get("q", ""))
    if query.get("show") == "mine":
        rows = rows.filter(responsible=user)
    return rows.select_related("responsible")


def deals(user: Any, query: Mapping[str, str], at: datetime) -> QuerySet[Deal]:
    """Deals whom ``user`` may see, filtered by text, number, state, stage, responsible, product."""
    rows: Any = Deal.objects.visible_to(user)
    text = query.get("q", "").strip()
    rows = search.deals(rows, text)
    state = query.get("show", "open" if not text else "")
    if state in Deal.Status.values:
        rows = rows.filter(status=state)
    elif state in ("overdue", "today", "planned", "none"):
        rows = rows.open().filter(next_is(state, at))
    for name in ("stage", "responsible", "product", "source_id"):
        value = query.get(name, "")
        if value.isascii() and value.isdigit() and len(value) < 18:
            rows = rows.filter(**{name: int(value)})
    return rows.select_related("stage", "person", "company", "responsible")


def deal_counts(user: Any, at: datetime) -> dict[str, int]:
    """How many open deals there are, and how many of them ask for attention."""
    rows = Deal.objects.visible_to(user).open().order_by()
    # The stage stands in the index of open deals, so that no row is fetched.
    counted = {word: Count("stage", filter=next_is(word, at)) for word in ("overdue", "today", "none")}
    return rows.aggregate(open=Count("stage"), **counted)


def tasks(user: Any, query: Mapping[str, str], at: datetime) -> QuerySet[Task]:
    """Tasks that ``user`` may see: his own unless ``whose`` is "all"."""
    rows: Any = Task.objects.visible_to(user)
    if query.get("whose") != "all":
        rows = rows.filter(responsible=user)
    show = query.get("show", "open")
    if show in _TASKS:
        rows = rows.filter(_TASKS[show](at))
    if query.get("kind"):
        rows = rows.filter(kind=query["kind"])
    return search.tasks(rows, user, query.get("q", "")).select_related("person", "deal", "responsible")


_TASKS = {
    "open": lambda at: Q(done_at=None),
    "overdue": lambda at: Q(done_at=None, deadline__lt=at),
    "today": lambda at: Q(done_at=None, deadline__gte=at, deadline__lt=day_ends(at)),
    "later": lambda at: Q(done_at=None, deadline__gte=day_ends(at)),
    "done": lambda at: Q(done_at__isnull=False),
}


def task_counts(user: Any, at: datetime) -> dict[str, int]:
    """The person's own open tasks by urgency; an index serves it."""
    rows = Task.objects.open().filter(responsible=user)
    return rows.aggregate(**{word: Count("pk", filter=_TASKS[word](at)) for word in ("overdue", "today", "later")})
