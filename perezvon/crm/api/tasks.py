"""Tasks: what one person has to do by when."""

from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from perezvon.api.ids import named
from perezvon.api.nouns import Caller, Expansion, Heard, fact_of, of_listing
from perezvon.api.schemas import Field, Id, In, Line, Moment, Out

from .. import actions
from ..listings import TASKS as LISTING
from ..models import Deal, Person, Task, TaskKind
from ..results import DEFAULT_TITLES
from .shared import somebody


class TaskOut(Out):
    """Something one person has to do by a deadline."""

    id: int
    kind: TaskKind
    title: str
    person_id: int | None
    company_id: int | None
    deal_id: int | None
    ticket_id: int | None
    call_id: int | None
    responsible_id: int | None
    department_id: int | None
    deadline: datetime
    is_hard: bool
    origin: str = Field(description=_("What made it; empty = a person."))
    created_at: datetime
    created_by_id: int | None
    done_at: datetime | None
    done_by_id: int | None
    result: str


class TaskNextIn(In):
    """What is done after it."""

    kind: TaskKind
    title: Line = Field("", description=_("The usual words of the kind when it is empty."))
    deadline: Moment


class TaskIn(TaskNextIn):
    """Something to do for a client, for a deal, or by itself."""

    person_id: Id | None = None
    deal_id: Id | None = None
    responsible_id: Id | None = Field(None, description=_("Whoever adds, when nobody is named."))
    is_hard: bool = False


class TaskChange(In):
    """Another deadline."""

    deadline: Moment


class TaskCompleteIn(In):
    """What came out of it. An open deal is not left with nothing planned: then ``next`` is needed."""

    result: Annotated[str, Field(min_length=1, max_length=4000)]
    next: TaskNextIn | None = None


class TaskAssignIn(In):
    """To whom."""

    responsible_id: Id


TASKS = of_listing(
    LISTING, "task", TaskOut, related=(), heard=Heard(("task.",), fact_of("task")),
    narrow={
        "person": "person_id", "deal": "deal_id", "ticket": "ticket_id", "responsible": "responsible_id", "kind": "kind",
    },
    expand={"person": Expansion("people", "person_id"), "deal": Expansion("deals", "deal_id")},
)  # fmt: skip


@TASKS.adds(TaskIn)
def add(caller: Caller, body: TaskIn) -> Task:
    """Plan something."""
    person = named(Person.objects.visible_to(caller.user), body.person_id, "person_id")
    deal = named(Deal.objects.visible_to(caller.user), body.deal_id, "deal_id")
    return actions.set_task(
        kind=body.kind, title=body.title or str(DEFAULT_TITLES[body.kind]), deadline=body.deadline, person=person, deal=deal,
        responsible=somebody(caller, "task", body.responsible_id or caller.user.pk, is_new=True), is_hard=body.is_hard,
        by=caller.user, at=caller.at,
    )  # fmt: skip


@TASKS.changes(TaskChange)
def change(caller: Caller, task: Task, body: TaskChange, version: int | None) -> Task:
    """Put it off or forward."""
    return actions.move_task(task, body.deadline, by=caller.user, at=caller.at)


@TASKS.verb("complete", _("Tasks: say what came out of it, and what is next"), TaskCompleteIn)
def complete(caller: Caller, task: Task, body: TaskCompleteIn) -> Task:
    """Done."""
    then = None
    if body.next is not None:
        title = body.next.title or str(DEFAULT_TITLES[body.next.kind])
        then = actions.next_step(task, kind=body.next.kind, title=title, deadline=body.next.deadline, by=caller.user)
    actions.finish_task(task, result=body.result, then=then, by=caller.user, at=caller.at)
    return task


@TASKS.verb("assign", _("Tasks: hand over"), TaskAssignIn, right="assign")
def assign(caller: Caller, task: Task, body: TaskAssignIn) -> Task:
    """Somebody else does it."""
    somebody(caller, "task", body.responsible_id)
    return actions.hand_task(task, body.responsible_id, by=caller.user, at=caller.at)


@TASKS.removes(about=_("As if it had not been planned; only open ones."))
def remove(caller: Caller, task: Task) -> None:
    """Take an open task back."""
    actions.cancel_task(task, by=caller.user, at=caller.at)
