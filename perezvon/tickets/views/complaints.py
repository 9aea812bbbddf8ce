"""Complaints: the list, one complaint, its verbs."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from perezvon.crm import access as crm_access
from perezvon.crm import reads as crm
from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.telephony import access as telephony
from perezvon.web.asking import ask, done
from perezvon.web.paging import cursor_page
from perezvon.web.parts import Chip
from perezvon.web.respond import page_or_fragment

from .. import access, complaints
from ..actions import complaints as actions
from ..complaint_forms import AnswerForm, CommentForm, CompensationForm, ComplaintForm, FindingForm, HandForm
from ..models import Compensation, Complaint
from .lost import period_of
from .verbs import FORM_METHODS, sent, tried

_RELATED = ("reason", "person", "ticket", "responsible", "department", "guilty", "guilty_stage", "guilty_department", "repeat_of", "opened_by")  # fmt: skip


@require_safe
@rights.required("complaint", "view")
def listing(request: HttpRequest) -> HttpResponse:
    """The complaints; ``?show=`` is the chip, the other parameters are those of the report's numbers."""
    at, query = clock.now(), request.GET.dict()
    show = query.get("show", "open")
    show = show if show in complaints.SHOWS else "open"
    period = period_of(query, at) if query.get("from") or query.get("to") else None
    rows = complaints.filtered(complaints.rows_of(request.user, show, at), query, period)
    page = cursor_page(rows.select_related(*_RELATED), complaints.SHOWS[show][2], query.get("cursor"), size=40)
    counts = complaints.counts(request.user, at)
    chips = [
        Chip(label, f"?show={key}", counts.get(key), key == show, tone if counts.get(key) else "", key=key)
        for key, (label, tone, _order) in complaints.SHOWS.items()
    ]
    narrowed = any(value for name, value in query.items() if name not in ("show", "cursor"))
    context = {"page": page, "rows": page.items, "chips": chips, "show": show, "is_narrowed": narrowed, "at": at}
    return page_or_fragment(request, "tickets/complaints.html", context, fragment="tickets/_complaints.html")


def _one(user: Any, pk: int, to: str = "view") -> Complaint:
    """The complaint, when ``user`` may do that to it. Http404 otherwise."""
    found: Complaint = get_object_or_404(Complaint.objects.visible_to(user, to).select_related(*_RELATED), pk=pk)
    return found


def _home(one: Complaint) -> str:
    return reverse("tickets:complaint", args=[one.pk])


