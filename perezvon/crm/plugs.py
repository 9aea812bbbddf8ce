"""What this room plugs into the shared surface."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from perezvon.kit import clock
from perezvon.staff import access
from perezvon.web.surface import Hit, command, navigation, search_source

from . import lists
from .doubles import shown
from .models import Task


def may(noun: str, verb: str = "view") -> Callable[[Any], bool]:
    """A question for the surface: may this person do it to anything at all."""
    return lambda user: access.can(user, noun, verb)


def due_today(user: Any) -> int:
    """Overdue tasks and those of today: the number to bring to zero."""
    counts = lists.task_counts(user, clock.now())
    return counts["overdue"] + counts["today"]


def overdue(user: Any) -> int:
    """The person's own overdue tasks."""
    return Task.objects.open().filter(responsible=user.pk, deadline__lt=clock.now()).count()


def found_people(user: Any, text: str, limit: int) -> list[Hit]:
    """People by name, number or e-mail."""
    sees = access.sees_phones(user)
    return [_hit(one, sees) for one in lists.people(user, {"q": text})[:limit]]


def _hit(one: Any, sees: bool) -> Hit:
    name = one.name or shown(one.phone or "", sees) or _now("Unknown caller")
    return Hit(name, _about(one, sees), reverse("crm:person", args=[one.pk]), "user")


def _about(one: Any, sees: bool) -> str:
    parts = (shown(one.phone, sees) if one.phone else "", one.company.name if one.company else "", one.region)
    return " · ".join(part for part in parts if part)


def found_companies(user: Any, text: str, limit: int) -> list[Hit]:
    """Companies by name or number."""
    rows = lists.companies(user, {"q": text})[:limit]
    return [Hit(one.name, one.inn or one.region, reverse("crm:company", args=[one.pk]), "building") for one in rows]


def found_deals(user: Any, text: str, limit: int) -> list[Hit]:
    """Deals by title or number."""
    rows = lists.deals(user, {"q": text}, clock.now())[:limit]
    return [
        Hit(
            f"№ {one.pk} · {one.title}",
            f"{one.stage.name} · {one.person or one.company or ''}",
            reverse("crm:deal", args=[one.pk]),
            "briefcase",
        )
        for one in rows
    ]


navigation("day", _("My day"), "crm:day", "sun", order=10, can=may("task"), count=due_today)
navigation("board", _("Board"), "crm:board", "layout-kanban", order=20, can=may("deal"))
navigation("people", _("Clients"), "crm:people", "users", order=40, can=may("person"))
navigation("companies", _("Companies"), "crm:companies", "building", order=50, can=may("company"))
navigation("deals", _("Deals"), "crm:deals", "briefcase", order=60, can=may("deal"))
navigation("tasks", _("Tasks"), "crm:tasks", "checklist", order=70, can=may("task"), count=overdue)
command("crm.person", _("Add a client"), "crm:person-add", "user-plus", can=may("person", "add"))
command("crm.company", _("Add a company"), "crm:company-add", "building-plus", can=may("company", "add"))
command("crm.task", _("Plan a task"), "crm:task-add", "calendar-plus", can=may("task", "add"))
search_source("crm.people", _("Clients"), found_people, order=10, can=may("person"))
search_source("crm.companies", _("Companies"), found_companies, order=20, can=may("company"))
search_source("crm.deals", _("Deals"), found_deals, order=30, can=may("deal"))
