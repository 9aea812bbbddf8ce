"""Callers who are not put through."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.staff.views.answers import told_in
from perezvon.web.paging import cursor_page

from ... import access, actions
from ...forms.blocking import BlockForm, BlockNumberForm
from ...models import BlockedNumber
from .common import answer, done


@require_safe
@rights.required("number", "view")
def blocked(request: HttpRequest) -> HttpResponse:
    """Everybody who is not put through."""
    rows = BlockedNumber.objects.visible_to(request.user).select_related("by")
    context = {
        "page": cursor_page(rows, ("-at", "-id"), request.GET.get("cursor")), "now": clock.now(),
        "may_edit": rights.can(request.user, "number", "edit"),
    }  # fmt: skip
    return render(request, "telephony/pbx/blocked.html", context)


@require_http_methods(["GET", "POST"])
@rights.required("number", "edit")
def block_add(request: HttpRequest) -> HttpResponse:
    """Block a number that is typed."""
    form = BlockNumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            actions.block_number(**form.cleaned_data, by=request.user, at=clock.now())
            return done(request, _("The number is blocked."), "telephony:blocked")
    return answer(request, "telephony/pbx/block.html", {"form": form})


@require_http_methods(["GET", "POST"])
@rights.required("number", "edit")
def block_caller(request: HttpRequest, pk: int) -> HttpResponse:
    """Block the caller of a call: the number need not be seen."""
    call = access.call(request.user, pk)
    if not call.phone:
        raise Http404
    form = BlockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            actions.block_number(call.phone, **form.cleaned_data, call_id=pk, by=request.user, at=clock.now())
            return done(request, _("The number is blocked."), "telephony:call", pk)
    return answer(request, "telephony/pbx/block.html", {"form": form, "call": call})


@require_POST
@rights.required("number", "edit")
def block_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a caller through again."""
    this: Any = get_object_or_404(BlockedNumber.objects.visible_to(request.user, "edit"), pk=pk)
    actions.unblock_number(this, by=request.user, at=clock.now())
    return done(request, _("The caller is put through again."), "telephony:blocked")
