"""What this room plugs into the shared surface."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from perezvon.kit import clock
from perezvon.lists import hooks as lists_hooks
from perezvon.staff import access
from perezvon.web import hooks
from perezvon.web.surface import Hit, command, navigation, panel, search_source

from . import finding, listings, queue, reads, vocabulary, waiting  # noqa: F401  (lists and queues register themselves)
from .actions.duplicates import visible_pairs
from .actions.merging import COMPANIES, PEOPLE
from .doubles import shown
from .models import Person, Task
from .views.rounds import call_through, may_call_through


def may(noun: str, verb: str = "view") -> Callable[[Any], bool]:
    """A question for the surface: may this person do it to anything at all."""
    return lambda user: access.can(user, noun, verb)


def may_audit(user: Any) -> bool:
    """Whether the person sees the audit of the whole base."""
    scope = access.scope(user, "person", "assign")
    is_over_all = scope == "subtree" and user.department_id and user.department.parent_id is None
    return access.is_administrator(user) or scope == "all" or bool(is_over_all)


def pairs_to_judge(user: Any) -> int:
    """Pairs that may be one person or one company: the number to bring to zero."""
    people, companies = (visible_pairs(user, side).order_by().values("pk") for side in (PEOPLE, COMPANIES))
    return int(people.union(companies, all=True).count())


def waiting_now(user: Any) -> int:
    """Everything in the person's inbox: the number to bring to zero."""
    return queue.count(user, clock.now())


def overdue(user: Any) -> int:
    """The person's own overdue tasks."""
    return Task.objects.open().filter(responsible=user.pk, deadline__lt=clock.now()).count()


def found_people(user: Any, text: str, limit: int) -> list[Hit]:
    """People by name, number or e-mail."""
    found, sees = finding.people(user, text, limit), access.sees_phones(user)
    numbers = reads.phones_of(one.pk for one in found)
    return [_hit(one, shown(numbers.get(one.pk, ""), sees)) for one in found]


def _hit(one: Person, number: str) -> Hit:
    about = (number, one.company.name if one.company else "", one.region)
    name = one.name or number or _now("Unknown caller")
    return Hit(name, " · ".join(part for part in about if part), reverse("crm:person", args=[one.pk]), "user")


def found_companies(user: Any, text: str, limit: int) -> list[Hit]:
    """Companies by name or number."""
    return [
        Hit(one.name, one.inn or one.region, reverse("crm:company", args=[one.pk]), "building")
        for one in finding.companies(user, text, limit)
    ]


def found_deals(user: Any, text: str, limit: int) -> list[Hit]:
    """Deals by title or number."""
    return [
        Hit(
            f"№ {one.pk} · {one.title}",
            f"{one.stage.name} · {one.person or one.company or ''}",
            reverse("crm:deal", args=[one.pk]),
            "briefcase",
        )
        for one in finding.deals(user, text, limit)
    ]


navigation("day", _("My day"), "crm:day", "sun", order=10, can=may("task"), count=waiting_now)
navigation("board", _("Board"), "crm:board", "layout-kanban", order=20, can=may("deal"))
navigation("people", _("Clients"), "crm:people", "users", order=40, can=may("person"))
navigation("companies", _("Companies"), "crm:companies", "building", order=50, can=may("company"))
navigation("deals", _("Deals"), "crm:deals", "briefcase", order=60, can=may("deal"))
navigation(
    "duplicates",
    _("Duplicates"),
    "crm:duplicates",
    "arrows-join",
    order=66,
    can=may("person", "edit"),
    count=pairs_to_judge,
)
navigation(
    "pipelines",
    _("Pipelines"),
    "crm:pipelines",
    "adjustments",
    order=805,
    can=access.is_administrator,
    group=_("Settings"),
)
navigation(
    "results",
    _("Results of tasks"),
    "crm:results",
    "checklist",
    order=806,
    can=access.is_administrator,
    group=_("Settings"),
)
navigation(
    "fields", _("Own fields"), "crm:fields", "forms", order=807, can=access.is_administrator, group=_("Settings")
)
navigation(
    "tags", _("Tags of clients"), "crm:tags", "tags", order=808, can=access.is_administrator, group=_("Settings")
)
navigation(
    "kinds",
    _("Kinds of tasks"),
    "crm:kinds",
    "list-details",
    order=809,
    can=access.is_administrator,
    group=_("Settings"),
)
navigation(
    "consents", _("Texts of consents"), "crm:consent-texts", "shield-check", order=810, can=access.is_administrator,
    group=_("Settings"),
)  # fmt: skip
navigation(
    "ties",
    _("Ties between clients"),
    "crm:tie-kinds",
    "link",
    order=811,
    can=access.is_administrator,
    group=_("Settings"),
)
navigation("audit", _("Audit of the base"), "crm:audit", "report-analytics", order=68, can=may_audit)
navigation("upsell", _("Upsell"), "crm:upsell", "star", order=67, can=may("person"))
for _noun in ("person", "company", "deal"):
    panel(f"crm.{_noun}", "about", _("Known besides"), f"crm:{_noun}-about", order=20, can=may(_noun))
navigation("segments", _("Segments"), "crm:segments", "medal", order=65, can=may("person"))
navigation("tasks", _("Tasks"), "crm:tasks", "checklist", order=70, can=may("task"), count=overdue)
navigation(
    "imports", _("Import"), "crm:imports", "table-import", order=840, can=may("person", "import"), group=_("Settings")
)
command("crm.import", _("Bring in a file"), "crm:imports", "table-import", can=may("person", "import"))
command("crm.person", _("Add a client"), "crm:person-add", "user-plus", can=may("person", "add"))
command("crm.company", _("Add a company"), "crm:company-add", "building-plus", can=may("company", "add"))
command("crm.task", _("Plan a task"), "crm:task-add", "calendar-plus", can=may("task", "add"))
search_source("crm.people", _("Clients"), found_people, order=10, can=may("person"))
search_source("crm.companies", _("Companies"), found_companies, order=20, can=may("company"))
search_source("crm.deals", _("Deals"), found_deals, order=30, can=may("deal"))
hooks.meant.answer(vocabulary.meant)
lists_hooks.can_call.answer(may_call_through)
lists_hooks.call_through.answer(call_through)
