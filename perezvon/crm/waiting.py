"""What of this room waits in a person's inbox, what is planned, what was done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from perezvon.kit.money import roubles
from perezvon.staff import access as rights

from . import access, hooks
from .models import Deal, DealOutcome, DealWait, Snooze, Task, TaskKind
from .moments import day_ends
from .queue import Button, Done, Item, Queue, achieved, planned, queue, things

WAITED = "waited"
MOST = 200


def _works(user: Any) -> bool:
    return rights.can(user, "task", "view")


def _sells(user: Any) -> bool:
    return rights.can(user, "deal", "view")


# --- tasks -------------------------------------------------------------------------


def _due(user: Any, at: datetime) -> Any:
    """Open tasks to be done by the end of today."""
    return Task.objects.open().filter(deadline__lt=day_ends(at)).order_by("deadline", "id")


def _mine_or_free(user: Any) -> Q:
    return Q(responsible=user.pk) | Q(responsible=None, pk__in=Task.objects.visible_to(user).values("pk"))


def calls(user: Any, at: datetime) -> Any:
    """Calls to return: one's own, and those that nobody has taken yet."""
    return _due(user, at).filter(_mine_or_free(user), kind=TaskKind.CALLBACK)


def ended_waits(user: Any, at: datetime) -> Any:
    """The client came back, or was waited for long enough."""
    return _due(user, at).filter(responsible=user.pk, origin=WAITED)


def tasks(user: Any, at: datetime) -> Any:
    """The rest of one's own tasks of today and before."""
    return _due(user, at).filter(responsible=user.pk).exclude(kind=TaskKind.CALLBACK).exclude(origin=WAITED)


def free_tasks(user: Any, at: datetime) -> Any:
    """Tasks in sight that nobody answers for."""
    return _due(user, at).filter(responsible=None).visible_to(user).exclude(kind=TaskKind.CALLBACK)


def task_items(rows: Sequence[Task], back: str) -> list[Item]:
    """Lines of tasks."""
    return [_task_item(row, back) for row in rows]


def _next(name: str, pk: int, back: str) -> str:
    return f"{reverse(name, args=[pk])}?{urlencode({'next': back})}"


def _task_item(row: Task, back: str) -> Item:
    return Item(
        "task", row.pk, row.title, reverse("crm:task", args=[row.pk]),
        Button(_("Complete"), _next("crm:task-done", row.pk, back), "check", "KeyD"),
        at=row.deadline, about=[(row.get_kind_display(), ""), *_client(row), *_deal(row.deal)],
        call=("task", row.pk) if row.person_id or row.company_id else None,
        more=[Button(_("Put off"), _next("crm:task-move", row.pk, back), "calendar-time", "KeyP")],
    )  # fmt: skip


def _client(row: Any) -> list[tuple[Any, str]]:
    if row.person is not None:
        return [(row.person.name or _("Unknown caller"), reverse("crm:person", args=[row.person_id]))]
    return [(row.company.name, reverse("crm:company", args=[row.company_id]))] if row.company is not None else []


def _deal(deal: Deal | None) -> list[tuple[Any, str]]:
    return [(deal.title, reverse("crm:deal", args=[deal.pk]))] if deal is not None else []


_TASK = ("person", "company", "deal")


def _with(rows: Any, *related: str) -> Any:
    return lambda user, at: rows(user, at).select_related(*related)


def _through(user: Any) -> Button | None:
    address = hooks.calling_through(user)
    return Button(_("One after another"), address, "phone-calling", is_dialog=False) if address else None


queue(
    Queue(
        "calls",
        "task",
        gettext_lazy("Call back"),
        "phone-incoming",
        _with(calls, *_TASK),
        task_items,
        10,
        "late",
        _works,
        _through,
    )
)
queue(
    Queue(
        "waits",
        "task",
        gettext_lazy("The waiting is over"),
        "hourglass-empty",
        _with(ended_waits, *_TASK),
        task_items,
        30,
        "today",
        _works,
    )
)
queue(Queue("tasks", "task", gettext_lazy("Tasks"), "checklist", _with(tasks, *_TASK), task_items, 40, "today", _works))
queue(
    Queue(
        "free",
        "task",
        gettext_lazy("Nobody's yet"),
        "hand-stop",
        _with(free_tasks, *_TASK),
        task_items,
        50,
        "later",
        _works,
    )
)


# --- deals -------------------------------------------------------------------------


def _deals(user: Any) -> Any:
    return Deal.objects.visible_to(user).open().filter(responsible=user.pk)


def late_deals(user: Any, at: datetime) -> Any:
    """Deals past the day on which the sale was expected."""
    today = timezone.localdate(at)
    return _deals(user).filter(expected_on__lt=today).order_by("expected_on", "id")


def idle_deals(user: Any, at: datetime) -> Any:
    """Deals for which nothing is planned (those that are late stand among the late)."""
    today = timezone.localdate(at)
    rows = _deals(user).filter(next_action_at=None).filter(Q(expected_on=None) | Q(expected_on__gte=today))
    return rows.order_by("-amount", "id")


