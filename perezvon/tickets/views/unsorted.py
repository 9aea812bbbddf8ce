"""Requests that are no deals yet, in the first column of the board: accept, decline, attach to a deal that exists."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from perezvon.crm.actions.errors import Refused
from perezvon.crm.models import Deal, Stage
from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.asking import ask, done
from perezvon.web.respond import page_or_fragment

from .. import access
from ..actions.tickets import attach as attach_to
from ..models import Ticket

SHOWN, OFFERED = 12, 50


@require_safe
@rights.required("ticket", "view")
def unsorted(request: HttpRequest, stage_id: int) -> HttpResponse:
    """The newest open requests without a deal, for the column of this stage."""
    stage = get_object_or_404(Stage.objects.select_related("pipeline"), pk=stage_id)
    rows: Any = Ticket.objects.visible_to(request.user).open().filter(deal_id=None)
    mine = rows.filter(Q(responsible=request.user.pk) | Q(responsible=None))
    found = list(mine.select_related("person", "source", "responsible").order_by("-opened_at", "-pk")[: SHOWN + 1])
    context = {
        "tickets": found[:SHOWN], "is_more": len(found) > SHOWN, "stage": stage, "back": reverse("crm:board") + f"?pipeline={stage.pipeline_id}",
        "can_sell": rights.can(request.user, "deal", "add"), "can_close": rights.can(request.user, "ticket", "close"),
    }  # fmt: skip
    return page_or_fragment(request, "tickets/unsorted.html", context, fragment="tickets/_unsorted.html")


class AttachForm(forms.Form):
    """Which deal: one of the client's own, or any other by its number."""

    deal = forms.ChoiceField(label=gettext_lazy("Deal of the client"), required=False)
    number = forms.IntegerField(
        label=gettext_lazy("or the number of a deal"), required=False, min_value=1, max_value=2**53
    )

    def __init__(self, data: Any = None, *, deals: list[Deal]) -> None:
        super().__init__(data)
        choices = [(deal.pk, f"№ {deal.pk} · {deal.title} · {deal.stage.name}") for deal in deals]
        self.fields["deal"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]
        if len(deals) == 1:
            self.fields["deal"].initial = deals[0].pk

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        values: dict[str, Any] = super().clean() or {}
        if not self.errors and not values.get("number") and not values.get("deal"):
            self.add_error("deal", _("Choose the deal."))
        return values


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("ticket", "edit")
def attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a request to a deal that exists."""
    one = access.ticket(request.user, pk, to="edit")
    open_to_me: Any = Deal.objects.visible_to(request.user, "edit").open()
    own = (
        open_to_me.filter(person=one.person_id).select_related("stage").order_by("-created_at") if one.person_id else []
    )
    form = AttachForm(request.POST if request.method == "POST" else None, deals=list(own[:OFFERED]))
    home = reverse("tickets:ticket", args=[pk])
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["number"] or form.cleaned_data["deal"]
        deal = open_to_me.filter(pk=wanted).first()
        try:
            if deal is None:
                raise Refused(_("There is no such open deal."))
            attach_to(one, deal, by=request.user, at=clock.now())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return done(request, home, _("The request belongs to the deal now."))
    hint = f"{one.number} · {one.person or ''}".strip(" ·")
    return ask(request, form, _("Attach to a deal"), submit=_("Attach"), back=home, hint=hint)
