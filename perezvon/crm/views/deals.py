"""Deals: the list, the card, adding and changing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.lists.page import list_page
from perezvon.staff import access as rights
from perezvon.web.respond import page_or_fragment

from .. import access, actions, doubles, hooks
from ..columns import with_tags
from ..custom.definitions import fields_of
from ..feed import feed
from ..forms import DealForm, NewDealForm, NoteForm
from ..listings import DEALS
from ..models import Deal, DealWait, SellerLevel, Stage, Task
from ..timeline import timeline
from .answers import ask, done, number, refused
from .people import may_edit


@require_safe
@rights.required("deal", "view")
def deals(request: HttpRequest) -> HttpResponse:
    """The list of deals."""
    return list_page(request, DEALS)


@require_safe
@rights.required("deal", "view")
def deal(request: HttpRequest, pk: int) -> HttpResponse:
    """The card: the path of stages, the next action, the outcome, moves, the timeline."""
    one, user = access.deal(request.user, pk), request.user
    moves = one.transitions.select_related("from_stage", "to_stage").order_by("-at", "-id")
    tasks = Task.objects.visible_to(user).open().filter(deal=one).select_related("responsible").order_by("deadline")
    with_tags("deal")([one], user)
    context = {
        "deal": one, "own": fields_of("deal"), "wait": DealWait.objects.filter(deal=one, ended_at=None).first(), "path": path_of(one), "moves": moves[:30], "tasks": tasks[:20],
        "lines": one.lines.select_related("product"), "advice": one.stage.advice_for(_level_of(user)),
        "outcome": getattr(one, "outcome", None) if one.status != Deal.Status.OPEN else None,
        "person_is_visible": rights.allows(
            user, "person", "view", owner_id=one.person.responsible_id, department_id=one.person.department_id
        ) if one.person else False,
        "can_edit": may_edit(user, "deal", one), "source": dict(hooks.sources()).get(one.source_id or 0, ""),
        **feed(request, DEALS, one, "deal"),
    }  # fmt: skip
    return render(request, "crm/deal.html", context)


def _level_of(user: Any) -> str:
    """How experienced the reader is; a newbie where nothing is said."""
    return SellerLevel.objects.filter(user=user.pk).values_list("level", flat=True).first() or ""


def path_of(deal: Deal) -> list[dict[str, Any]]:
    """The stages of the deal's pipeline; those before the present one are passed."""
    stages = list(Stage.objects.filter(pipeline=deal.pipeline_id, is_archived=False).order_by("order", "id"))
    return [
        {
            "stage": stage, "is_now": stage.pk == deal.stage_id,
            "is_passed": stage.order < deal.stage.order and deal.stage.kind in (Stage.Kind.OPEN, Stage.Kind.WON),
        }
        for stage in stages
    ]  # fmt: skip


@require_safe
@rights.required("deal", "view")
def deal_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece of the timeline."""
    access.deal(request.user, pk)
    chunk = timeline(request.user, request.GET.get("show", ""), request.GET.get("before", ""), deal_id=pk)
    context = {"chunk": chunk, "show": request.GET.get("show", ""), "timeline_url": request.path}
    return page_or_fragment(request, "crm/timeline.html", context, "crm/_timeline.html")


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("deal", "add")
def add(request: HttpRequest) -> HttpResponse:
    """A new deal of a person (``?person=``) or of a company (``?company=``)."""
    asked = {name: number(request.POST.get(name) or request.GET.get(name)) for name in ("person", "company")}
    person = access.person(request.user, asked["person"]) if asked["person"] else None
    company = access.company(request.user, asked["company"]) if asked["company"] else None
    if person is None and company is None:
        raise Http404
    client = person or company
    form = NewDealForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        values = form.changes()
        responsible = doubles.colleague(values.get("responsible_id")) or request.user
        made = actions.open_deal(
            person=person, company=company or getattr(person, "company", None), title=values["title"],
            stage=values["stage"], amount=values["amount"], product=form.cleaned_data["product"],
            responsible=responsible, own=values["custom"], by=request.user, at=clock.now(), expected_on=values["expected_on"],
        )  # fmt: skip
        return done(request, reverse("crm:deal", args=[made.pk]), _("The deal is opened."))
    hidden = [(name, value) for name, value in asked.items() if value]
    address = reverse("crm:person" if person else "crm:company", args=[client.pk])  # type: ignore[union-attr]
    hint = _("Client: %(name)s") % {"name": client or _("Unknown caller")}
    return ask(request, form, _("New deal"), submit=_("Open the deal"), back=address, hint=hint, hidden=hidden)


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("deal", "edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what the deal is about."""
    one = access.deal(request.user, pk, to="edit")
    form = DealForm(request.POST or None, user=request.user, deal=one)
    address = reverse("crm:deal", args=[pk])
    if request.method == "POST" and form.is_valid():
        values, version = form.changes(), form.cleaned_data["version"]
        try:
            doubles.saved(request.user, lambda: actions.change_deal(
                one, values, version=version, by=request.user, at=clock.now()
            ))  # fmt: skip
        except actions.Refused as error:
            refused(form, error)
        else:
            return done(request, address, _("Saved."))
    return ask(request, form, _("Change the deal"), submit=_("Save"), back=address)


@require_POST
@rights.required("deal", "view")
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """A note on the deal."""
    one, form = access.deal(request.user, pk), NoteForm(request.POST)
    address = reverse("crm:deal", args=[pk])
    if form.is_valid():
        actions.add_note(one, form.cleaned_data["text"], by=request.user, at=clock.now())
        return done(request, address)
    return ask(request, form, _("Note"), back=address)
