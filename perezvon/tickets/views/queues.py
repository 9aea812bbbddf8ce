"""Queues of requests: everybody's own with their numbers, the administrator's settings, a trial of the rules."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.crm.actions.errors import Refused
from perezvon.kit import clock
from perezvon.kit.conditions import sentence
from perezvon.staff import access as rights
from perezvon.web.asking import ask, done
from perezvon.web.respond import page_or_fragment

from .. import access, workbench
from ..actions import queues as actions
from ..actions.rulebook import named, readable
from ..actions.settings import settings_row
from ..models import AssignRule, QueueSeat, TicketQueue
from ..queue_forms import QueueForm, RuleForm, SeatForm, TrialForm

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@rights.required("ticket", "view")
def queues(request: HttpRequest) -> HttpResponse:
    """The queues in which the person works; whoever sees all requests or keeps the product sees all of them."""
    wide = rights.is_administrator(request.user) or rights.scope(request.user, "ticket", "view") == "all"
    shown = workbench.queues(request.user, clock.now(), every=wide)
    context = {"queues": shown, "may_change": rights.is_administrator(request.user)}
    return page_or_fragment(request, "tickets/queues.html", context, fragment="tickets/_queues.html")


def said(where: Any) -> str:
    """A condition in words; "" for everything."""
    tree = readable(where)
    if tree is None:
        return _("The condition cannot be read any more: set it anew.")
    return sentence(tree) if where else ""


@require_safe
@rights.required("settings", "administer")
def queue(request: HttpRequest, pk: int) -> HttpResponse:
    """How a queue works: which requests, who, by which rules."""
    one = get_object_or_404(TicketQueue.objects.select_related("department", "fallback"), pk=pk)
    rules = [(row, named(row), said(row.where)) for row in one.rules.select_related("user")]
    context = {
        "queue": one, "where": said(one.where), "rules": rules, "seats": one.seats.select_related("user__department"),
    }  # fmt: skip
    return render(request, "tickets/queue.html", context)


def saved(
    request: HttpRequest, form: Any, title: object, home: str, save: Callable[[Any], object], hint: str = ""
) -> HttpResponse:
    """Show a form of settings, or save what it says and go home."""
    if request.method == "POST" and form.is_valid():
        try:
            save(form)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return done(request, home, _("Saved."))
    return ask(request, form, title, submit=_("Save"), back=home, hint=hint)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _home(pk: int) -> str:
    return reverse("tickets:queue", args=[pk])


@require_http_methods(FORM_METHODS)
@rights.required("settings", "administer")
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a queue."""
    one = get_object_or_404(TicketQueue, pk=pk) if pk else TicketQueue()
    form = QueueForm(_sent(request), instance=one)
    if request.method == "POST" and form.is_valid():
        row = actions.save_queue(form.save(commit=False), by=request.user, at=clock.now())
        return done(request, _home(row.pk), _("Saved."))
    back = _home(pk) if pk else reverse("tickets:queues")
    return ask(request, form, _("Queue of requests"), submit=_("Save"), back=back)


@require_http_methods(FORM_METHODS)
@rights.required("settings", "administer")
def seat(request: HttpRequest, pk: int, seat_pk: int | None = None) -> HttpResponse:
    """Let somebody work in a queue, or change how."""
    owner = get_object_or_404(TicketQueue, pk=pk)
    one = get_object_or_404(QueueSeat, pk=seat_pk, queue=owner) if seat_pk else QueueSeat(queue=owner)
    form = SeatForm(_sent(request), instance=one)
    save = lambda form: actions.save_seat(form.save(commit=False), by=request.user, at=clock.now())  # noqa: E731
    return saved(request, form, str(one.user) if seat_pk else _("Add a person"), _home(pk), save)


@require_POST
@rights.required("settings", "administer")
def seat_gone(request: HttpRequest, pk: int, seat_pk: int) -> HttpResponse:
    """Take somebody out of a queue."""
    actions.remove_seat(get_object_or_404(QueueSeat, pk=seat_pk, queue=pk), by=request.user, at=clock.now())
    return done(request, _home(pk), _("Saved."))


@require_http_methods(FORM_METHODS)
@rights.required("settings", "administer")
def rule(request: HttpRequest, pk: int, rule_pk: int | None = None) -> HttpResponse:
    """Add or change a rule."""
    owner = get_object_or_404(TicketQueue, pk=pk)
    one = get_object_or_404(AssignRule, pk=rule_pk, queue=owner) if rule_pk else AssignRule(queue=owner)
    form = RuleForm(_sent(request), instance=one)
    save = lambda form: actions.save_rule(form.save(commit=False), by=request.user, at=clock.now())  # noqa: E731
    return saved(request, form, _("Rule of giving out"), _home(pk), save)


@require_POST
@rights.required("settings", "administer")
def rule_gone(request: HttpRequest, pk: int, rule_pk: int) -> HttpResponse:
    """Take a rule away."""
    actions.remove_rule(get_object_or_404(AssignRule, pk=rule_pk, queue=pk), by=request.user, at=clock.now())
    return done(request, _home(pk), _("Saved."))


@require_POST
@rights.required("settings", "administer")
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a queue before or after its neighbour."""
    one = get_object_or_404(TicketQueue, pk=pk)
    rows = list(TicketQueue.objects.filter(is_archived=False))
    if one in rows:
        actions.move(one, rows, step_of(request), by=request.user, at=clock.now())
    return done(request, reverse("tickets:queues"))


@require_POST
@rights.required("settings", "administer")
def rule_order(request: HttpRequest, pk: int, rule_pk: int) -> HttpResponse:
    """Ask a rule before or after its neighbour."""
    one = get_object_or_404(AssignRule, pk=rule_pk, queue=pk)
    actions.move(one, list(one.queue.rules.all()), step_of(request), by=request.user, at=clock.now())
    return done(request, _home(pk))


def step_of(request: HttpRequest) -> int:
    """One place down, else up."""
    return 1 if request.POST.get("way") == "down" else -1


@require_http_methods(["GET", "HEAD"])
@rights.required("ticket", "view")
def trial(request: HttpRequest) -> HttpResponse:
    """What would happen to a request like this, or to one that is there; nothing is given to anybody."""
    at = clock.now()
    if not (rights.is_administrator(request.user) or rights.can(request.user, "ticket", "assign")):
        raise Http404
    form = TrialForm(request.GET if request.GET.get("channel") else None)
    found, ticket = None, None
    if (text := request.GET.get("ticket", "")).isdigit() and len(text) < 18:
        ticket = access.ticket(request.user, int(text))
    elif form.is_bound and form.is_valid():
        at = form.cleaned_data["when"] or at
        ticket = workbench.imagined(form.cleaned_data, at)
    if ticket is not None:
        found = workbench.trial(ticket, at, settings_row().response_minutes * 60)
    context = {"form": form, "trial": found, "ticket": ticket if ticket and ticket.pk else None, "when": at}
    return render(request, "tickets/trial.html", context)
