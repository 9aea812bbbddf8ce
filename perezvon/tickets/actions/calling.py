"""Calling back one client after another: a person takes a turn, calls, says what came of it, and gets the next one.

This is for clients who called us and did not get through, never for mass dialling. The rules are kept here, whatever a
page offers: only tasks that a client's own lost call made, one client at a time for one person, no call while the client
sleeps, not more often in a day than the policy says, and none before the pause after a vain call is over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from perezvon.crm import actions as crm_tasks
from perezvon.crm import reads as crm
from perezvon.crm.actions.errors import AlreadyDone, Refused
from perezvon.crm.models import Task, TaskKind

from ..assembly import ESCALATED, LOST_CALL
from ..journey import OUT
from ..models import CallbackTry, CallbackTurn, Contact, LostCall, Ticket
from ..rows import save_contacts
from .redial import policy_of, zone_of
from .standing import locked, restand
from .tickets import call_back_done

TURN = timedelta(minutes=30)
TRY = "try"  # the kind of a contact that the exchange does not know of
AGAIN = timedelta(seconds=20)  # between two presses of the button in one turn
_LOOKED_AT = 200
REACHED, NO_ANSWER, LATER, REFUSED, WRONG = "reached", "no_answer", "later", "refused", "wrong"


class NotAService(Refused):
    """Nobody is called from here who did not call us first."""

    text = _("Only clients who called us and did not get through are called from this list.")


class NobodyWaits(Refused):
    """He was reached meanwhile, or cannot be won back any more."""

    text = _("This client does not wait for a call any more.")


class NoNumber(Refused):
    """He hid his number."""

    text = _("The client's number is not known.")


class Sleeps(Refused):
    """It is night, or too early, where the client is."""

    text = _("It is too early or too late to call where the client is.")


class EnoughToday(Refused):
    """He has been called often enough today."""

    text = _("This client has been called often enough today.")


class NotYet(Refused):
    """The pause after a vain call is not over."""

    text = _("The pause after the last call is not over yet.")


class SomebodyElse(Refused):
    """Another person is calling him right now."""

    text = _("A colleague is calling this client right now.")


class StillCalling(Refused):
    """One client at a time."""

    text = _("First say what came of the call before.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a turn: one of REACHED ... WRONG, words, and when to call again (for LATER)."""

    kind: str
    result: str
    again_at: datetime | None = None


def list_of(user: Any) -> Any:
    """Tasks that a person may call through, his own and those that nobody has: who can still be won first."""
    rows = (
        Task.objects.open().visible_to(user, "edit").filter(kind=TaskKind.CALLBACK, origin__in=(LOST_CALL, ESCALATED))
    )
    can_be_won = Exists(LostCall.objects.waiting().filter(ticket=OuterRef("ticket_id")))
    mine = rows.filter(Q(responsible=user.pk) | Q(responsible=None))
    return mine.annotate(can_be_won=can_be_won).order_by("-can_be_won", "deadline", "pk")


def turn_of(user: Any, *, at: datetime) -> CallbackTurn | None:
    """The turn that a person has now."""
    return CallbackTurn.objects.filter(user=user, until__gt=at).first()


def take_next(*, by: Any, at: datetime) -> CallbackTurn | None:
    """Take the most urgent client who may be called now; None when nobody waits.

    StillCalling with one at hand; when somebody waits but may not be called now, the reason of the most urgent one.
    """
    if turn_of(by, at=at) is not None:
        raise StillCalling
    first: Refused | None = None
    for task in list_of(by).select_related("person")[:_LOOKED_AT]:
        try:
            return take(task, by=by, at=at)
        except Refused as why:
            first = first or why
    if first is not None:
        raise first
    return None


@transaction.atomic
def take(task: Task, *, by: Any, at: datetime) -> CallbackTurn:
    """Take one client. Refused says why he is not called; a task of nobody becomes one's own."""
    why = refusal(task, at=at)
    if why is not None:
        raise why
    CallbackTurn.objects.filter(until__lte=at).delete()
    if CallbackTurn.objects.filter(user=by).exists():
        raise StillCalling
    try:
        with transaction.atomic():
            turn = CallbackTurn.objects.create(task_id=task.pk, user=by, taken_at=at, until=at + TURN)
    except IntegrityError:
        raise SomebodyElse from None
    Task.objects.filter(pk=task.pk, responsible=None, done_at=None).update(responsible=by)
    return turn


