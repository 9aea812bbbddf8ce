"""Payments of a deal: a panel on its card."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.respond import page_or_fragment

from .. import access, reads
from ..actions import receive_payment
from ..forms import PaymentForm
from ..models import Payment


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("payment", "view")
def payments(request: HttpRequest, pk: int) -> HttpResponse:
    """What came for a deal, and the form to add to it."""
    deal = access.deal(request.user, pk)
    may_add = access.allows(request.user, "add", deal)
    form = PaymentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may_add:
            raise Http404
        if form.is_valid():
            receive_payment(deal, **form.cleaned_data, by=request.user, at=clock.now())
            messages.success(request, _("The payment is added."))
            return HttpResponseRedirect(reverse("crm:deal", args=[pk]))
    paid = reads.paid(pk)
    context = {
        "deal": deal, "form": form, "may_add": may_add, "paid": paid, "left": max(deal.amount - paid, 0),
        "share": min(100, round(paid * 100 / deal.amount)) if deal.amount > 0 and paid > 0 else 0,
        "payments": Payment.objects.filter(deal=deal).select_related("by").order_by("-at", "-id")[:50],
    }  # fmt: skip
    status = 422 if form.errors else 200
    return page_or_fragment(request, "billing/payments.html", context, "billing/_payments.html", status=status)
