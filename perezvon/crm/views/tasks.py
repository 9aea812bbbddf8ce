"""Tasks: the list, putting off, completing with a result."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from perezvon.kit import clock
from perezvon.lists.page import list_page
from perezvon.staff import access as rights
from perezvon.staff import reads as staff

from .. import access, actions
from ..actions.calls import say_call
from ..composing import call_about
from ..forms import DoneForm, MoveTaskForm
from ..listings import TASKS
from ..models import Task
from ..task_page import about
from .answers import ask, back_to, done, refused


@require_safe
@rights.required("task", "view")
def tasks(request: HttpRequest) -> HttpResponse:
    """The list of tasks: the person's own, or all that he may see."""
    return list_page(request, TASKS)


@require_safe
@rights.required("task", "view")
def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One task with what it is about."""
    one = access.task(request.user, pk)
    return render(request, "crm/task.html", about(one, request.user, clock.now()))


def _home(deal: Any, person: Any) -> str:
    if deal is not None:
        return reverse("crm:deal", args=[deal.pk])
    return reverse("crm:person", args=[person.pk]) if person is not None else reverse("crm:day")


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("task", "edit")
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what came out of a task, and plan the next step at once."""
    one = access.task(request.user, pk, to="edit")
    form = DoneForm(request.POST if request.method == "POST" else None, task=one)
    address = _home(one.deal, one.person)
    if request.method == "POST" and form.is_valid():
        at, values = clock.now(), form.cleaned_data
        then = form.then(request.user, at, staff.calendar_of(request.user.department_id))
        try:
            actions.finish_task(
                one, result=form.outcome(values), outcome=values["result"], comment=values["text"], then=then,
                by=request.user, at=at,
            )  # fmt: skip
        except actions.Refused as error:
            refused(form, error)
        else:
            return redirect("crm:day-next") if "follow" in request.POST else done(request, address, _("Done."))
    return ask(
        request,
        form,
        one.title,
        submit=_("Done"),
        back=address,
        parts="crm/_done.html",
        tone="success",
        about=_about(one),
        follow=_("Done, and the next") if _is_of_the_day(request) else "",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("task", "add")
def call_result(request: HttpRequest, noun: str, pk: int) -> HttpResponse:
    """What came of a call to the client of a card, planned or not, and what is next."""
    if noun == "company":
        raise Http404
    one: Any = access.deal(request.user, pk, to="edit") if noun == "deal" else access.person(request.user, pk)
    call = call_about(one, request.user)
    form, address = (
        DoneForm(request.POST if request.method == "POST" else None, task=call),
        reverse(f"crm:{noun}", args=[pk]),
    )
    if request.method == "POST" and form.is_valid():
        at, values = clock.now(), form.cleaned_data
        then = form.then(request.user, at, staff.calendar_of(request.user.department_id))
        try:
            say_call(
                call, title=_("Call"), result=form.outcome(values), outcome=values["result"], comment=values["text"], then=then,
                by=request.user, at=at,
            )  # fmt: skip
        except actions.Refused as error:
            refused(form, error)
        else:
            return done(request, address, _("Saved."))
    title = call.title or _("Result of a call")
    return ask(request, form, title, submit=_("Save"), back=address, parts="crm/_done.html", about=_about(call))


def _is_of_the_day(request: HttpRequest) -> bool:
    """The form was opened from the inbox: the next thing may follow at once."""
    return back_to(request, "").startswith(reverse("crm:day"))


def _about(task: Task) -> str:
    return " · ".join(str(thing) for thing in (task.person, task.deal) if thing and str(thing))


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("task", "edit")
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a task off."""
    one = access.task(request.user, pk, to="edit")
    form = MoveTaskForm(request.POST if request.method == "POST" else None)
    address = _home(one.deal, one.person)
    if request.method == "POST" and form.is_valid():
        at = clock.now()
        try:
            actions.move_task(one, form.moment(at), by=request.user, at=at)
        except actions.Refused as error:
            refused(form, error)
        else:
            return done(request, address, _("Put off."))
    return ask(request, form, _("Put off"), hint=one.title, submit=_("Put off"), back=address)