def late_items(rows: Sequence[Deal], back: str) -> list[Item]:
    """Lines of deals that are late: say when, or close them."""
    return [
        _deal_item(
            row, back, Button(_("Change"), _next("crm:deal-edit", row.pk, back), "calendar-event", "KeyD"),
            _("expected %(day)s") % {"day": date_format(row.expected_on or "", "j E Y")},
        )
        for row in rows
    ]  # fmt: skip


def idle_items(rows: Sequence[Deal], back: str) -> list[Item]:
    """Lines of deals without a next action: plan one."""
    address = reverse("crm:task-add")
    return [
        _deal_item(
            row, back, Button(_("Plan the next step"), f"{address}?{urlencode({'deal': row.pk, 'next': back})}", "calendar-plus", "KeyD"),
            pgettext("card", "no step"),
        )
        for row in rows
    ]  # fmt: skip


def _deal_item(row: Deal, back: str, main: Button, label: Any) -> Item:
    return Item(
        "deal", row.pk, row.title, reverse("crm:deal", args=[row.pk]), main,
        about=[(row.stage.name, ""), (roubles(row.amount), ""), *_client(row)], due_label=label,
        call=("deal", row.pk) if row.person_id else None,
        more=[
            Button(_("Wait"), _next("crm:deal-wait", row.pk, back), "hourglass", "KeyW"),
            Button(_("Move"), _next("crm:deal-stage", row.pk, back), "arrow-right", "KeyM"),
        ],
    )  # fmt: skip


_DEAL = ("person", "company", "stage")
queue(
    Queue("late", "deal", gettext_lazy("Deals past their date"), "calendar-x", _with(late_deals, *_DEAL), late_items, 60, "late", _sells)
)  # fmt: skip
queue(
    Queue("idle", "deal", gettext_lazy("Deals without a next action"), "calendar-off", _with(idle_deals, *_DEAL), idle_items, 70, "none", _sells)
)  # fmt: skip


things["task"] = lambda user, pk: access.task(user, pk).title
things["deal"] = lambda user, pk: access.deal(user, pk).title


# --- what comes, what was done ---------------------------------------------------------


def coming_tasks(user: Any, since: datetime, until: datetime, back: str) -> list[Item]:
    """One's own open tasks of these days."""
    rows = Task.objects.open().filter(responsible=user.pk, deadline__gte=since, deadline__lt=until)
    return task_items(list(rows.select_related(*_TASK).order_by("deadline", "id")[:MOST]), back)


def coming_waits(user: Any, since: datetime, until: datetime, back: str) -> list[Item]:
    """Deals whose waiting ends in these days."""
    rows = DealWait.objects.filter(ended_at=None, until__gte=since, until__lt=until, deal__responsible=user.pk)
    rows = rows.filter(deal__in=Deal.objects.visible_to(user).open().values("pk"))
    return [
        Item(
            "deal", row.deal_id, row.deal.title, reverse("crm:deal", args=[row.deal_id]),
            Button(_("The deal waits"), _next("crm:deal-wait", row.deal_id, back), "hourglass", "KeyD"), at=row.until,
            about=[(pgettext("deal", "waits"), ""), (row.why, ""), *_client(row.deal)],
        )
        for row in rows.select_related("deal__person", "deal__company").order_by("until", "id")[:MOST]
    ]  # fmt: skip


def coming_back(user: Any, since: datetime, until: datetime, back: str) -> list[Item]:
    """What was put off until these days."""
    rows = Snooze.objects.filter(user=user, returned_at=None, until__gte=since, until__lt=until).order_by("until")
    return [
        Item(
            row.noun, row.thing_id, row.title, reverse("crm:snoozed", args=[row.pk]),
            Button(_("Take back now"), reverse("crm:snoozed", args=[row.pk]), "zzz", "KeyD", is_dialog=False),
            at=row.until, about=[(pgettext("inbox", "put off"), "")],
        )
        for row in rows[:MOST]
    ]  # fmt: skip


planned.extend((coming_tasks, coming_waits, coming_back))


def done_tasks(user: Any, since: datetime, until: datetime) -> list[Done]:
    """Tasks that he completed."""
    rows = Task.objects.filter(done_by=user, done_at__gte=since, done_at__lt=until)
    rows = rows.filter(pk__in=Task.objects.visible_to(user).values("pk")).select_related("person", "deal")
    return [
        Done(row.done_at, "check", _about_task(row), reverse("crm:task", args=[row.pk]), row.result)  # type: ignore[arg-type]
        for row in rows.order_by("-done_at")[:MOST]
    ]


def _about_task(row: Task) -> str:
    return " · ".join(str(part) for part in (row.title, row.person, row.deal) if part and str(part))


def closed_deals(user: Any, since: datetime, until: datetime) -> list[Done]:
    """Deals that he won or lost."""
    rows = DealOutcome.objects.filter(
        by=user, at__gte=since, at__lt=until, deal__in=Deal.objects.visible_to(user).values("pk")
    )
    return [
        Done(
            row.at, "trophy" if row.won else "mood-sad", row.deal.title, reverse("crm:deal", args=[row.deal_id]),
            roubles(row.deal.amount) if row.won else f"{row.reason}. {row.comment}", "success" if row.won else "danger",
        )
        for row in rows.select_related("deal", "reason").order_by("-at")[:MOST]
    ]  # fmt: skip


achieved.extend((done_tasks, closed_deals))
