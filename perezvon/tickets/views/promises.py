"""Promises of time, the ladder of escalation, checklists, and the builder of conditions: the administrator's pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.kit.conditions import EVERYTHING, Unclear
from perezvon.lists.builder import WORDS, Builder, of_form, of_tree
from perezvon.staff import access as rights
from perezvon.web.asking import UNPROCESSABLE, done
from perezvon.web.respond import page_or_fragment

from ..actions import queues as actions
from ..actions.rulebook import named, readable
from ..actions.settings import settings_row
from ..fields import TICKET
from ..models import AssignRule, ChecklistItem, ClockKind, LadderStep, SlaPolicy, TicketQueue, TicketSettings
from ..queue_forms import ItemForm, PolicyForm, RepeatsForm, StepForm
from ..stages import BY_KEY
from .queues import FORM_METHODS, said, saved, step_of


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _home() -> str:
    return reverse("tickets:promises")


@require_safe
@rights.required("settings", "administer")
def promises(request: HttpRequest) -> HttpResponse:
    """What clients are promised, and who hears of it when it is not kept."""
    steps = list(LadderStep.objects.order_by("minutes", "pk"))
    rows = [
        {"policy": row, "where": said(row.where), "ladder": [step for step in steps if step.policy_id == row.pk]}
        for row in SlaPolicy.objects.order_by("is_archived", "order", "pk")
    ]
    common = [(label, [step for step in steps if step.policy_id is None and step.kind == kind]) for kind, label in ClockKind.choices]  # fmt: skip
    settings = TicketSettings.objects.order_by("pk").first() or TicketSettings()
    context = {"rows": rows, "common": common, "settings": settings, "repeats": settings.repeats}
    return render(request, "tickets/promises.html", context)


@require_http_methods(FORM_METHODS)
@rights.required("settings", "administer")
def policy(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a promise."""
    one = get_object_or_404(SlaPolicy, pk=pk) if pk else SlaPolicy()
    form = PolicyForm(_sent(request), instance=one)
    save = lambda form: actions.save_policy(form.save(commit=False), by=request.user, at=clock.now())  # noqa: E731
    return saved(request, form, _("Promise of time"), _home(), save)


@require_POST
@rights.required("settings", "administer")
def policy_order(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a promise before or after its neighbour."""
    one = get_object_or_404(SlaPolicy, pk=pk)
    actions.move(one, list(SlaPolicy.objects.all()), step_of(request), by=request.user, at=clock.now())
    return done(request, _home())


@require_http_methods(FORM_METHODS)
@rights.required("settings", "administer")
def step(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a step of escalation; ``?policy=`` makes it that promise's own."""
    owner = request.GET.get("policy", "")
    policy = get_object_or_404(SlaPolicy, pk=int(owner)) if owner.isdigit() and len(owner) < 18 else None
    one = get_object_or_404(LadderStep, pk=pk) if pk else LadderStep(policy=policy)
    form = StepForm(_sent(request), instance=one)
    save = lambda form: actions.save_step(form.save(commit=False), by=request.user, at=clock.now())  # noqa: E731
    return saved(request, form, _("Step of escalation"), _home(), save, hint=policy.name if policy else "")


@require_POST
@rights.required("settings", "administer")
def step_gone(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step away."""
    actions.remove_step(get_object_or_404(LadderStep, pk=pk), by=request.user, at=clock.now())
    return done(request, _home(), _("Saved."))


@require_http_methods(FORM_METHODS)
@rights.required("settings", "administer")
def repeats(request: HttpRequest) -> HttpResponse:
    """How often it is told again after the last step."""
    form = RepeatsForm(_sent(request), initial={"repeats": ", ".join(str(each) for each in settings_row().repeats)})
    save = lambda form: actions.set_repeats(form.cleaned_data["repeats"], by=request.user, at=clock.now())  # noqa: E731
    return saved(request, form, _("Reminders after the last step"), _home(), save)


@require_safe
@rights.required("settings", "administer")
def checklists(request: HttpRequest) -> HttpResponse:
    """The checklists of all steps."""
    items = list(ChecklistItem.objects.select_related("product", "source").order_by("is_archived", "order", "pk"))
    keys = [key for key in BY_KEY if any(item.step == key for item in items)]
    rows = [(BY_KEY[key].name, [item for item in items if item.step == key]) for key in keys]
    return render(request, "tickets/checklists.html", {"rows": rows})


@require_http_methods(FORM_METHODS)
@rights.required("settings", "administer")
def item(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change an item of a checklist."""
    one = get_object_or_404(ChecklistItem, pk=pk) if pk else ChecklistItem()
    form = ItemForm(_sent(request), instance=one)
    save = lambda form: actions.save_item(form.save(commit=False), by=request.user, at=clock.now())  # noqa: E731
    return saved(request, form, _("Item of a checklist"), reverse("tickets:checklists"), save)


@require_POST
@rights.required("settings", "administer")
def item_order(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an item before or after its neighbour."""
    one = get_object_or_404(ChecklistItem, pk=pk)
    rows = list(ChecklistItem.objects.filter(step=one.step, is_archived=False).order_by("order", "pk"))
    if one in rows:
        actions.move(one, rows, step_of(request), by=request.user, at=clock.now())
    return done(request, reverse("tickets:checklists"))


def _meant(what: str, pk: int) -> tuple[Any, str, object]:
    """The thing whose condition is set, where it is shown, what it is called."""
    if what == "queue":
        queue = get_object_or_404(TicketQueue, pk=pk)
        return queue, reverse("tickets:queue", args=[pk]), queue.name
    if what == "rule":
        rule = get_object_or_404(AssignRule, pk=pk)
        return rule, reverse("tickets:queue", args=[rule.queue_id]), named(rule)
    if what == "promise":
        policy = get_object_or_404(SlaPolicy, pk=pk)
        return policy, _home(), policy.name
    raise Http404


@require_http_methods(FORM_METHODS)
@rights.required("settings", "administer")
def condition(request: HttpRequest, what: str, pk: int) -> HttpResponse:
    """Which requests are meant, by the builder that filters use too."""
    one, home, title = _meant(what, pk)
    if request.method != "POST":
        form = of_tree(readable(one.where) or EVERYTHING, TICKET)
        if not form.rows:
            form.add()
        return _shown(request, form, title, home)
    form = of_form(request.POST, TICKET)
    word, _colon, text = request.POST.get("do", "done").partition(":")
    if word == "done":
        try:
            actions.set_condition(one, form.tree().json(), by=request.user, at=clock.now())
        except Unclear:
            return _shown(request, form, title, home, UNPROCESSABLE)
        return done(request, home, _("Saved."))
    number = int(text) if text.isdigit() and len(text) < 4 else None
    if word == "add":
        form.add(number)
    elif word == "remove" and number is not None:
        form.remove(number)
        if not form.rows:
            form.add()
    return _shown(request, form, title, home, UNPROCESSABLE)


def _shown(request: HttpRequest, form: Builder, title: object, home: str, status: int = 200) -> HttpResponse:
    context = {
        "builder": form, "listing": {"title": title}, "words": WORDS, "action": request.get_full_path(), "back": home,
        "problem": "",
    }  # fmt: skip
    return page_or_fragment(request, "lists/filter.html", context, "lists/_filter.html", status)
