"""Lost calls: who waits to be called back, how fast that happens, by whom; and the rule of calling again."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from perezvon.kit import clock
from perezvon.kit.money import roubles
from perezvon.kit.periods import Period
from perezvon.staff import access as rights
from perezvon.staff import reads as staff
from perezvon.staff.models import Department
from perezvon.web.asking import ask, done
from perezvon.web.paging import cursor_page
from perezvon.web.parts import Chip, Stat
from perezvon.web.respond import page_or_fragment
from perezvon.web.words import duration, number, percent

from .. import lost
from ..actions import calling
from ..actions.redial import save_policy
from ..forms import RedialForm
from ..models import LostCall, RedialPolicy
from ..stages import CALL_LOSSES, Loss

_FILTERS = ("stage", "department", "responsible", "healed_by", "from", "to")
FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@rights.required("ticket", "view")
def lost_calls(request: HttpRequest) -> HttpResponse:
    """The list with its figures; ``?show=`` is the chip."""
    at, query = clock.now(), request.GET.dict()
    show = query.get("show", "waiting")
    show = show if show in lost.SHOWS else "waiting"
    period = period_of(query, at)
    rows = lost.rows_of(request.user, query, period)
    related = ("person", "responsible", "department", "healed_by", "ticket", "source")
    page = cursor_page(
        lost.shown(rows, show).select_related(*related), ("-lost_at", "-id"), query.get("cursor"), size=40
    )
    wide = rights.scope(request.user, "ticket", "view") != "own"
    context = {
        "page": page, "rows": lost.lines(page.items), "chips": _chips(query, show, lost.counts(rows)), "show": show,
        "stats": _stats(rows), "chosen": {name: query.get(name, "") for name in _FILTERS}, "at": at,
        "is_narrowed": any(query.get(name) for name in _FILTERS), "people": staff.colleagues(None) if wide else [],
        "departments": staff.departments() if wide else [],
        "stages": [(code, Loss(code).label) for code in CALL_LOSSES],
        "by_person": lost.by(rows, "responsible_id") if wide else [],
        "by_department": lost.by(rows, "department_id") if wide else [],
        "to_call": calling.list_of(request.user).count() if rights.can(request.user, "task", "edit") else 0,
    }  # fmt: skip
    return page_or_fragment(request, "tickets/lost.html", context, fragment="tickets/_lost.html")


def period_of(query: Mapping[str, str], at: datetime) -> Period:
    """The days that an address names, else the last thirty."""
    tz = timezone.get_current_timezone()
    usual = lost.default_period(at, tz)
    first, last = _day(query.get("from")), _day(query.get("to"))
    first = first or usual.start.astimezone(tz).date()
    last = last or at.astimezone(tz).date()
    return Period.of_days(first, last, tz) if first <= last else usual


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _chips(query: dict[str, str], show: str, counts: dict[str, int]) -> list[Chip]:
    kept = "".join(f"&{name}={query[name]}" for name in _FILTERS if query.get(name, "").replace("-", "").isalnum())
    return [
        Chip(label, f"?show={key}{kept}", counts[key], key == show, tone if counts[key] else "", key=key)
        for key, (label, tone) in lost.SHOWS.items()
    ]


def _stats(rows: Any) -> list[Stat]:
    found, worth = lost.recovery(rows), lost.money(rows)
    fast, usual, slow = (percent(found.share_within(minutes), 0) for minutes in lost.WITHIN)
    return [
        Stat(_("Lost calls"), number(found.lost), hint=_("%(count)s wait") % {"count": number(found.waiting)}),
        Stat(
            _("Won back"), percent(found.share, 0), definition=lost.DEFINITIONS["share"],
            hint=_("by us %(us)s, himself %(client)s, sold %(sold)s")
            % {"us": number(found.by_us), "client": number(found.by_client), "sold": number(found.sold)},
        ),
        Stat(_("Usual time to call back"), duration(found.median), definition=lost.DEFINITIONS["median"]),
        Stat(
            _("Called back within 15 min"), usual, definition=lost.DEFINITIONS["within"],
            hint=_("5 min: %(fast)s, an hour: %(slow)s") % {"fast": fast, "slow": slow},
        ),
        Stat(
            _("At stake now"), roubles(round(worth.waiting)), definition=lost.DEFINITIONS["money"], tone="danger",
            hint=_("lost for good: %(gone)s, won back: %(back)s")
            % {"gone": roubles(round(worth.gone)), "back": roubles(round(worth.recovered))},
        ),
    ]  # fmt: skip


@require_safe
@rights.required("settings", "administer")
def policies(request: HttpRequest) -> HttpResponse:
    """How clients are called again: everywhere, and in departments with a rule of their own."""
    rows = RedialPolicy.objects.select_related("department").order_by("department__name")
    return render(request, "tickets/redial.html", {"policies": rows})


@require_http_methods(FORM_METHODS)
@rights.required("settings", "administer")
def policy(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Change a rule, or add one for a department."""
    known = get_object_or_404(RedialPolicy, pk=pk) if pk else RedialPolicy(pauses=[15, 60, 240])
    free = Department.objects.exclude(pk__in=RedialPolicy.objects.exclude(department=None).values("department"))
    form = RedialForm(
        request.POST if request.method == "POST" else None, instance=known, departments=None if pk else free
    )
    home = reverse("tickets:redial")
    if request.method == "POST" and form.is_valid():
        save_policy(form.save(commit=False), by=request.user, at=clock.now())
        return done(request, home, _("Saved."))
    title = str(known.department) if known.department_id else _("Calling again")
    return ask(request, form, title, submit=_("Save"), back=home)


def lost_call(user: Any, pk: int) -> LostCall:
    """The lost call, when ``user`` may see its request. Http404 otherwise."""
    found: LostCall = get_object_or_404(LostCall.objects.visible_to(user).select_related("ticket"), pk=pk)
    return found
