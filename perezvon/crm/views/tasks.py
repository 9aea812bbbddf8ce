"""Tasks: the list, planning, putting off, completing with a result."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from perezvon.kit import clock
from perezvon.lists.page import list_page
from perezvon.staff import access as rights

from .. import access, actions, doubles
from ..forms import DoneForm, MoveTaskForm, TaskForm
from ..forms.tasks import WAIT
from ..listings import TASKS
from ..models import Task
from .answers import ask, done, number, refused


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
    can_edit = rights.allows(request.user, "task", "edit", owner_id=one.responsible_id, department_id=one.department_id)
    return render(request, "crm/task.html", {"task": one, "can_edit": can_edit, "at": clock.now()})


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("task", "add")
def add(request: HttpRequest) -> HttpResponse:
    """Plan something: for a person (``?person=``), for a deal (``?deal=``), or by itself."""
    asked = {name: number(request.POST.get(name) or request.GET.get(name)) for name in ("person", "deal")}
    deal = access.deal(request.user, asked["deal"]) if asked["deal"] else None
    person = access.person(request.user, asked["person"]) if asked["person"] else None
    form = TaskForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        at, values = clock.now(), form.cleaned_data
        responsible = doubles.colleague(values.get("responsible_id")) or request.user
        actions.set_task(
            kind=values["kind"], title=form.title_or_default(), deadline=form.moment(at), person=person, deal=deal,
            responsible=responsible, by=request.user, at=at,
        )  # fmt: skip
        return done(request, _home(deal, person), _("Planned."))
    hidden = [(name, value) for name, value in asked.items() if value]
    hint = str(deal or person or "")
    return ask(request, form, _("New task"), submit=_("Plan"), back=_home(deal, person), hint=hint, hidden=hidden)


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
        try:
            _finish(form, one, request.user)
        except actions.Refused as error:
            refused(form, error)
        else:
            return done(request, address, _("Done."))
    return ask(
        request,
        form,
        one.title,
        submit=_("Done"),
        back=address,
        parts="crm/_done.html",
        tone="success",
        about=_about(one),
    )


@transaction.atomic
def _finish(form: DoneForm, one: Task, user: Any) -> None:
    at, waits = clock.now(), form.cleaned_data["next_kind"] == WAIT
    if waits and one.deal:
        actions.wait(one.deal, form.moment(at), why=form.next_words(), by=user, at=at)
    then = None if waits else _next(form, one, user)
    actions.finish_task(one, result=form.outcome(form.cleaned_data), then=then, by=user, at=at)


def _about(task: Task) -> str:
    return " · ".join(str(thing) for thing in (task.person, task.deal) if thing and str(thing))


def _next(form: DoneForm, task: Task, user: Any) -> actions.NewTask | None:
    kind = form.cleaned_data["next_kind"]
    if not kind:
        return None
    return actions.next_step(task, kind=kind, title=form.next_words(), deadline=form.moment(clock.now()), by=user)


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