def refusal(task: Task, *, at: datetime) -> Refused | None:
    """Why this client is not called now; None when he is."""
    if task.kind != TaskKind.CALLBACK or task.origin not in (LOST_CALL, ESCALATED) or not task.ticket_id:
        return NotAService()
    if task.done_at is not None:
        return NobodyWaits()
    lost = LostCall.objects.filter(ticket=task.ticket_id).select_related("ticket").order_by("-began_at").first()
    if lost is None:
        return NotAService()
    if lost.state == LostCall.State.RECOVERED or lost.ticket.missed_at is None:
        return NobodyWaits()
    if CallbackTurn.objects.filter(task_id=task.pk, until__gt=at).exists():
        return SomebodyElse()
    return _untimely(task, lost, at)


def _untimely(task: Task, lost: LostCall, at: datetime) -> Refused | None:
    if task.person_id is None or not crm.phone_of(task.person_id):
        return NoNumber()
    policy, zone = policy_of(lost.department_id), zone_of(task.person_id, lost.ticket.region)
    if not policy.may_call(at, zone):
        return Sleeps()
    if lost.attempts and task.origin == LOST_CALL and task.deadline > at:
        return NotYet()
    day = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    calls = Contact.objects.filter(ticket__person=task.person_id, direction=OUT, at__gte=day)
    return EnoughToday() if calls.count() >= policy.daily else None


def not_now(person_id: int, at: datetime) -> str:
    """Why a client of a list is not called at this moment: it is night where he is, or he was called enough today."""
    policy, zone = policy_of(None), zone_of(person_id)
    if not policy.may_call(at, zone):
        return str(Sleeps())
    day = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    calls = Contact.objects.filter(ticket__person=person_id, direction=OUT, at__gte=day).count()
    return str(EnoughToday()) if calls >= policy.daily else ""


@transaction.atomic
def note_dialled(turn: CallbackTurn, *, at: datetime) -> None:
    """The telephone is about to ring. Refused when the rules or a call of this very moment are against it."""
    row = CallbackTurn.objects.select_for_update().filter(pk=turn.pk, until__gt=at).first()
    task = Task.objects.filter(pk=turn.task_id).first()
    if row is None or task is None:
        raise NobodyWaits
    why = _still_refused(task, at)
    if why is not None:
        raise why
    if row.dialled_at is not None and at - row.dialled_at < AGAIN:
        raise NotYet
    row.dialled_at, row.until = at, at + TURN
    row.save(update_fields=["dialled_at", "until"])


def _still_refused(task: Task, at: datetime) -> Refused | None:
    """The rules again, without the turn itself standing in the way."""
    why = refusal(task, at=at)
    if isinstance(why, SomebodyElse):
        lost = LostCall.objects.filter(ticket=task.ticket_id).select_related("ticket").order_by("-began_at")[0]
        return _untimely(task, lost, at)
    return why


@transaction.atomic
def finish(turn: CallbackTurn, outcome: Outcome, *, by: Any, at: datetime) -> None:
    """Say what came of a turn. The task ends, waits for another day, or follows the rule of calling again."""
    task = Task.objects.select_related("deal").filter(pk=turn.task_id).first()
    CallbackTurn.objects.filter(pk=turn.pk).delete()
    ticket = Ticket.objects.filter(pk=task.ticket_id).first() if task else None
    if task is None or ticket is None:
        return
    if outcome.kind == NO_ANSWER:
        _vain(ticket, task, turn, outcome, by, at)
    elif outcome.kind == LATER and outcome.again_at:
        _later(ticket, task, outcome.again_at, by, at)
    else:
        call_back_done(ticket, result=outcome.result, by=by, at=at)


def _vain(ticket: Ticket, task: Task, turn: CallbackTurn, outcome: Outcome, by: Any, at: datetime) -> None:
    """A call that the exchange saw is known already; any other is put down as a contact of its own."""
    row = locked([ticket.pk])[0]
    if not Contact.objects.filter(ticket=row, direction=OUT, at__gte=turn.taken_at).exists():
        tried = CallbackTry.objects.create(ticket=row, task_id=task.pk, by=by, at=at, result=outcome.result[:400])
        contact = Contact(
            ticket=row, kind=TRY, ref_id=tried.pk, direction=OUT, at=at, ended_at=at, cause="no_answer", by_id=by.pk
        )
        save_contacts([contact])
    restand([row], at=at)


def _later(ticket: Ticket, task: Task, again_at: datetime, by: Any, at: datetime) -> None:
    row = locked([ticket.pk])[0]
    try:
        crm_tasks.move_task(task, again_at, by=by, at=at)
    except AlreadyDone:  # the exchange saw the talk: what is left is to call once more
        crm_tasks.set_task(
            kind=TaskKind.CALL, title=str(task.title), deadline=again_at, at=at, by=by, person=row.person,
            ticket_id=row.pk, responsible=by, department=row.department, origin="next_step",
        )  # fmt: skip
    restand([row], at=at)


def give_back(turn: CallbackTurn) -> None:
    """Leave the client to the list, nothing was done."""
    CallbackTurn.objects.filter(pk=turn.pk).delete()
