"""A lost call makes a task to call back, at once and for the right person; reaching the client ends it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from perezvon.crm.actions import NewTask, complete_task, set_tasks
from perezvon.crm.actions.errors import AlreadyDone
from perezvon.crm.models import Task, TaskKind

from ..assembly import LOST_CALL, Known, TaskRow
from ..journey import Plan, Standing
from ..models import Ticket
from .settings import Patience


def settle_callbacks(
    tickets: Sequence[Ticket],
    known: Mapping[int, Known],
    standings: Mapping[int, Standing],
    rules: Patience,
    times: Mapping[int, datetime],
) -> dict[int, Known]:
    """Set the tasks that lost calls ask for and end those of clients reached; what is known then.

    There is one open callback task per request; a request without a responsible gives it to its
    department, where anybody may take it.
    """
    fresh = _set(tickets, known, standings, rules, times)
    ended = _end(tickets, known, standings, times)
    return {
        ticket.pk: known[ticket.pk].with_tasks(
            [*ended.get(ticket.pk, known[ticket.pk].tasks), *fresh.get(ticket.pk, [])]
        )
        for ticket in tickets
        if ticket.pk in fresh or ticket.pk in ended
    }


def _set(
    tickets: Sequence[Ticket],
    known: Mapping[int, Known],
    standings: Mapping[int, Standing],
    rules: Patience,
    times: Mapping[int, datetime],
) -> dict[int, list[TaskRow]]:
    asked = [ticket for ticket in tickets if _asks(ticket, known[ticket.pk], standings[ticket.pk])]
    if not asked:
        return {}
    with translation.override(settings.LANGUAGE_CODE):
        new = [_task(ticket, known[ticket.pk], rules, times[ticket.pk]) for ticket in asked]
    made: dict[int, list[TaskRow]] = {}
    for minute in dict.fromkeys(_minute(times[ticket.pk]) for ticket in asked):
        some = [(ticket, each) for ticket, each in zip(asked, new, strict=True) if _minute(times[ticket.pk]) == minute]
        moment = max(times[ticket.pk] for ticket, _task in some)
        for task in set_tasks([each for _ticket, each in some], moment):
            plan = Plan(task.deadline, moment, None, set_by_person=False)
            made[task.ticket_id or 0] = [TaskRow(task.pk, LOST_CALL, plan)]
    return made


def _minute(at: datetime) -> datetime:
    """Calls lost within one minute get their tasks by one statement."""
    return at.replace(second=0, microsecond=0)


def _asks(ticket: Ticket, known: Known, standing: Standing) -> bool:
    fresh = standing.missed_at is not None and standing.missed_at != ticket.missed_at
    return fresh and standing.state == "open" and not known.callbacks


def _task(ticket: Ticket, known: Known, rules: Patience, at: datetime) -> NewTask:
    responsible = ticket.responsible_id or known.talker_id
    return NewTask(
        kind=TaskKind.CALLBACK,
        title=gettext("Call back: the client did not get through"),
        deadline=rules.callback_due(ticket.department_id, at),
        person_id=ticket.person_id,
        ticket_id=ticket.pk,
        responsible_id=responsible,
        department_id=ticket.department_id,
        origin=LOST_CALL,
        is_hard=True,
    )


def _end(
    tickets: Sequence[Ticket],
    known: Mapping[int, Known],
    standings: Mapping[int, Standing],
    times: Mapping[int, datetime],
) -> dict[int, list[TaskRow]]:
    ended = {}
    for ticket in tickets:
        callbacks = known[ticket.pk].callbacks
        if callbacks and standings[ticket.pk].missed_at is None:
            for row in callbacks:
                _finish(row.pk, standings[ticket.pk], times[ticket.pk])
            ended[ticket.pk] = [
                _done(row, times[ticket.pk]) if row in callbacks else row for row in known[ticket.pk].tasks
            ]
    return ended


def _finish(task_id: int, standing: Standing, at: datetime) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        result = (
            gettext("The request was closed")
            if standing.closed_at and not standing.won_at
            else gettext("The client was reached")
        )
    task = Task.objects.select_related("deal").get(pk=task_id)
    with suppress(AlreadyDone):  # somebody was faster, which is as good
        complete_task(task, result=result, at=at)


def _done(row: TaskRow, at: datetime) -> TaskRow:
    return replace(row, plan=replace(row.plan, done_at=at, done_by_person=False))
