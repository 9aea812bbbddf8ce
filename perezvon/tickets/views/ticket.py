"""The page of one request, and its panels on the pages of lower rooms."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from perezvon.crm import access as crm_access
from perezvon.crm import reads as crm
from perezvon.crm.models import Deal, Task
from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.respond import page_or_fragment

from .. import access, shown, workbench
from ..actions.checklists import items_before_deal
from ..models import ChecklistMark, SlaClock, Ticket, TicketPause


@require_safe
@rights.required("ticket", "view")
def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about a request."""
    one = access.ticket(request.user, pk)
    return page_or_fragment(
        request, "tickets/ticket.html", _context(request.user, one), fragment="tickets/_ticket.html"
    )


def _context(user: Any, one: Ticket) -> dict[str, Any]:
    tasks = Task.objects.filter(ticket_id=one.pk).select_related("responsible").order_by("done_at", "deadline")
    contacts = shown.contacts_of(one, user)
    return {
        "ticket": one,
        "phone": crm.phone_of(one.person_id) if one.person_id else "",
        "steps": shown.steps_of(one),
        "contacts": contacts,
        "tasks": [task for task in tasks if task.done_at is None],
        "done": [task for task in tasks if task.done_at is not None][-10:],
        "checks": _checks(one),
        "timeline": shown.timeline(user, one),
        "deal": Deal.objects.visible_to(user).select_related("stage").filter(pk=one.deal_id).first()
        if one.deal_id
        else None,
        "callback": next((task for task in tasks if task.done_at is None and task.origin == "lost_call"), None),
        "may": _may(user, one),
        "at": clock.now(),
        **_work(user, one),
    }


def _work(user: Any, one: Ticket) -> dict[str, Any]:
    """The request's place and time."""
    handouts = workbench.history(one)
    clocks = SlaClock.objects.filter(ticket=one).select_related("heard_by").order_by("started_at", "pk")
    return {
        "clocks": list(clocks),
        "pause": TicketPause.objects.filter(ticket=one, ended_at=None).select_related("by").first(),
        "handouts": handouts,
        "merged": list(Ticket.objects.filter(merged_into=one)),
        "links": workbench.linked(user, one),
        "waits_for_me": bool(handouts and not handouts[0][0].ended_at and handouts[0][0].user_id == user.pk),
    }


def _checks(one: Ticket) -> list[dict[str, Any]]:
    marks = {mark.item_id: mark for mark in ChecklistMark.objects.filter(ticket=one).select_related("by")}
    return [{"item": item, "mark": marks.get(item.pk)} for item in items_before_deal(one)]


def _may(user: Any, one: Ticket) -> dict[str, bool]:
    def allowed(verb: str) -> bool:
        return rights.allows(user, "ticket", verb, owner_id=one.responsible_id, department_id=one.department_id)

    can_edit, can_close = allowed("edit"), allowed("close")
    is_free = one.deal_id is None
    return {
        "edit": can_edit,
        "deal": can_edit and is_free and one.person_id is not None and rights.can(user, "deal", "add"),
        "name": can_edit and one.person_id is None,
        "out": can_close and is_free and one.state != Ticket.State.DISQUALIFIED,
        "close": can_close and is_free and one.is_open,
        "assign": allowed("assign"),
        "complain": rights.can(user, "complaint", "add"),
        "trial": rights.is_administrator(user) or rights.can(user, "ticket", "assign"),
        "take": can_edit and one.is_open and one.responsible_id != user.pk,
    }


@require_safe
@rights.required("ticket", "view")
def of_person(request: HttpRequest, pk: int) -> HttpResponse:
    """The requests of a client, in the slot of the client's card."""
    person = crm_access.person(request.user, pk)
    rows = Ticket.objects.visible_to(request.user).filter(person=person).order_by("-opened_at", "-pk")
    return _panel(request, rows)


@require_safe
@rights.required("ticket", "view")
def of_deal(request: HttpRequest, pk: int) -> HttpResponse:
    """The request that a deal grew from."""
    deal = crm_access.deal(request.user, pk)
    return _panel(request, Ticket.objects.visible_to(request.user).filter(deal_id=deal.pk))


def _panel(request: HttpRequest, rows: Any) -> HttpResponse:
    found = list(rows.select_related("responsible", "source")[:10])
    return render(request, "tickets/_panel.html", {"tickets": found})
