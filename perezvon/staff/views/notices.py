"""The bell: what a person was told, and what of it he has not looked at."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from perezvon.kit.clock import now
from perezvon.web.paging import cursor_page
from perezvon.web.parts import Chip

from .. import actions
from ..delivery import said
from ..models import Notice, NoticeDelivery

IN_MENU = 8
POPS_UP_FOR = timedelta(seconds=60)
TONES = {"info": "info", "success": "success", "warning": "warning", "urgent": "error"}
ICONS = {"info": "info-circle", "success": "circle-check", "warning": "alert-triangle", "urgent": "urgent"}


def bell(request: Any) -> str:
    """The button in the bar; the number comes with the person, so it costs no query."""
    return render_to_string("staff/_bell.html", {"count": request.user.unseen_notices}, request)


@require_safe
@never_cache
@login_required
def notices(request: HttpRequest) -> HttpResponse:
    """Everything a person was told, the newest first."""
    everything = request.GET.get("all") == "1"
    rows = Notice.objects.visible_to(request.user)
    page = cursor_page(rows if everything else rows.unseen(), ("-at", "-id"), request.GET.get("cursor"))
    chips = [
        Chip(_("Not seen"), "?", request.user.unseen_notices, not everything, key="unseen"),
        Chip(_("All"), "?all=1", None, everything, key="all"),
    ]
    return render(request, "staff/notices.html", {"page": page, "rows": _dressed(page.items), "chips": chips})


@require_safe
@never_cache
@login_required
def menu(request: HttpRequest) -> HttpResponse:
    """The newest ones under the bell."""
    rows = list(Notice.objects.visible_to(request.user)[:IN_MENU])
    return render(request, "staff/_notices_menu.html", {"rows": _dressed(rows), "count": request.user.unseen_notices})


@require_safe
@never_cache
@login_required
def fresh(request: HttpRequest) -> HttpResponse:
    """The number on the bell, and what came within the last minute for the toasts, the oldest first."""
    loud = Notice.objects.visible_to(request.user).unseen().filter(is_loud=True, at__gt=now() - POPS_UP_FOR)
    found = [
        {"id": one.pk, "title": one.title, "text": one.text, "tone": TONES[one.level], "url": _address(one)}
        for one in reversed(loud[:5])
    ]
    return JsonResponse({"count": request.user.unseen_notices, "fresh": found})


@require_safe
@never_cache
@login_required
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at one: it is seen from now on, and its page opens."""
    found = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    actions.see_notices(request.user, at=now(), only=[found.pk])
    return redirect(found.url or "staff:notices")


@require_POST
@login_required
def seen(request: HttpRequest) -> HttpResponse:
    """Everything has been looked at."""
    actions.see_notices(request.user, at=now())
    messages.success(request, _("No new notices are left."))
    return redirect("staff:notices")


def deliveries_of(user: Any) -> list[dict[str, Any]]:
    """The latest notices that went to a person outside of the product, and what came of them."""
    rows = NoticeDelivery.objects.filter(notice__user=user).select_related("notice", "device").order_by("-id")
    return [{"one": one, "error": said(one.error)} for one in rows[:20]]


def moment_of_mute(word: str, at: datetime) -> datetime | None:
    """Until when "30", "60", "480" minutes reach; None ends the pause. ValueError for other words."""
    minutes = int(word)
    if not 0 <= minutes <= 7 * 24 * 60:
        raise ValueError(word)
    return at + timedelta(minutes=minutes) if minutes else None


def _address(one: Notice) -> str:
    return f"/notices/{one.pk}/"


def _dressed(rows: list[Notice]) -> list[dict[str, Any]]:
    return [{"one": one, "icon": ICONS[one.level], "url": _address(one)} for one in rows]
