"""What is sold in a deal, and how it ends."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from perezvon.kit import clock
from perezvon.kit.money import roubles
from perezvon.staff import access as rights
from perezvon.web.respond import wants_fragment

from .. import access, actions
from ..forms import EmptyForm, LoseForm, WinForm
from ..forms.lines import lines_form, lines_of, total_of
from ..models import Deal, Stage
from .answers import ask, back_to, done, number, refused

_NO_CONTENT = 204


def ask_outcome(request: HttpRequest, deal: Deal, wanted: Stage, address: str) -> HttpResponse:
    """The form that a won or lost stage asks for."""
    if wanted.kind == Stage.Kind.LOST:
        return _outcome_form(request, deal, wanted, LoseForm(initial={"stage": wanted.pk}), address)
    form = WinForm(initial={"stage": wanted.pk, "amount": deal.amount})
    return _outcome_form(request, deal, wanted, form, address, lines_form(None, deal))


def _outcome_form(
    request: HttpRequest, deal: Deal, wanted: Stage, form: LoseForm | WinForm, back: str, lines: Any = None
) -> HttpResponse:
    is_lost = wanted.kind == Stage.Kind.LOST
    return ask(
        request, form, _("The deal is lost") if is_lost else _("The deal is won"), hint=deal.title,
        submit=_("Close as lost") if is_lost else _("Close as won"), tone="danger" if is_lost else "success",
        action=reverse("crm:deal-outcome", args=[deal.pk]), back=back, unfinished=True, about=lines,
        parts="" if is_lost else "crm/_won.html",
    )  # fmt: skip


@require_http_methods(["POST"])
@rights.required("deal", "edit")
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """Win or lose a deal with what that needs."""
    deal = access.deal(request.user, pk, to="edit")
    wanted = get_object_or_404(Stage, pk=number(request.POST.get("stage")), kind__in=("won", "lost"))
    address = back_to(request, reverse("crm:deal", args=[pk]))
    is_lost = wanted.kind == Stage.Kind.LOST
    form = (LoseForm if is_lost else WinForm)(request.POST)
    lines = None if is_lost else lines_form(request.POST, deal)
    if form.is_valid() and (lines is None or _agree(form, lines)):
        try:
            _close(request, deal, wanted, form, lines)
        except actions.Refused as error:
            refused(form, error)
        else:
            word = _("The deal is lost.") if is_lost else _("The deal is won!")
            return HttpResponse(status=_NO_CONTENT) if wants_fragment(request) else done(request, address, word)
    return _outcome_form(request, deal, wanted, form, address, lines)


def _agree(form: Any, lines: Any) -> bool:
    """The lines make sense and make the amount; without lines the amount is needed."""
    if lines.is_bound and not lines.is_valid():
        return False
    sold, amount = lines_of(lines), form.cleaned_data.get("amount")
    if sold and amount is not None and amount != total_of(sold):
        words = _("What is sold makes %(total)s: mend the lines or the amount.") % {"total": roubles(total_of(sold))}
        form.add_error("amount", words)
    elif not sold and amount is None:
        form.add_error("amount", _("Say what was sold, or the amount."))
    return not form.errors


def _close(request: HttpRequest, deal: Deal, wanted: Stage, form: LoseForm | WinForm, lines: Any) -> None:
    values, common = form.cleaned_data, {"by": request.user, "at": clock.now(), "stage": wanted}
    if isinstance(form, LoseForm):
        actions.lose_deal(deal, reason=values["reason"], comment=values["comment"], **common)
    elif sold := lines_of(lines):
        actions.sell(deal, sold, **common)
    else:
        actions.win_deal(deal, amount=values["amount"], **common)


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("deal", "edit")
def lines(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is sold; the amount of the deal is the sum of it."""
    deal = access.deal(request.user, pk, to="edit")
    address = reverse("crm:deal", args=[pk])
    rows, form = lines_form(request.POST if request.method == "POST" else None, deal), EmptyForm()
    if request.method == "POST" and rows.is_bound and rows.is_valid():
        try:
            actions.set_lines(deal, lines_of(rows), by=request.user, at=clock.now())
        except actions.Refused as error:
            refused(form, error)
        else:
            return done(request, address, _("Saved."))
    return ask(request, form, _("What is sold"), hint=deal.title, back=address, parts="crm/_lines.html", about=rows)
