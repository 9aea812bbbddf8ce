"""Site forms, for those who set them up."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from perezvon.kit.clock import now
from perezvon.staff import access
from perezvon.staff.views.answers import told_in
from perezvon.web.paging import cursor_page
from perezvon.web.parts import Chip

from .. import actions, reads, snippet
from ..forms import SiteForm
from ..models import Form, Submission

DAYS = 30


@require_GET
@access.required("form", "view")
def forms(request: HttpRequest) -> HttpResponse:
    """All forms with what came through them in a month."""
    counts = reads.counts_of_forms(now() - timedelta(days=DAYS))
    found = Form.objects.visible_to(request.user).select_related("source", "product", "department")
    rows = [{"this": one, "counts": counts.get(one.pk, {})} for one in found]
    return render(request, "marketing/forms.html", {"rows": rows, "days": DAYS})


@require_http_methods(["GET", "POST"])
@access.required("form", "add")
def form_add(request: HttpRequest) -> HttpResponse:
    """Make a form."""
    form = SiteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            made = actions.add_form(**form.cleaned_data, by=request.user, at=now())
            return redirect("marketing:form", made.pk)
    context = {"form": form, "heading": _("New site form"), "back": "marketing:forms"}
    return render(request, "marketing/form_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@access.required("form", "view")
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """A form: how to put it on a site, its settings, what came last."""
    this = get_object_or_404(Form.objects.visible_to(request.user), pk=pk)
    may_edit = access.can(request.user, "form", "edit")
    filled = SiteForm.of(this, request.POST if request.method == "POST" and may_edit else None)
    if filled.is_bound and filled.is_valid():
        with told_in(filled):
            actions.change_form(this, filled.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Saved."))
            return redirect("marketing:form", pk)
    context = {"this": this, "form": filled, "may_edit": may_edit, **_pieces(this), **_came(request, this)}
    return render(request, "marketing/form.html", context, status=422 if filled.errors else 200)


def _pieces(this: Form) -> dict[str, str]:
    base = settings.PUBLIC_URL.rstrip("/")
    address = base + reverse("marketing:intake", args=[this.key])
    words = {
        "name": _("Your name"),
        "phone": _("Phone"),
        "email": _("E-mail"),
        "message": _("Message"),
        "send": _("Send"),
    }
    html = snippet.html_of(this, address, base + static("marketing/first-touch.js"), words)
    return {"address": address, "html": html, "example": snippet.json_of(address)}


def _came(request: HttpRequest, this: Form) -> dict[str, object]:
    state = request.GET.get("state", "")
    rows = Submission.objects.filter(form=this).select_related("source")
    if state in Submission.State.values:
        rows = rows.filter(state=state)
    here = reverse("marketing:form", args=[this.pk])
    chips = [Chip(_("All"), here, active=not state)] + [
        Chip(label, f"{here}?state={value}", active=state == value) for value, label in Submission.State.choices
    ]
    page = cursor_page(rows, ("-received_at", "-id"), request.GET.get("cursor"), 20)
    return {"page": page, "chips": chips}
