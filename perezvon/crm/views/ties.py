"""Kinds of ties: the administrator's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.asking import ask, done

from ..actions import ties as actions
from ..forms.about import TieKindForm
from ..models import TieKind


@require_safe
@rights.required("settings", "administer")
def kinds(request: HttpRequest) -> HttpResponse:
    """How clients may belong together, in the words of both ends."""
    rows = list(TieKind.objects.order_by("is_archived", "order", "pk"))
    betweens = [(between, [row for row in rows if row.between == between.value]) for between in TieKind.Between]
    return render(request, "crm/tie_kinds.html", {"betweens": betweens})


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("settings", "administer")
def kind(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a kind of tie or call it otherwise."""
    one = get_object_or_404(TieKind, pk=pk) if pk else None
    form, back = TieKindForm(request.POST or None, instance=one), reverse("crm:tie-kinds")
    if request.method == "POST" and form.is_valid():
        actions.save_kind(form.save(commit=False), by=request.user, at=clock.now())
        return done(request, back, _("Saved."))
    return ask(request, form, _("Kind of tie"), submit=_("Save"), back=back)
