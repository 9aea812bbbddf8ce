"""The lists of clients, companies, deals and tasks: columns, orders, views that everybody has, what is done there."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.kit.texts import Folded
from perezvon.lists.listing import Button, Column, Listing, Show, Sort, register
from perezvon.lists.picking import add_to_selection

from . import actions, columns, edits, fields, lists, many, search
from .actions.cadence import out_of_rhythm
from .custom.asking import in_lists
from .models import Company, Deal, Person, Task
from .models.party import last_contact
from .models.task import done_moment

_RESPONSIBLE, _RESPONSIBLE_CELL = columns.person("responsible_id")
_CREATED_BY, _CREATED_BY_CELL = columns.person("created_by_id")
_MINE = {"field": "responsible", "op": "is", "value": ["me"]}


def _is(field: str, *values: Any) -> dict[str, Any]:
    return {"field": field, "op": "is", "value": list(values)}


def _asked(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}


def _all(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"all": list(parts)}


def _responsible(**more: Any) -> Column:
    return Column(
        "responsible",
        _("Responsible"),
        value=_RESPONSIBLE,
        cell=_RESPONSIBLE_CELL,
        edit=more.pop("edit", "responsible"),
        **more,
    )


def _created(label: Any) -> Column:
    return Column(
        "created",
        label,
        sort="created",
        value=lambda row: row.created_at,
        cell=columns.moment("created_at"),
        classes="text-nowrap",
    )


# --- people and companies ----------------------------------------------------------


def _late(user: Any, at: datetime) -> Q:
    return Q(pk__in=out_of_rhythm(at, timezone.localdate(at)))


def _person_shows() -> Sequence[Show]:
    nobody = _all(_asked("responsible", "empty"), _asked("entered", "filled"))
    return (
        Show("", _("All")),
        Show("mine", _("Mine"), _MINE),
        Show("nobody", _("Nobody's"), nobody),
        Show("unknown", _("Unknown callers"), _asked("entered", "empty")),
        Show("late", _("Out of rhythm"), also=_late),
    )


_PARTY_COLUMNS = (
    Column("phone", _("Phone"), value=lambda row: row.phone_shown, cell=columns.phone, classes="text-nowrap"),
    Column("email", _("E-mail"), value=lambda row: row.email, shown=False),
    Column("region", _("Region"), value=lambda row: row.region, edit="region"),
    Column("segment", _("Segment"), value=lambda row: row.get_segment_display(), cell=columns.segment, shown=False),
    Column("source", _("Source"), value=columns.source, shown=False),
    Column("comment", _("Comment"), value=lambda row: row.comment, edit="comment", shown=False, classes="cell-long"),
    Column("tags", _("Tags"), value=lambda row: ", ".join(row.tag_names), cell=columns.tags, edit="tags", shown=False),
    Column("created_by", _("Added by"), value=_CREATED_BY, cell=_CREATED_BY_CELL, shown=False),
)
_NAME = Sort("name", _("Name"), Folded("name"))
_NEWEST = Sort("created", _("Added"), "created_at")

PEOPLE = register(
    Listing(
        "people", "person", _("Clients"), "crm:people", "users", fields.PERSON, card="crm:person",
        columns=(
            Column("name", _("Name"), sort="name", always=True, link=True, value=lambda row: row.name, cell=columns.name, edit="name"),
            *_PARTY_COLUMNS[:2],
            Column("company", _("Company"), value=lambda row: row.company.name if row.company else "", edit="company", shown=False),
            *_PARTY_COLUMNS[2:],
            Column("groups", _("Own segments"), value=lambda row: ", ".join(row.group_names), cell=columns.groups, shown=False),
            _responsible(),
            Column("contact", _("Last contact"), sort="contact", value=lambda row: row.last_contact_at, cell=columns.ago("last_contact_at"),
                   classes="text-nowrap"),
            _created(_("Added")),
        ),
        sorts=(_NAME, _NEWEST, Sort("contact", _("Last contact"), last_contact())), sort="-created",
        rows=lambda user, verb="view": Person.objects.visible_to(user, verb), related=("company",),
        search=search.people, placeholder=_("Name, phone or e-mail"), shows=_person_shows, quick=("segment", "groups", "responsible", "source"),
        groups=("responsible", "segment", "source", "department"), dress=columns.of_person(), client="pk", more=in_lists("person"),
        edits=(
            edits.text("name", _("Name")), edits.text("region", _("Region"), longest=120), edits.company(), edits.responsible("person"),
            edits.text("comment", _("Comment"), longest=8000, is_long=True), edits.tags(),
        ),
        change=actions.change_person, changed=actions.ChangedMeanwhile,
        buttons=(
            Button(_("Segment of this filter"), "crm:group-add", "filter", "person", "assign", primary=False, carries=True),
            Button(_("Add a client"), "crm:person-add", "user-plus", "person", "add"),
        ),
        empty=(_("No clients here yet"), _("Whoever calls or writes appears here by himself; you can also add somebody by hand.")),
    )
)  # fmt: skip
PEOPLE.add_action(many.hand_over("person", actions.change_person))
PEOPLE.add_action(many.plan_task())
PEOPLE.add_action(many.put_tags())
PEOPLE.add_action(many.take_tags())
PEOPLE.add_action(add_to_selection(PEOPLE))

COMPANIES = register(
    Listing(
        "companies", "company", _("Companies"), "crm:companies", "building", fields.COMPANY, card="crm:company",
        columns=(
            Column("name", pgettext_lazy("company", "Name"), sort="name", always=True, link=True, value=lambda row: row.name, edit="name"),
            Column("inn", _("INN"), value=lambda row: row.inn, edit="inn"),
            *_PARTY_COLUMNS,
            _responsible(),
            _created(_("Added")),
        ),
        sorts=(_NAME, _NEWEST), sort="-created", rows=lambda user, verb="view": Company.objects.visible_to(user, verb),
        search=search.companies, placeholder=_("Name, INN, phone or e-mail"), quick=("responsible",),
        shows=lambda: (Show("", _("All")), Show("mine", _("Mine"), _MINE)),
        groups=("responsible", "segment", "source", "department"), dress=columns.with_contacts_and_tags("company"), more=in_lists("company"),
        edits=(
            edits.text("name", pgettext_lazy("company", "Name"), is_needed=True), edits.text("inn", _("INN"), longest=12),
            edits.text("region", _("Region"), longest=120), edits.responsible("company"),
            edits.text("comment", _("Comment"), longest=8000, is_long=True), edits.tags(),
        ),
        change=actions.change_company, changed=actions.ChangedMeanwhile,
        buttons=(Button(_("Add a company"), "crm:company-add", "building-plus", "company", "add"),),
        empty=(_("No companies here"), _("Organisations that buy live here: add one by hand, or name it on a client's card.")),
    )
)  # fmt: skip
COMPANIES.add_action(many.hand_over("company", actions.change_company))
COMPANIES.add_action(many.put_tags())
COMPANIES.add_action(many.take_tags())
COMPANIES.add_action(add_to_selection(COMPANIES))


# --- deals -----------------------------------------------------------------------


def _deal_shows() -> Sequence[Show]:
    is_open = _is("status", "open")
    today = _asked("next_action", "on", {"days": 0})
    return (
        Show("open", pgettext_lazy("deals", "Open"), is_open),
        Show("overdue", _("Overdue"), _all(is_open, _asked("next_action", "past")), "danger"),
        Show("today", _("Today"), _all(is_open, today, _asked("next_action", "ahead")), "success"),
        Show("none", _("No next action"), _all(is_open, _asked("next_action", "empty")), "warning"),
        Show("late", _("Past their date"), _all(is_open, _asked("expected", "past")), "danger"),
        Show("planned", pgettext_lazy("deals", "Planned"), _all(is_open, _asked("next_action", "after", {"days": 0}))),
        Show("won", pgettext_lazy("deals", "Won"), _is("status", "won")),
        Show("lost", pgettext_lazy("deals", "Lost"), _is("status", "lost")),
        Show("all", _("All")),
    )


DEALS = register(
    Listing(
        "deals", "deal", _("Deals"), "crm:deals", "briefcase", fields.DEAL, card="crm:deal",
        columns=(
            Column("number", "№", value=lambda row: row.pk, classes="text-secondary"),
            Column("title", _("Deal"), sort="title", always=True, link=True, value=lambda row: row.title, edit="title"),
            Column("client", _("Client"), value=lambda row: str(row.person or row.company or ""), cell=columns.client),
            Column("company", _("Company"), value=lambda row: str(row.company or ""), shown=False),
            Column("stage", _("Stage"), value=lambda row: row.stage.name, cell=columns.stage),
            Column("amount", _("Amount"), sort="amount", numeric=True, value=lambda row: row.amount, cell=columns.money("amount"), edit="amount"),
            Column("product", _("Product"), value=lambda row: str(row.product or ""), edit="product", shown=False),
            Column("source", _("Source"), value=columns.source, shown=False),
            Column("tags", _("Tags"), value=lambda row: ", ".join(row.tag_names), cell=columns.tags, edit="tags", shown=False),
            Column("expected", _("Sale expected on"), value=lambda row: row.expected_on, cell=columns.day("expected_on"), edit="expected", shown=False,
                   classes="text-nowrap"),
            Column("alive", _("Last activity"), value=lambda row: row.alive_at, cell=columns.ago("alive_at"), shown=False, classes="text-nowrap"),
            Column("next", _("Next action"), value=lambda row: row.next_action_at, cell=columns.next_action),
            _responsible(),
            _created(_("Opened")),
            Column("closed", _("Closed"), value=lambda row: row.closed_at, cell=columns.moment("closed_at"), shown=False, classes="text-nowrap"),
        ),
        sorts=(Sort("created", _("Opened"), "created_at"), Sort("amount", _("Amount"), "amount"), Sort("title", _("Deal"), Folded("title"))),
        sort="-created", rows=lambda user, verb="view": Deal.objects.visible_to(user, verb),
        related=("stage", "person", "company", "product"), search=lambda rows, user, text: search.deals(rows, text),
        placeholder=_("Title or number"), shows=_deal_shows, show="open", counts=lists.deal_counts,
        quick=("stage", "responsible", "product"), groups=("stage", "responsible", "product", "source", "department", "lost_reason"),
        amount="amount", client="person_id", dress=columns.with_tags("deal"), more=in_lists("deal"),
        edits=(edits.text("title", _("Title"), is_needed=True), edits.amount(), edits.product(), edits.expected(), edits.responsible("deal"), edits.tags()),
        change=actions.change_deal, changed=actions.ChangedMeanwhile,
        buttons=(Button(_("As a board"), "crm:board", "layout-kanban", dialog=False, primary=False),),
        empty=(_("No deals here"), _("A deal is opened from a client's card or from a request.")),
    )
)  # fmt: skip
DEALS.add_action(many.hand_over("deal", actions.change_deal))
DEALS.add_action(many.move_stage())
DEALS.add_action(many.plan_task())
DEALS.add_action(many.put_tags())
DEALS.add_action(many.take_tags())
DEALS.add_action(add_to_selection(DEALS))


# --- tasks -----------------------------------------------------------------------


def _task_shows() -> Sequence[Show]:
    is_open, today = _asked("done", "empty"), {"days": 0}
    return (
        Show("open", pgettext_lazy("tasks", "Open"), _all(_MINE, is_open)),
        Show("overdue", _("Overdue"), _all(_MINE, is_open, _asked("deadline", "past")), "danger"),
        Show(
            "today",
            _("Today"),
            _all(_MINE, is_open, _asked("deadline", "on", today), _asked("deadline", "ahead")),
            "success",
        ),
        Show("later", pgettext_lazy("tasks", "Later"), _all(_MINE, is_open, _asked("deadline", "after", today))),
        Show("done", pgettext_lazy("tasks", "Done"), _all(_MINE, _asked("done", "filled")), sort="-done"),
        Show("watched", _("I watch"), is_open, instead=lambda user: Task.objects.watched_by(user)),
        Show("others", pgettext_lazy("tasks", "Everybody's"), is_open),
        Show("all", _("All"), sort="-created"),
    )


TASKS = register(
    Listing(
        "tasks", "task", _("Tasks"), "crm:tasks", "checklist", fields.TASK, card="crm:task",
        columns=(
            Column("done", "", cell=columns.tick, always=True, classes="cell-tick"),
            Column("title", _("Task"), always=True, link=True, value=lambda row: row.title),
            Column("kind", _("What"), value=lambda row: row.get_kind_display()),
            Column("client", _("Client"), value=lambda row: str(row.person or ""), cell=columns.linked("person", "crm:person")),
            Column("deal", _("Deal"), value=lambda row: str(row.deal or ""), cell=columns.linked("deal", "crm:deal")),
            Column("deadline", _("Deadline"), sort="deadline", value=lambda row: row.deadline, cell=columns.deadline, classes="text-nowrap"),
            _responsible(edit=""),
            Column("result", _("Result"), value=lambda row: row.result, shown=False, classes="cell-long"),
            _created(_("Planned")),
        ),
        sorts=(Sort("deadline", _("Deadline"), "deadline"), Sort("created", _("Planned"), "created_at"), Sort("done", _("Done at"), done_moment())),
        sort="deadline",
        rows=lambda user, verb="view": Task.objects.visible_to(user, verb), related=("person", "deal"),
        search=search.tasks, placeholder=_("Task or client"), shows=_task_shows, show="open", counts=lists.task_counts,
        quick=("kind",), groups=("responsible", "kind", "department"), client="person_id",
        buttons=(Button(_("Plan a task"), "crm:task-add", "calendar-plus", "task", "add"),),
        empty=(_("No tasks here"), _("What is planned with clients comes here; plan the next step from a client's or a deal's card.")),
        live="task",
    )
)  # fmt: skip
TASKS.add_action(many.hand_over("task", many.save_task))
TASKS.add_action(add_to_selection(TASKS))
