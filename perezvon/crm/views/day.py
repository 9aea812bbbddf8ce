"""The day of one person: what waits, what was done, what is planned; putting things off."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from perezvon.kit import clock
from perezvon.kit.periods import Period
from perezvon.staff import access as rights
from perezvon.staff import reads as staff
from perezvon.web.parts import Chip
from perezvon.web.respond import page_or_fragment
from perezvon.web.words import exact

from .. import actions, queue
from ..forms.day import SnoozeForm
from ..models import Snooze
from ..moments import day_ends
from .answers import ask, back_to, done, refused

AHEAD = timedelta(days=30)


@require_safe
@rights.required("task", "view")
def day(request: HttpRequest) -> HttpResponse:
    """The inbox: everything that waits for the person; the goal is that it is empty in the evening."""
    at, show = clock.now(), request.GET.get("show", "")
    back = reverse("crm:day") + (f"?show={show}" if show.isascii() and show.isidentifier() else "")
    sections = queue.inbox(request.user, at, back, show)
    total = sum(section.count for section in sections)
    shown = [section for section in sections if section.count and show in ("", section.key)]
    chips = [Chip(_("All"), "?", total, not show, key="all")]
    chips += [
        Chip(section.title, f"?show={section.key}", section.count, show == section.key, _tone(section), key=section.key)
        for section in sections if section.count or show == section.key
    ]  # fmt: skip
    context = {"tabs": _tabs("inbox", total), "chips": chips, "sections": shown, "show": show, "back": back, "at": at}
    return page_or_fragment(request, "crm/day.html", context, "crm/_day.html")


def _tone(section: queue.Section) -> str:
    return "danger" if section.tone == "late" and section.count else ""


def _tabs(active: str, count: int | None = None) -> list[Chip]:
    words = {"inbox": pgettext("day", "Inbox"), "done": pgettext("day", "Done"), "future": pgettext("day", "Future")}
    names = {"inbox": "crm:day", "done": "crm:day-done", "future": "crm:day-future"}
    return [
        Chip(word, reverse(names[key]), count if key == "inbox" else None, key == active, key=key)
        for key, word in words.items()
    ]


@require_safe
@rights.required("task", "view")
def finished(request: HttpRequest) -> HttpResponse:
    """What the person did on a day (``?day=``, today by default), with what came out of it."""
    today = timezone.localdate(clock.now())
    asked = min(_day(request.GET.get("day")) or today, today)
    span = Period.of_days(asked, asked, timezone.get_current_timezone())
    found = [each for ask in queue.achieved for each in ask(request.user, span.start, span.end)]
    found.sort(key=lambda each: each.at, reverse=True)
    context = {
        "tabs": _tabs("done"), "items": found, "asked": asked, "before": asked - timedelta(days=1),
        "after": asked + timedelta(days=1) if asked < today else None,
    }  # fmt: skip
    return page_or_fragment(request, "crm/day_done.html", context)


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None


@require_safe
@rights.required("task", "view")
def future(request: HttpRequest) -> HttpResponse:
    """What is planned for the next days, waits and things put off included."""
    at, back = clock.now(), reverse("crm:day-future")
    found = [item for ask in queue.planned for item in ask(request.user, at, day_ends(at) + AHEAD, back)]
    groups: dict[date, list[queue.Item]] = defaultdict(list)
    for item in sorted(found, key=_when):
        local = timezone.localtime(_when(item)).date()
        groups[local].append(item)
    days = [{"day": each, "items": items, "is_today": each == timezone.localdate(at)} for each, items in groups.items()]
    return page_or_fragment(
        request, "crm/day_future.html", {"tabs": _tabs("future"), "days": days, "at": at, "back": back}
    )


def _when(item: queue.Item) -> datetime:
    assert item.at is not None  # noqa: S101  what is planned has a moment
    return item.at


@require_safe
@rights.required("task", "view")
def following(request: HttpRequest) -> HttpResponse:
    """Go to what is to be done now; to the inbox when nothing is left."""
    back = reverse("crm:day")
    item = queue.first(request.user, clock.now(), back)
    return redirect(item.main.url if item else back)


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("task", "view")
def snooze(request: HttpRequest, noun: str, pk: int) -> HttpResponse:
    """Put a thing out of one's own inbox for a while."""
    if noun not in queue.things:
        raise Http404
    title, at = str(queue.things[noun](request.user, pk)), clock.now()
    form = SnoozeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        until = form.until(at, staff.calendar_of(request.user.department_id))
        try:
            actions.snooze(noun, pk, title, until, by=request.user, at=at)
        except actions.Refused as error:
            refused(form, error)
        else:
            return done(request, reverse("crm:day"), _("Put off; it comes back by itself."))
    return ask(
        request,
        form,
        _("Put out of the inbox"),
        hint=title,
        submit=_("Put off"),
        back=back_to(request, reverse("crm:day")),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("task", "view")
def snoozed(request: HttpRequest, pk: int) -> HttpResponse:
    """A thing that was put off: take it back into the inbox."""
    one = get_object_or_404(Snooze, pk=pk, user=request.user.pk, returned_at=None)
    if request.method == "POST":
        actions.wake([one], by=request.user, at=clock.now())
        return done(request, reverse("crm:day"), _("It is back in the inbox."))
    form = SnoozeForm()
    form.fields.clear()
    return ask(request, form, one.title, submit=_("Take back now"), back=reverse("crm:day-future"), hint=_until(one))


def _until(one: Snooze) -> str:
    return _("Put off until %(until)s") % {"until": exact(one.until)}
