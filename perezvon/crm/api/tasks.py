"""Tasks: what one person has to do by when."""

from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from perezvon.api.ids import named
from perezvon.api.nouns import Caller, Expansion, Heard, fact_of, of_listing
from perezvon.api.problems import wrong
from perezvon.api.schemas import Field, Id, In, Line, Moment, Out

from .. import actions
from ..kinds import kind_choices, usual_words
from ..listings import TASKS as LISTING
from ..models import Company, Deal, Person, Task, TaskResult
from .shared import somebody

Kind = Annotated[str, Field(max_length=12, pattern="^[a-z0-9_]+$")]


class TaskOut(Out):
    """Something one person has to do by a deadline."""

    id: int
    kind: str = Field(description=_("A code: call, callback, meeting, or one of the company's own."))
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
    is_private: bool
    starts_at: datetime | None = Field(description=_("The slot in the calendar, when it has one."))
    ends_at: datetime | None
    series_id: int | None
    group_id: int | None
    origin: str = Field(description=_("What made it; empty = a person."))
    created_at: datetime
    created_by_id: int | None
    done_at: datetime | None
    done_by_id: int | None
    result: str
    outcome_id: int | None = Field(description=_("The ready result that was pressed."))


class TaskNextIn(In):
    """What is done after it."""

    kind: Kind
    title: Line = Field("", description=_("The usual words of the kind when it is empty."))
    deadline: Moment


class TaskIn(TaskNextIn):
    """Something to do for a client, for a deal, or by itself."""

    person_id: Id | None = None
    company_id: Id | None = None
    deal_id: Id | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    is_private: bool = False
    responsible_id: Id | None = Field(None, description=_("Whoever adds, when nobody is named."))
    is_hard: bool = False


class TaskChange(In):
    """Another deadline."""

    deadline: Moment


class TaskCompleteIn(In):
    """What came out of it. An open deal is not left with nothing planned: then ``next`` is needed."""

    result: Annotated[str, Field(min_length=1, max_length=4000)]
    next: TaskNextIn | None = None
    outcome_id: Id | None = None


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


def _kind(code: str) -> str:
    """The code of a kind in use. ApiProblem 422 otherwise."""
    if code not in dict(kind_choices()):
        raise wrong("body.kind", _now("There is no such kind of task."), "unknown_id")
    return code


@TASKS.adds(TaskIn)
def add(caller: Caller, body: TaskIn) -> Task:
    """Plan something."""
    person = named(Person.objects.visible_to(caller.user), body.person_id, "person_id")
    deal = named(Deal.objects.visible_to(caller.user), body.deal_id, "deal_id")
    company = named(Company.objects.visible_to(caller.user), body.company_id, "company_id")
    return actions.set_task(
        kind=_kind(body.kind), title=body.title or usual_words(body.kind), deadline=body.deadline, person=person,
        company=company, deal=deal, is_hard=body.is_hard, is_private=body.is_private, starts_at=body.starts_at,
        ends_at=body.ends_at, responsible=somebody(caller, "task", body.responsible_id or caller.user.pk, is_new=True),
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
        title = body.next.title or usual_words(body.next.kind)
        then = actions.next_step(
            task, kind=_kind(body.next.kind), title=title, deadline=body.next.deadline, by=caller.user
        )
    outcome = named(TaskResult.objects.filter(kind=task.kind, is_archived=False), body.outcome_id, "outcome_id")
    actions.finish_task(
        task, result=body.result, then=then, outcome=outcome, comment=body.result, by=caller.user, at=caller.at
    )
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
