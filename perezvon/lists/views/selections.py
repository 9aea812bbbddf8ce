"""Selections: the list of them, removing."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.asking import ask, done
from perezvon.web.respond import page_or_fragment

from .. import access, actions
from ..listing import listings
from ..models import Selection
from ..page import home


@require_safe
@login_required
def selections(request: HttpRequest) -> HttpResponse:
    """The selections that the person may see, list by list; each opens its rows."""
    found = Selection.objects.visible_to(request.user).annotate(count=Count("rows")).select_related("owner")
    rows = [
        {
            "selection": one, "listing": listings[one.listing], "url": home(listings[one.listing], _query(one.pk)),
            "is_mine": one.owner_id == request.user.pk,
        }
        for one in found.order_by("listing", "name", "pk")
        if one.listing in listings and rights.can(request.user, listings[one.listing].noun, "view")
    ]  # fmt: skip
    return page_or_fragment(request, "lists/selections.html", {"rows": rows})


def _query(pk: int) -> str:
    return urlencode({"show": "", "where": f'{{"field":"selection","op":"any_of","value":[{pk}]}}'})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a selection away; its rows stay where they are."""
    one = access.selection(request.user, pk, "edit")
    back = reverse("lists:selections")
    if request.method == "POST":
        actions.remove_selection(one, by=request.user, at=clock.now())
        return done(request, back, _("The selection is removed."))
    hint = _("“%(name)s”: the rows themselves stay.") % {"name": one.name}
    return ask(
        request, forms.Form(), _("Remove the selection?"), hint=hint, submit=_("Remove"), tone="danger", back=back
    )