@require_safe
@rights.required("complaint", "view")
def complaint(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about a complaint."""
    one = _one(request.user, pk)
    earlier: Any = (
        Complaint.objects.visible_to(request.user).filter(person=one.person_id).exclude(pk=pk) if one.person_id else []
    )
    context = {
        "complaint": one, "moves": one.moves.select_related("by"), "answers": one.answers.select_related("by"),
        "compensations": one.compensations.select_related("kind", "asked_by", "decided_by"), "may": _may(request.user, one),
        "earlier": list(earlier[:10]), "phone": crm.phone_of(one.person_id) if one.person_id else "", "at": clock.now(),
    }  # fmt: skip
    return page_or_fragment(request, "tickets/complaint.html", context, fragment="tickets/_complaint.html")


def _may(user: Any, one: Complaint) -> dict[str, bool]:
    def allowed(verb: str) -> bool:
        return rights.allows(user, "complaint", verb, owner_id=one.responsible_id, department_id=one.department_id)

    return {
        "edit": allowed("edit") and one.is_open, "assign": allowed("assign") and one.is_open, "approve": allowed("approve"),
        "close": allowed("close") and one.is_open, "reopen": allowed("close") and not one.is_open,
    }  # fmt: skip


@require_http_methods(FORM_METHODS)
@rights.required("complaint", "add")
def add(request: HttpRequest) -> HttpResponse:
    """Take a complaint down: of a request, of a client's card, of a call."""
    about, back = _about(request)
    form = ComplaintForm(sent(request), user=request.user)
    made: list[Complaint] = []

    def do(values: dict[str, Any]) -> None:
        with transaction.atomic():
            made.append(actions.open_complaint(
                reason=values["reason"], text=values["text"], severity=values["severity"], by=request.user, at=clock.now(),
                responsible=values.get("responsible"), **about,
            ))  # fmt: skip

    if request.method == "POST" and tried(form, do):
        seen = Complaint.objects.visible_to(request.user).filter(pk=made[0].pk).exists()
        return done(request, _home(made[0]) if seen else back, _("The complaint is taken down."))
    return ask(
        request,
        form,
        _("Complaint"),
        submit=_("Take it down"),
        back=back,
        hint=str(about.get("person") or ""),
        tone="danger",
    )


def _about(request: HttpRequest) -> tuple[dict[str, Any], str]:
    """What the complaint is about, as the address says, and the page it came from."""
    user, query = request.user, request.GET
    ids = {
        name: int(text)
        for name in ("ticket", "person", "call")
        if (text := query.get(name, "")).isdigit() and len(text) < 18
    }
    if "ticket" in ids:
        ticket = access.ticket(user, ids["ticket"])
        return {"ticket": ticket, "person": ticket.person}, reverse("tickets:ticket", args=[ticket.pk])
    if "person" in ids:
        person = crm_access.person(user, ids["person"])
        return {"person": person}, reverse("crm:person", args=[person.pk])
    if "call" in ids:
        call = telephony.call(user, ids["call"])
        return {"person": call.person, "call_id": call.pk}, reverse("telephony:call", args=[call.pk])
    return {}, reverse("tickets:complaints")


def _verb(
    request: HttpRequest, one: Complaint, form: Any, title: object, do: Callable[[dict[str, Any]], object], **more: Any
) -> HttpResponse:
    if request.method == "POST" and tried(form, do):
        return done(request, _home(one), _("Saved."))
    return ask(request, form, title, submit=more.pop("submit", _("Save")), back=_home(one), **more)


@require_http_methods(FORM_METHODS)
@rights.required("complaint", "assign")
def hand(request: HttpRequest, pk: int) -> HttpResponse:
    """Who looks into it."""
    one = _one(request.user, pk, "assign")
    form = HandForm(sent(request), user=request.user, initial={"responsible": one.responsible_id})
    do = lambda values: actions.hand_complaint(one, values["responsible"], by=request.user, at=clock.now())  # noqa: E731
    return _verb(request, one, form, _("Who looks into it"), do)


@require_http_methods(FORM_METHODS)
@rights.required("complaint", "edit")
def findings(request: HttpRequest, pk: int) -> HttpResponse:
    """What was found out."""
    one = _one(request.user, pk, "edit")
    names = ("guilty_stage", "guilty_department", "guilty", "cause", "correction")
    initial = {name: getattr(one, name) for name in names}
    if one.is_justified is not None:
        initial["is_justified"] = "yes" if one.is_justified else "no"
    form = FindingForm(sent(request), initial=initial)
    do = lambda values: actions.find_out(one, **values, by=request.user, at=clock.now())  # noqa: E731
    return _verb(request, one, form, _("What was found out"), do)


@require_http_methods(FORM_METHODS)
@rights.required("complaint", "edit")
def compensation(request: HttpRequest, pk: int) -> HttpResponse:
    """Make it good."""
    one = _one(request.user, pk, "edit")
    limit = actions.complaint_settings().approval_limit
    do = lambda values: actions.compensate(one, **values, by=request.user, at=clock.now())  # noqa: E731
    hint = _("Above %(limit)s ₽ a head approves.") % {"limit": limit}
    return _verb(request, one, CompensationForm(sent(request)), _("Compensation"), do, hint=hint)


@require_http_methods(FORM_METHODS)
@rights.required("complaint", "approve")
def decision(request: HttpRequest, pk: int, compensation_pk: int) -> HttpResponse:
    """Approve or refuse a compensation; ``?no=1`` refuses."""
    one = _one(request.user, pk, "approve")
    row = get_object_or_404(Compensation.objects.select_related("kind", "complaint"), pk=compensation_pk, complaint=one)
    approved = "no" not in request.GET
    user: Any = request.user
    do = lambda values: actions.decide(row, approved=approved, comment=values["comment"], by=user, at=clock.now())  # noqa: E731
    title = _("Approve the compensation") if approved else _("Refuse the compensation")
    form = CommentForm(sent(request), needed=not approved)
    submit, tone = (_("Approve"), "success") if approved else (_("Refuse"), "danger")
    return _verb(request, one, form, title, do, hint=f"{row.kind.name}: {row.amount:.0f} ₽", submit=submit, tone=tone)


@require_http_methods(FORM_METHODS)
@rights.required("complaint", "edit")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """What the client was told."""
    one = _one(request.user, pk, "edit")
    do = lambda values: actions.answer(one, **values, by=request.user, at=clock.now())  # noqa: E731
    return _verb(request, one, AnswerForm(sent(request)), _("Answer to the client"), do)


@require_http_methods(FORM_METHODS)
@rights.required("complaint", "close")
def closing(request: HttpRequest, pk: int) -> HttpResponse:
    """Close it, or open it again."""
    one = _one(request.user, pk, "close")
    act = actions.close_complaint if one.is_open else actions.reopen_complaint
    do = lambda values: act(one, comment=values["comment"], by=request.user, at=clock.now())  # noqa: E731
    title = _("Close the complaint") if one.is_open else _("Open the complaint again")
    return _verb(request, one, CommentForm(sent(request), needed=not one.is_open), title, do)


@require_safe
@rights.required("complaint", "view")
def of_person(request: HttpRequest, pk: int) -> HttpResponse:
    """The complaints of a client, in the slot of his card."""
    person = crm_access.person(request.user, pk)
    rows = (
        Complaint.objects.visible_to(request.user).filter(person=person).select_related("reason").order_by("-opened_at")
    )
    return _panel(request, list(rows[:10]), f"person={person.pk}")


@require_safe
@rights.required("complaint", "view")
def of_call(request: HttpRequest, pk: int) -> HttpResponse:
    """The complaints that began with a call, in the slot of its page."""
    telephony.call(request.user, pk)
    rows = Complaint.objects.visible_to(request.user).filter(call_id=pk).select_related("reason")
    return _panel(request, list(rows[:10]), f"call={pk}")


def _panel(request: HttpRequest, rows: list[Complaint], about: str) -> HttpResponse:
    context = {"complaints": rows, "about": about, "may_add": rights.can(request.user, "complaint", "add")}
    return render(request, "tickets/_complaints_of.html", context)
