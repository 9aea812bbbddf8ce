"""Calling back one client after another: take the next, call, say what came of it, go on."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from perezvon.crm import reads as crm
from perezvon.crm.actions.errors import Refused
from perezvon.crm.models import Deal, Task
from perezvon.crm.moments import named
from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.telephony import telephones
from perezvon.telephony.actions.dialling import NotDialled
from perezvon.telephony.actions.dialling import dial as ring

from .. import lost, shown
from ..actions import calling
from ..assembly import ESCALATED, LOST_CALL
from ..forms import OutcomeForm
from ..models import CallbackTurn, LostCall
from .lost import lost_call

UNPROCESSABLE = 422


@require_safe
@rights.required("task", "edit")
def screen(request: HttpRequest) -> HttpResponse:
    """The client whose turn it is; without one, how many wait and the button that takes the first."""
    at = clock.now()
    turn = calling.turn_of(request.user, at=at)
    return _screen(request, turn, at, OutcomeForm())


def _screen(
    request: HttpRequest, turn: CallbackTurn | None, at: datetime, form: OutcomeForm, status: int = 200
) -> HttpResponse:
    waiting = calling.list_of(request.user)
    context: dict[str, Any] = {"waiting": waiting.count(), "turn": turn, "at": at, "form": form}
    if turn is not None:
        context |= _client(request.user, turn)
    return render(request, "tickets/calling.html", context, status=status)


def _client(user: Any, turn: CallbackTurn) -> dict[str, Any]:
    task = Task.objects.select_related("person", "deal").get(pk=turn.task_id)
    rows = LostCall.objects.filter(ticket=task.ticket_id).select_related("ticket", "source", "product", "person")
    row = rows.order_by("-began_at").first()
    if row is None:
        raise Http404
    deal = Deal.objects.visible_to(user).filter(person=task.person_id, status="open").select_related("stage").first()
    return {
        "task": task, "phone": crm.phone_of(task.person_id) if task.person_id else "", "line": lost.lines([row])[0], "contacts": shown.contacts_of(row.ticket, user)[:6],
        "deal": deal, "is_done": task.done_at is not None,
    }  # fmt: skip


@require_POST
@rights.required("task", "edit")
def take(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Take the next client, or the one whose lost call this is; a refusal says why."""
    at = clock.now()
    try:
        if pk is None:
            if calling.take_next(by=request.user, at=at) is None:
                messages.info(request, _("Nobody waits for a call."))
        else:
            calling.take(_task_of(request.user, lost_call(request.user, pk)), by=request.user, at=at)
    except Refused as why:
        messages.error(request, str(why))
    return redirect("tickets:calling")


def _task_of(user: Any, row: LostCall) -> Task:
    """The open callback task of a lost call that the person may work on."""
    tasks = Task.objects.open().visible_to(user, "edit").filter(ticket_id=row.ticket_id)
    task = tasks.filter(origin__in=(LOST_CALL, ESCALATED)).order_by("-pk").first()
    if task is None:
        raise calling.NobodyWaits
    return task


@require_POST
@rights.required("task", "edit")
def dial(request: HttpRequest) -> HttpResponse:
    """The call begins: the rules are asked once more."""
    at = clock.now()
    turn = calling.turn_of(request.user, at=at)
    try:
        if turn is None:
            raise calling.NobodyWaits
        calling.note_dialled(turn, at=at)
        _ring(request.user, turn, at)
    except (Refused, NotDialled) as why:
        messages.error(request, str(why))
    return redirect("tickets:calling")


def _ring(user: Any, turn: CallbackTurn, at: datetime) -> None:
    """Ring his telephone, then the client's; without an exchange the person dials the number that he sees himself."""
    task = Task.objects.select_related("person").get(pk=turn.task_id)
    if task.person_id and telephones.can_dial(user):
        ring(user, crm.phone_of(task.person_id), person=task.person, task=task, by=user, at=at)


@require_POST
@rights.required("task", "edit")
def outcome(request: HttpRequest) -> HttpResponse:
    """What came of the call; the next client follows at once unless ``stop`` was pressed."""
    at = clock.now()
    turn = calling.turn_of(request.user, at=at)
    if turn is None:
        return redirect("tickets:calling")
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _screen(request, turn, at, form, UNPROCESSABLE)
    given = form.cleaned_data
    again = named(given["when"], at) if given["kind"] == calling.LATER else None
    result = ". ".join(part for part in (str(dict(form.kinds())[given["kind"]]), given["text"].strip()) if part)
    calling.finish(turn, calling.Outcome(given["kind"], result, again), by=request.user, at=at)
    if not request.POST.get("stop"):
        return take(request)
    return redirect("tickets:calling")


@require_POST
@rights.required("task", "edit")
def giving_back(request: HttpRequest) -> HttpResponseRedirect:
    """Leave the client to the list."""
    turn = calling.turn_of(request.user, at=clock.now())
    if turn is not None:
        calling.give_back(turn)
    return redirect("tickets:lost")
