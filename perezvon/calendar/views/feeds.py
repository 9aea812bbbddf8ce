"""Calendars by address: what a telephone reads, and the page that makes and takes back addresses."""

import hashlib
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from perezvon.crm.models import TaskReminder
from perezvon.kit import clock
from perezvon.staff import access
from perezvon.web.asking import done

from .. import actions, ical
from ..actions.feeds import TooMany, feed_of
from ..forms import FeedForm
from ..models import CalendarAccount, CalendarFeed

_STAMP = datetime.fromisoformat("2026-01-01T00:00:00+00:00")  # the same text for the same calendar, so that ETags hold


@require_safe
def feed(request: HttpRequest, word: str) -> HttpResponse:
    """The calendar behind an address; 304 when the reader has it already. Any wrong address is just missing."""
    at = clock.now()
    found = feed_of(word, at=at)
    if found is None or not access.can(found.user, "task", "view"):
        raise Http404
    with translation.override(found.user.language):
        text = _written(request, found, at)
    tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    if tag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'inline; filename="perezvon.ics"'
    response["ETag"] = tag
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, max_age=300)
    return response


def _written(request: HttpRequest, found: CalendarFeed, at: datetime) -> bytes:
    tasks = ical.tasks_of(found.user, at, with_deadlines=found.with_tasks)
    open_ids = [task.pk for task in tasks if task.done_at is None and task.starts_at]
    minutes: dict[int, list[int]] = {}
    for row in TaskReminder.objects.filter(task__in=open_ids, minutes__isnull=False).order_by("task_id", "minutes"):
        minutes.setdefault(row.task_id, []).append(row.minutes or 0)
    base = request.build_absolute_uri("/").rstrip("/")
    events = [
        ical.event(task, base=base, with_names=found.with_names, stamp=_STAMP, reminders=minutes.get(task.pk, ()))
        for task in tasks
    ]
    return ical.document(_("Perezvon: %(name)s") % {"name": found.user.name}, events)


@require_safe
@never_cache
@access.required("task", "view")
def connections(request: HttpRequest) -> HttpResponse:
    """One's own calendars outside: addresses for reading, calendars at other services."""
    return _page(request)


@require_POST
@never_cache
@access.required("task", "view")
def make(request: HttpRequest) -> HttpResponse:
    """Make an address and show it, this once."""
    form = FeedForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    try:
        _feed, word = actions.make_feed(request.user, at=clock.now(), **form.cleaned_data)
    except TooMany:
        form.add_error(None, _("There are many addresses already: take one back first."))
        return _page(request, form=form, status=422)
    return _page(request, new_url=request.build_absolute_uri(reverse("calendar:feed", args=[word])))


@require_POST
@access.required("task", "view")
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an address back."""
    actions.revoke_feed(
        get_object_or_404(CalendarFeed.objects.visible_to(request.user), pk=pk), by=request.user, at=clock.now()
    )
    return done(request, reverse("calendar:connections"), _("The address opens nothing any more."))


def _page(request: HttpRequest, form: Any = None, new_url: str = "", status: int = 200) -> HttpResponse:
    context = {
        "feeds": CalendarFeed.objects.visible_to(request.user), "form": form or FeedForm(), "new_url": new_url,
        "accounts": CalendarAccount.objects.visible_to(request.user),
    }  # fmt: skip
    return render(request, "calendar/connections.html", context, status=status)
