"""A person's own choice: which notices come by which ways, when not, and to which browsers."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit.clock import now
from perezvon.kit.outgoing import OutgoingError

from .. import actions
from .. import notices as vocabulary
from ..forms.notices import QuietForm
from ..models import NoticeChoice, QuietTimes
from ..pushing import named
from ..webpush import public_key
from .notices import deliveries_of, moment_of_mute

DEVICE_BODY = 4_096


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def ways(request: HttpRequest) -> HttpResponse:
    """The page of choices."""
    times = QuietTimes.objects.filter(user=request.user).first() or QuietTimes(user=request.user)
    form = QuietForm.of(times, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.choose_ways(request.user, {kind.name: _ticked(request, kind) for kind in vocabulary.kinds()})
        actions.set_quiet(request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("staff:notice-ways")
    return render(request, "staff/notice_ways.html", _page(request, times, form), status=422 if form.errors else 200)


def _page(request: HttpRequest, times: QuietTimes, form: QuietForm) -> dict[str, Any]:
    return {
        "groups": [{"label": label, "rows": list(rows)} for label, rows in groupby(_rows(request.user), _group)],
        "ways": vocabulary.WAYS.values(),
        "form": form,
        "muted_until": times.muted_until if times.muted_until and times.muted_until > now() else None,
        "devices": request.user.push_devices.all(),
        "deliveries": deliveries_of(request.user),
        "key": public_key(),
        "mail_is_set": settings.MAIL_IS_SET,
    }


def _rows(user: Any) -> Iterator[dict[str, Any]]:
    chosen = dict(NoticeChoice.objects.filter(user=user).values_list("kind", "ways"))
    for kind in sorted(vocabulary.kinds(), key=lambda one: str(one.group)):
        own = chosen.get(kind.name, kind.ways)
        cells = [{"name": f"{kind.name}:{way}", "on": way in own, "label": label} for way, label in vocabulary.WAYS.items()]  # fmt: skip
        yield {"label": kind.label, "group": kind.group, "cells": cells}


def _group(row: dict[str, Any]) -> str:
    return str(row["group"])


def _ticked(request: HttpRequest, kind: vocabulary.Kind) -> list[str]:
    return [way for way in vocabulary.WAYS if f"{kind.name}:{way}" in request.POST]


@require_POST
@login_required
def mute(request: HttpRequest) -> HttpResponse:
    """Be left alone for some minutes; 0 ends it."""
    try:
        until = moment_of_mute(request.POST.get("minutes", ""), now())
    except ValueError:
        return HttpResponseBadRequest()
    actions.set_quiet(request.user, muted_until=until)
    messages.success(request, _("Notices wait until then.") if until else _("Notices come again."))
    return redirect("staff:notice-ways")


@require_POST
@login_required
def test(request: HttpRequest) -> HttpResponse:
    """Send oneself a notice by all the ways that are chosen for it."""
    user: Any = request.user
    actions.notify(
        [user], kind=vocabulary.TEST, title=gettext_lazy("This is how notices come"),
        text=gettext_lazy("You asked for it on the page of your notices."), url="/profile/notices/", level="success", at=now(),
    )  # fmt: skip
    messages.success(request, _("Sent: look at your browsers and your mail."))
    return redirect("staff:notice-ways")


@require_POST
@login_required
def devices(request: HttpRequest) -> HttpResponse:
    """A browser agrees to be pushed: {"endpoint": ..., "keys": {"p256dh": ..., "auth": ...}}."""
    try:
        told = json.loads(request.body[: DEVICE_BODY + 1])
        keys = {name: str(told["keys"][name]) for name in ("p256dh", "auth")}
        name = named(request.headers.get("User-Agent", ""))
        actions.add_device(request.user, endpoint=str(told["endpoint"]), name=name, at=now(), **keys)
    except (OutgoingError, ValueError, KeyError, TypeError):
        return HttpResponseBadRequest(_("This browser cannot be reached by push."), content_type="text/plain")
    return JsonResponse({"ok": True}, status=201)


@require_POST
@login_required
def device_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """A browser is not pushed any more."""
    actions.remove_device(get_object_or_404(request.user.push_devices, pk=pk))
    messages.success(request, _("This browser gets no more notices."))
    return redirect("staff:notice-ways")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that shows pushes while no page of ours is open; from the root, so that it may serve all pages."""
    from django.contrib.staticfiles import finders

    path = finders.find("staff/push-worker.js")
    assert isinstance(path, str)
    with open(path, encoding="utf-8") as file:
        response = HttpResponse(file.read(), content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
