"""Requests that belong together: merging, undoing it, splitting, linking."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from perezvon.crm.actions.errors import Refused
from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.asking import ask, done

from .. import access
from ..actions import merging
from ..forms import LinkForm, MergeForm, SplitForm
from ..models import Ticket, TicketMerge
from .verbs import FORM_METHODS, home, sent, tried


def _others(user: Any, one: Ticket) -> Any:
    """The client's other requests that the person may change."""
    rows = Ticket.objects.visible_to(user, "edit").filter(merged_into=None).exclude(pk=one.pk)
    return rows.filter(person=one.person_id).order_by("-opened_at")[:50] if one.person_id else rows.none()


@require_http_methods(FORM_METHODS)
@rights.required("ticket", "edit")
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge another request of the client into this one; the one with a deal is kept."""
    one = access.ticket(request.user, pk, to="edit")
    others = list(_others(request.user, one))
    form = MergeForm(sent(request), others=others)

    def do(values: dict[str, Any]) -> None:
        other = next(each for each in others if each.pk == values["other"])
        merging.merge(one, other, by=request.user, at=clock.now())

    if request.method == "POST" and tried(form, do):
        one.refresh_from_db()
        return done(request, home(one.merged_into or one), _("The requests are one now."))
    hint = _("Contacts and tasks come over, nothing is deleted, and it can be taken back.")
    return ask(request, form, _("Merge with another request"), submit=_("Merge"), back=home(one), hint=hint)


@require_POST
@rights.required("ticket", "edit")
def unmerge(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a merge back."""
    one = access.ticket(request.user, pk, to="edit")
    text = request.POST.get("other", "")
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        raise Http404
    row = get_object_or_404(
        TicketMerge.objects.select_related("kept", "gone"), kept=one, gone=int(text), undone_at=None
    )
    try:
        merging.undo_merge(row, by=request.user, at=clock.now())
    except Refused as why:
        messages.error(request, str(why))
        return done(request, home(one))
    return done(request, home(one), _("They are two requests again."))


@require_http_methods(FORM_METHODS)
@rights.required("ticket", "edit")
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Take contacts out into a request of their own."""
    one, made = access.ticket(request.user, pk, to="edit"), []
    form = SplitForm(sent(request), contacts=list(one.contacts.order_by("-at")[:100]))

    def do(values: dict[str, Any]) -> None:
        ids = [int(each) for each in values["contacts"]]
        made.append(merging.split(one, ids, by=request.user, at=clock.now()))

    if request.method == "POST" and tried(form, do):
        return done(request, home(made[0]), _("A request of its own."))
    return ask(request, form, _("Which contacts are another matter"), submit=_("Split off"), back=home(one))


@require_http_methods(FORM_METHODS)
@rights.required("ticket", "edit")
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Link with another request by its number."""
    one = access.ticket(request.user, pk, to="edit")
    form = LinkForm(sent(request), user=request.user)
    if request.method == "POST" and tried(
        form, lambda values: merging.link(one, values["number"], why=values["why"], by=request.user, at=clock.now())
    ):
        return done(request, home(one), _("Linked."))
    return ask(request, form, _("Link with another request"), submit=_("Link"), back=home(one))


@require_POST
@rights.required("ticket", "edit")
def unlink(request: HttpRequest, pk: int, other_pk: int) -> HttpResponse:
    """Take a link away."""
    one, other = access.ticket(request.user, pk, to="edit"), access.ticket(request.user, other_pk)
    merging.unlink(one, other, by=request.user, at=clock.now())
    return done(request, home(one), _("Not linked any more."))
