"""Lines: the numbers that clients dial."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from perezvon.staff import access as rights

from .. import actions
from ..forms import LineForm
from ..models import Line

UNPROCESSABLE = 422


@require_safe
@rights.required("number", "view")
def lines(request: HttpRequest) -> HttpResponse:
    """All our numbers."""
    return render(request, "telephony/lines.html", {"lines": Line.objects.select_related("department", "product")})


@require_http_methods(["GET", "POST"])
@rights.required("number", "edit")
def line(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a number or change what it is called and whose it is."""
    known = get_object_or_404(Line, pk=pk) if pk else None
    form = LineForm(request.POST) if request.method == "POST" else LineForm.of(known) if known else LineForm()
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        actions.set_line(given.pop("number"), **given)
        messages.success(request, _("Saved."))
        return redirect("telephony:lines")
    title = _("A line") if known else _("A new line")
    context = {"form": form, "title": title, "submit": _("Save"), "is_line": True}
    return render(request, "telephony/form.html", context, status=UNPROCESSABLE if form.errors else 200)
