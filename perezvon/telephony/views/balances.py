"""An exchange's own account of things: balances, and its employees."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from perezvon.kit import clock
from perezvon.kit.periods import Period
from perezvon.staff import access as rights
from perezvon.web.parts import Chip
from perezvon.web.respond import page_or_fragment

from .. import access, actions
from ..actions.balance import ask_balance
from ..actions.roster import guess_roster, packed, set_roster, unpacked
from ..balance_words import difference_rows, outcome_rows
from ..forms.balances import BalanceForm, RosterForm
from ..models import Balance, BalanceDifference
from ..providers import ExchangeError

Kind = BalanceDifference.Kind
UNPROCESSABLE = 422
_SHOWN = 300


@require_POST
@rights.required("provider", "administer")
def balance_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a balance of some days now."""
    provider = access.provider(request.user, pk, to="administer")
    form = BalanceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the first and the last day."))
        return redirect("telephony:exchange", pk)
    zone = timezone.get_default_timezone()
    try:
        days = Period.of_days(form.cleaned_data["since"], form.cleaned_data["until"], zone)
        asked = ask_balance(provider, days.start, days.end, by=request.user, at=clock.now())
    except (ExchangeError, ValueError) as error:
        messages.error(request, _(getattr(error, "reason", "Choose the first and the last day.")))
        return redirect("telephony:exchange", pk)
    return redirect("telephony:balance", pk, asked.pk)


@require_safe
@rights.required("provider", "view")
def balance(request: HttpRequest, pk: int, balance_pk: int) -> HttpResponse:
    """One balance: both sides, every difference, the closing sum."""
    provider = access.provider(request.user, pk)
    rows = Balance.objects.select_related("asked_by").filter(provider=provider)
    one = get_object_or_404(rows, pk=balance_pk)
    kind = request.GET.get("kind", "")
    found = one.differences.filter(kind=kind) if kind in Kind.values else one.differences.all()
    context: dict[str, Any] = {
        "exchange": provider, "balance": one, "chips": _chips(one, kind), "outcomes": outcome_rows(one),
        "differences": difference_rows(found[:_SHOWN]), "count": found.count(), "shown": _SHOWN,
    }  # fmt: skip
    return page_or_fragment(request, "telephony/balance.html", context, fragment="telephony/_balance_sheet.html")


def _chips(one: Balance, kind: str) -> list[Chip]:
    counts = {Kind.MISSING_HERE: one.missing_here, Kind.DIFFERENT: one.different, Kind.MISSING_THERE: one.missing_there}
    chips = [Chip(_("All"), "?", active=kind not in counts)]
    return chips + [Chip(key.label, f"?kind={key}", number, kind == key, key=key) for key, number in counts.items()]


@require_POST
@rights.required("provider", "administer")
def roster(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the exchange for its employees, show who they may be, store what was chosen (``save``)."""
    provider = access.provider(request.user, pk, to="administer")
    is_saved = "save" in request.POST
    try:
        guess = unpacked(request.POST.get("guess", ""), pk) if is_saved else guess_roster(provider)
    except ExchangeError as error:
        messages.error(request, _("The exchange does not tell its employees: %(reason)s") % {"reason": _(error.reason)})
        return redirect("telephony:exchange", pk)
    form = RosterForm(request.POST if is_saved else None, guess=guess)
    if is_saved and form.is_valid():
        set_roster(provider, *form.chosen(), by=request.user, at=clock.now())
        messages.success(request, _("Saved."))
        return redirect("telephony:exchange", pk)
    context = {"exchange": provider, "form": form, "is_empty": not form.fields, "guess": packed(guess, pk)}
    return render(request, "telephony/roster.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
@rights.required("provider", "administer")
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the exchange a new address."""
    provider = access.provider(request.user, pk, to="administer")
    actions.renew_address(provider, by=request.user, at=clock.now())
    messages.success(request, _("The address is new: put it into the account, the old one is dead."))
    return redirect("telephony:exchange", pk)
