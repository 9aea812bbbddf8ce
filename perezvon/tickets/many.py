"""What is done to many requests at once: handing over, priority, queue, waiting for the client and going on."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perezvon.crm.actions import errors as crm_errors
from perezvon.kit import clock
from perezvon.lists.listing import Action, Change, Refused
from perezvon.staff.models import User

from .actions.pausing import pause, resume
from .actions.tickets import assign, set_priority, set_queue
from .forms import AssignForm, GoOnForm, PauseForm, PriorityForm, ToQueueForm
from .models import Ticket, TicketPause, TicketQueue


def _hand_over(row: Ticket, values: dict[str, Any], by: Any, at: datetime) -> Change | None:
    if row.responsible_id == values["responsible_id"]:
        return None
    before = {"responsible_id": row.responsible_id}
    _give(row, values["responsible_id"], by, at)
    return Change(before, {"responsible_id": values["responsible_id"]})


def _give(row: Ticket, user_id: int | None, by: Any, at: datetime) -> None:
    taker = User.objects.filter(pk=user_id, is_active=True).first() if user_id else None
    if user_id and taker is None:
        raise Refused(_("This person does not work here any more."))
    assign(row, responsible=taker, by=by, at=at, department=None if taker else row.department)


def _give_back(row: Ticket, change: Change, by: Any, at: datetime) -> bool:
    """Only what still says what the action wrote."""
    if row.responsible_id != change.after["responsible_id"]:
        return False
    _give(row, change.before["responsible_id"], by, at)
    return True


def _rank(row: Ticket, values: dict[str, Any], by: Any, at: datetime) -> Change | None:
    before = {"priority": row.priority}
    if before == values:
        return None
    set_priority(row, values["priority"], by=by, at=at)
    return Change(before, values)


def _rank_back(row: Ticket, change: Change, by: Any, at: datetime) -> bool:
    if row.priority != change.after["priority"]:
        return False
    set_priority(row, change.before["priority"], by=by, at=at)
    return True


def _to_queue(row: Ticket, values: dict[str, Any], by: Any, at: datetime) -> Change | None:
    before = {"queue_id": row.queue_id}
    if before == values:
        return None
    if not row.is_open:
        raise Refused(_("This request is not open any more."))
    queue = TicketQueue.objects.filter(pk=values["queue_id"], is_archived=False).first()
    if queue is None:
        raise Refused(_("This queue is not in use any more."))
    set_queue(row, queue, by=by, at=at)
    return Change(before, values)


def _out_of_queue(row: Ticket, change: Change, by: Any, at: datetime) -> bool:
    """Back into the queue that it came from; one that came from none, or from one put away, stays."""
    queue = TicketQueue.objects.filter(pk=change.before["queue_id"], is_archived=False).first()
    if queue is None or row.queue_id != change.after["queue_id"]:
        return False
    set_queue(row, queue, by=by, at=at)
    return True


def _asked(act: Callable[[], TicketPause]) -> TicketPause:
    """Do it; what the action refuses is said of the row."""
    try:
        return act()
    except crm_errors.Refused as why:
        raise Refused(str(why)) from why


def _wait(row: Ticket, values: dict[str, Any], by: Any, at: datetime) -> Change | None:
    until = datetime.fromisoformat(values["until"])
    made = _asked(lambda: pause(row, why=values["why"], until=until, by=by, at=at))
    return Change({"pause": None}, {"pause": made.pk})


def _stop_waiting(row: Ticket, change: Change, by: Any, at: datetime) -> bool:
    """Only when it still waits for what the action said."""
    if not TicketPause.objects.filter(pk=change.after["pause"], ended_at=None).exists():
        return False
    resume(row, by=by, at=at)
    return True


def _go_on(row: Ticket, values: dict[str, Any], by: Any, at: datetime) -> Change | None:
    if row.paused_at is None:
        return None
    over = _asked(lambda: resume(row, by=by, at=at))
    return Change({"why": over.why, "until": over.until.isoformat()}, {"pause": over.pk})


def _wait_again(row: Ticket, change: Change, by: Any, at: datetime) -> bool:
    """For the same, until the same moment; not when that has passed or the request waits or is over."""
    until = datetime.fromisoformat(change.before["until"])
    if row.paused_at is not None or not row.is_open or until <= at:
        return False
    pause(row, why=change.before["why"], until=until, by=by, at=at)
    return True


ACTIONS = (
    Action(
        "assign", gettext_lazy("Hand over"), "user-share", "assign", form=lambda user, data: AssignForm(data, user=user),
        values=lambda form: {"responsible_id": form.cleaned_data["responsible"].pk}, change=_hand_over, restore=_give_back,
    ),
    Action(
        "priority", gettext_lazy("Priority"), "alert-triangle", "edit", form=lambda user, data: PriorityForm(data),
        values=lambda form: {"priority": form.cleaned_data["priority"]}, change=_rank, restore=_rank_back,
    ),
    Action(
        "queue", gettext_lazy("Queue"), "stack-2", "assign", form=lambda user, data: ToQueueForm(data),
        values=lambda form: {"queue_id": form.cleaned_data["queue"].pk}, change=_to_queue, restore=_out_of_queue,
    ),
    Action(
        "pause", gettext_lazy("Wait for the client"), "player-pause", "edit",
        form=lambda user, data: PauseForm(data, at=clock.now()),
        values=lambda form: {"why": form.cleaned_data["why"], "until": form.cleaned_data["until"].isoformat()},
        change=_wait, restore=_stop_waiting,
    ),
    Action(
        "resume", gettext_lazy("Go on"), "player-play", "edit", form=lambda user, data: GoOnForm(data),
        values=lambda form: {}, change=_go_on, restore=_wait_again,
    ),
)  # fmt: skip
