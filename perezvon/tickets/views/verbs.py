"""What people do with a request: every verb is a small sub-resource."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from perezvon.crm.actions.errors import Refused
from perezvon.crm.models import Pipeline
from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.asking import ask, done

from .. import access
from ..actions import tickets as actions
from ..actions.checklists import items_before_deal, tick
from ..forms import AssignForm, ClientForm, DealForm, OutForm, PlanForm, ReasonForm, ResultForm
from ..models import ChecklistMark, Ticket

FORM_METHODS = ["GET", "HEAD", "POST"]


def home(one: Ticket) -> str:
    """The page of the request."""
    return reverse("tickets:ticket", args=[one.pk])


def sent(request: HttpRequest) -> Any:
    """What was filled in, None before that."""
    return request.POST if request.method == "POST" else None


def tried(form: forms.Form, action: Callable[[dict[str, Any]], object]) -> bool:
    """Do the action with the form's values; False when the form or the action refuses (the form says why)."""
    if not form.is_valid():
        return False
    try:
        action(form.cleaned_data)
    except Refused as error:
        form.add_error(None, str(error))
        return False
    return True


@require_http_methods(FORM_METHODS)
@rights.required("deal", "add")
def deal(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a deal of a request; open items of the checklist are ticked in the same form."""
    one, made = access.ticket(request.user, pk, to="edit"), []
    ticked = set(ChecklistMark.objects.filter(ticket=one).values_list("item_id", flat=True))
    items = [item for item in items_before_deal(one) if item.pk not in ticked]
    form = DealForm(sent(request), items=items, initial={"title": actions.default_title(one)})
    pipeline = _pipeline(request.GET.get("pipeline", ""))

    def make(values: dict[str, Any]) -> None:
        made.append(
            actions.make_deal(
                one,
                by=request.user,
                at=clock.now(),
                title=values["title"],
                amount=values["amount"] or 0,
                ticked=form.ticked_ids(),
                pipeline=pipeline,
            )  # fmt: skip
        )

    if request.method == "POST" and tried(form, make):
        return done(request, reverse("crm:deal", args=[made[0].pk]), _("The deal is opened."))
    return ask(request, form, _("Make a deal"), submit=_("Open the deal"), back=home(one), hint=str(one.person or ""))


def _pipeline(text: str) -> Pipeline | None:
    """The pipeline that the board showed; None = the company's main one."""
    is_number = text.isascii() and text.isdigit() and len(text) < 18
    return Pipeline.objects.filter(pk=int(text), is_archived=False).first() if is_number else None


@require_http_methods(FORM_METHODS)
@rights.required("ticket", "close")
def out(request: HttpRequest, pk: int) -> HttpResponse:
    """Not a target, for a reason."""
    one = access.ticket(request.user, pk, to="close")
    form = OutForm(sent(request))
    if request.method == "POST" and tried(
        form, lambda values: actions.disqualify(one, reason=values["reason"], by=request.user, at=clock.now())
    ):
        return done(request, home(one), _("Marked as not a target."))
    hint = _("It leaves the funnel and does not count as a loss.")
    return ask(
        request,
        form,
        pgettext("request", "Not a target"),
        submit=pgettext("request", "Not a target"),
        back=home(one),
        hint=hint,
        tone="danger",
    )


@require_http_methods(FORM_METHODS)
@rights.required("ticket", "close")
def closing(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a request when nothing is left to do."""
    one = access.ticket(request.user, pk, to="close")
    form = ReasonForm(sent(request))
    if request.method == "POST" and tried(
        form, lambda values: actions.close(one, reason=values["reason"], by=request.user, at=clock.now())
    ):
        return done(request, home(one), _("The request is closed."))
    return ask(request, form, _("Close the request"), submit=_("Close it"), back=home(one))


@require_http_methods(FORM_METHODS)
@rights.required("ticket", "assign")
def responsible(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand a request over."""
    one = access.ticket(request.user, pk, to="assign")
    form = AssignForm(sent(request), user=request.user, initial={"responsible": one.responsible_id})

    def hand_over(values: dict[str, Any]) -> None:
        with transaction.atomic():
            actions.assign(one, responsible=values["responsible"], by=request.user, at=clock.now())
            access.recheck(one, request.user)

    if request.method == "POST" and tried(form, hand_over):
        return done(request, home(one), _("Handed over."))
    return ask(request, form, _("Who takes the request"), submit=_("Hand over"), back=home(one))


@require_POST
@rights.required("ticket", "edit")
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a request myself."""
    one = access.ticket(request.user, pk, to="edit")
    actions.assign(one, responsible=request.user, by=request.user, at=clock.now())  # type: ignore[arg-type]
    return done(request, home(one), _("It is yours."))


@require_http_methods(FORM_METHODS)
@rights.required("ticket", "edit")
def tasks(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the next step."""
    one, at = access.ticket(request.user, pk, to="edit"), clock.now()
    form = PlanForm(sent(request), at=at)
    if request.method == "POST" and tried(
        form,
        lambda values: actions.plan(
            one, kind=values["kind"], title=form.title_or_kind(), deadline=values["deadline"], by=request.user, at=at
        ),
    ):
        return done(request, home(one), _("The next step is planned."))
    return ask(request, form, _("Next step"), submit=_("Plan it"), back=home(one), hint=str(one.person or ""))


@require_http_methods(FORM_METHODS)
@rights.required("ticket", "edit")
def callback(request: HttpRequest, pk: int) -> HttpResponse:
    """The client was called back, not through the exchange."""
    one = access.ticket(request.user, pk, to="edit")
    form = ResultForm(sent(request))
    if request.method == "POST" and tried(
        form, lambda values: actions.call_back_done(one, result=values["result"], by=request.user, at=clock.now())
    ):
        return done(request, home(one), _("The task is done."))
    hint = _("Calls through the exchange are seen by themselves; this is for other ways.")
    return ask(request, form, _("Called back"), submit=_("It is done"), back=home(one), hint=hint, tone="success")


@require_http_methods(FORM_METHODS)
@rights.required("ticket", "edit")
def client(request: HttpRequest, pk: int) -> HttpResponse:
    """Name the client of a hidden number."""
    one = access.ticket(request.user, pk, to="edit")
    form = ClientForm(sent(request))
    if request.method == "POST" and tried(
        form,
        lambda values: actions.name_client(
            one, name=values["name"], phone=values["phone"], by=request.user, at=clock.now()
        ),
    ):
        return done(request, home(one), _("The client is entered."))
    return ask(request, form, _("Who was it?"), submit=_("Save"), back=home(one))


@require_POST
@rights.required("ticket", "edit")
def checks(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick an item of the checklist off."""
    one = access.ticket(request.user, pk, to="edit")
    text = request.POST.get("item", "")
    if text.isascii() and text.isdigit() and len(text) < 18:
        tick(one, [int(text)], by=request.user, at=clock.now())
    else:
        messages.error(request, _("There is no such item."))
    return done(request, home(one))
