"""The calendar: day, week, month, people side by side."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from perezvon.crm.reads import all_task_kinds
from perezvon.kit import clock
from perezvon.staff import access
from perezvon.staff import reads as staff
from perezvon.web.parts import Chip
from perezvon.web.respond import page_or_fragment

from .. import pages
from ..pages import DAY_VIEW, MONTH, PEOPLE, WEEK, Asked


@require_safe
@access.required("task", "view")
def calendar(request: HttpRequest) -> HttpResponse:
    """The calendar of oneself, of colleagues, of a department."""
    at = clock.now()
    today = timezone.localdate(at)
    wanted = pages.asked(request, today)
    context: dict[str, Any] = {
        "wanted": wanted, "heading": heading(wanted), "chips": _chips(wanted),
        "earlier": address(wanted, day=wanted.moved(-1)), "later": address(wanted, day=wanted.moved(1)),
        "now_url": address(wanted, day=today), "here": request.get_full_path(),
        "people": staff.working(), "departments": staff.departments(), "kinds": all_task_kinds(),
        "chosen": [one.pk for one in wanted.people], "can_add": access.can(request.user, "task", "add"),
        "hours_url": address(wanted, hours="" if wanted.whole_day else "all"),
        "several": len(wanted.people) > 1, "names": {one.pk: one.name for one in wanted.people},
    }  # fmt: skip
    if wanted.view == MONTH:
        context["weeks"] = [[_cell(wanted, cell) for cell in week] for week in pages.month(wanted, request.user, at)]
    else:
        hours, columns = pages.columns(wanted, request.user, at)
        context |= {"hours": hours, "marks": [(mark, hours.top(mark * 60)) for mark in hours.marks]}
        context["columns"] = [
            {"column": one, "day_url": address(wanted, day=one.day, view=DAY_VIEW)} for one in columns
        ]
    return page_or_fragment(request, "calendar/calendar.html", context)


def _cell(wanted: Asked, cell: pages.Cell) -> dict[str, Any]:
    return {"cell": cell, "url": address(wanted, day=cell.day, view=DAY_VIEW)}


def heading(wanted: Asked) -> str:
    """What is shown: "24 - 30 November 2026"."""
    first, last = wanted.days[0], wanted.days[-1]
    if wanted.view == MONTH:
        return capfirst(date_format(wanted.day, "F Y"))
    if first == last:
        return capfirst(date_format(first, "l, j E Y"))
    begins = date_format(first, "j" if first.month == last.month else "j E")
    return f"{begins} – {date_format(last, 'j E Y')}"


def _chips(wanted: Asked) -> list[Chip]:
    words = {DAY_VIEW: _("Day"), WEEK: _("Week"), MONTH: _("Month"), PEOPLE: _("Side by side")}
    return [Chip(words[view], address(wanted, view=view), None, view == wanted.view, key=view) for view in pages.VIEWS]


def address(wanted: Asked, **changes: Any) -> str:
    """The address of the same calendar with something else; people whom nobody chose are left out."""
    day: date = changes.get("day", wanted.day)
    pairs: list[tuple[str, Any]] = [("view", changes.get("view", wanted.view)), ("day", day.isoformat())]
    if wanted.department:
        pairs.append(("department", wanted.department))
    elif changes.get("view", wanted.view) == wanted.view or len(wanted.people) > 1:
        pairs += [("who", one.pk) for one in wanted.people]
    if wanted.kind:
        pairs.append(("kind", wanted.kind))
    if changes.get("hours", "all" if wanted.whole_day else ""):
        pairs.append(("hours", "all"))
    return "?" + urlencode(pairs)
