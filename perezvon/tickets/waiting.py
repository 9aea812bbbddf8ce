"""Requests in a person's inbox of the day, and what he closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from perezvon.crm import queue as day
from perezvon.crm.hooks import call_refusal, calling_through
from perezvon.staff import access as rights

from . import access
from .actions import calling
from .models import Ticket

MOST = 100


def _sees(user: Any) -> bool:
    return rights.can(user, "ticket", "view")


def waiting(user: Any, at: datetime) -> Any:
    """Open requests without a deal for which nothing is planned: one's own, and those that nobody has taken.

    Those that have a task (a call to return) wait as that task.
    """
    rows = Ticket.objects.visible_to(user).open().filter(deal_id=None, next_task_id=None)
    rows = rows.filter(Q(responsible=user.pk) | Q(responsible=None))
    return rows.select_related("person", "source").order_by(
        F("first_response_at").asc(nulls_first=True), "opened_at", "pk"
    )


def items(rows: Sequence[Ticket], back: str) -> list[day.Item]:
    """Lines of requests."""
    return [_item(row, back) for row in rows]


def _item(row: Ticket, back: str) -> day.Item:
    about = [(row.source.name, "")] if row.source else []
    if row.person is not None:
        about.insert(0, (row.person.name or _("Unknown caller"), reverse("crm:person", args=[row.person_id])))
    late = row.deadline or row.first_response_due
    verbs = [
        ("tickets:deal", _("Accept: make a deal"), "briefcase", "KeyA"),
        ("tickets:out", _("Decline: not a target"), "user-x", "KeyX"),
    ]
    return day.Item(
        "ticket", row.pk, _("Request %(number)s") % {"number": row.number}, reverse("tickets:ticket", args=[row.pk]),
        day.Button(_("Plan the next step"), _address("tickets:tasks", row.pk, back), "calendar-plus", "KeyD"),
        at=late, due_label="" if late else pgettext("request", "nothing planned"),
        about=[*about, (_("waits for the first answer"), "")] if row.first_response_at is None else about,
        call=("person", row.person_id) if row.person_id else None,
        more=[day.Button(label, _address(name, row.pk, back), icon, key) for name, label, icon, key in verbs],
    )  # fmt: skip


def _address(name: str, pk: int, back: str) -> str:
    return f"{reverse(name, args=[pk])}?{urlencode({'next': back})}"


def closed(user: Any, since: datetime, until: datetime) -> list[day.Done]:
    """Requests that he closed or found to be no target."""
    mine = Q(ended_by=user, ended_at__gte=since, ended_at__lt=until) | Q(
        out_by=user, out_at__gte=since, out_at__lt=until
    )
    rows = Ticket.objects.visible_to(user).filter(mine, changed_at__gte=since).select_related("person")[:MOST]
    return [
        day.Done(
            row.ended_at or row.out_at, "inbox", f"№ {row.number} {row.person or ''}".strip(),  # type: ignore[arg-type]
            reverse("tickets:ticket", args=[row.pk]), row.end_reason or row.out_reason,
        )
        for row in rows
    ]  # fmt: skip


def call_list(user: Any) -> str:
    """Where clients are called back one after another, for those who may and when somebody waits."""
    return reverse("tickets:calling") if rights.can(user, "task", "edit") and calling.list_of(user).exists() else ""


day.queue(day.Queue("requests", "ticket", gettext_lazy("Requests"), "inbox", waiting, items, 20, "late", _sees))
day.things["ticket"] = lambda user, pk: access.ticket(user, pk).number
day.achieved.append(closed)
calling_through.answer(call_list)
call_refusal.answer(calling.not_now)
