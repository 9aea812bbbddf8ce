"""What people do with a request's time and place: take it up, pause, go on, say that they are on it, priority, queue."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from perezvon.crm.actions.errors import Refused
from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.asking import ask, done

from .. import access
from ..actions import pausing
from ..actions import tickets as actions
from ..actions.climbing import hear
from ..forms import PauseForm, PriorityForm, ToQueueForm
from ..models import Ticket
from .verbs import FORM_METHODS, home, sent, tried


def _at_once(request: HttpRequest, pk: int, verb: Callable[[Ticket, datetime], object], word: str) -> HttpResponse:
    """Do it; a refusal is said on the page."""
    one = access.ticket(request.user, pk, to="edit")
    try:
        verb(one, clock.now())
    except Refused as why:
        messages.error(request, str(why))
        return done(request, home(one))
    return done(request, home(one), word)


@require_POST
@rights.required("ticket", "edit")
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up what I was given."""
    user: Any = request.user
    return _at_once(request, pk, lambda one, at: actions.accept(one, by=user, at=at), _("It is yours."))


@require_POST
@rights.required("ticket", "edit")
def on_it(request: HttpRequest, pk: int) -> HttpResponse:
    """I am on it: no reminders for an hour."""
    word = _("No reminders for an hour of work.")
    return _at_once(request, pk, lambda one, at: hear(one, by=request.user, at=at), word)


@require_http_methods(FORM_METHODS)
@rights.required("ticket", "edit")
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Wait for the client: the clocks stand."""
    one, at = access.ticket(request.user, pk, to="edit"), clock.now()
    form = PauseForm(sent(request), at=at)
    if request.method == "POST" and tried(
        form, lambda values: pausing.pause(one, why=values["why"], until=values["until"], by=request.user, at=at)
    ):
        return done(request, home(one), _("The clock stands until the client comes back."))
    hint = _("It goes on by itself when the client calls or writes, or when the time is up.")
    return ask(request, form, _("Wait for the client"), submit=_("Wait"), back=home(one), hint=hint)


@require_POST
@rights.required("ticket", "edit")
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on."""
    return _at_once(request, pk, lambda one, at: pausing.resume(one, by=request.user, at=at), _("The clock goes on."))


@require_http_methods(FORM_METHODS)
@rights.required("ticket", "edit")
def priority(request: HttpRequest, pk: int) -> HttpResponse:
    """How urgent it is."""
    one = access.ticket(request.user, pk, to="edit")
    form = PriorityForm(sent(request), initial={"priority": one.priority})
    if request.method == "POST" and tried(
        form, lambda values: actions.set_priority(one, values["priority"], by=request.user, at=clock.now())
    ):
        return done(request, home(one), _("Saved."))
    return ask(request, form, _("Priority"), submit=_("Save"), back=home(one))


@require_http_methods(FORM_METHODS)
@rights.required("ticket", "assign")
def queue(request: HttpRequest, pk: int) -> HttpResponse:
    """Put it into another queue."""
    one = access.ticket(request.user, pk, to="assign")
    form = ToQueueForm(sent(request), initial={"queue": one.queue_id})
    if request.method == "POST" and tried(
        form, lambda values: actions.set_queue(one, values["queue"], by=request.user, at=clock.now())
    ):
        return done(request, home(one), _("Saved."))
    back = home(one) if one.pk else reverse("tickets:inbox")
    return ask(request, form, _("Queue"), submit=_("Save"), back=back)
