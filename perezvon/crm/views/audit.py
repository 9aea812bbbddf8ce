"""The monthly audit of the client base: a page, a report to print, tasks to mend."""

import json
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from perezvon.kit import clock
from perezvon.lists.page import home
from perezvon.staff import access as rights
from perezvon.web.asking import done
from perezvon.web.parts import Stat
from perezvon.web.words import number

from ..actions import audit as actions
from ..listings import PEOPLE
from ..models import BaseAudit, Person
from ..plugs import may_audit

MONTHS = 6


@require_safe
@rights.required("person", "assign")
def audit(request: HttpRequest) -> HttpResponse:
    """The figures of a month (``?month=2026-11``, else the last counted), and of the months before."""
    if not may_audit(request.user):
        raise Http404
    at = clock.now()
    rows = list(BaseAudit.objects.order_by("-month")[:MONTHS])
    if not rows:
        rows = [actions.count(at=at)]
    row = next((each for each in rows if each.month.strftime("%Y-%m") == request.GET.get("month")), rows[0])
    before = next((each.figures for each in rows if each.month < row.month), {})
    is_now = row.month == actions.month_of(timezone.localdate(at))[0]
    context = {
        "row": row, "months": [each.month for each in rows], "is_now": is_now,
        "stats": [_stat(one.key, one.label, one.hint, row, before, _url(one, row.month)) for one in actions.CHECKS if not one.is_bad] + _moves(row, before),
        "bad": [{"check": one, "count": row.figures.get(one.key, 0), "before": before.get(one.key), "url": _url(one, row.month)} for one in actions.CHECKS if one.is_bad],
        "late": row.figures.get(actions.LATE, 0), "breaches": row.figures.get(actions.BREACHES, 0),
        "doubles": row.figures.get(actions.DOUBLES, 0), "before": before,
        "history": _history(rows),
    }  # fmt: skip
    return render(request, "crm/audit.html", context)


def _url(one: actions.Check, month: date) -> str:
    """The list behind a figure."""
    return home(PEOPLE, f"where={json.dumps(dict(one.where(*actions.month_of(month))), separators=(',', ':'))}")


def _stat(key: str, label: Any, hint: Any, row: BaseAudit, before: dict[str, int], url: str) -> Stat:
    figure = row.figures.get(key, 0)
    return Stat(label, number(figure), now=figure, before=before.get(key), definition=hint, url=url)


def _moves(row: BaseAudit, before: dict[str, int]) -> list[Stat]:
    url = reverse("crm:segments")
    return [
        _stat(actions.UP, _("Came up"), _("Into a better segment in this month."), row, before, url),
        _stat(actions.DOWN, _("Went down"), _("Into a worse segment in this month."), row, before, url),
    ]


def _history(rows: list[BaseAudit]) -> list[tuple[Any, list[int | None]]]:
    """Every figure month by month, the newest first."""
    labels = [(one.key, one.label) for one in actions.CHECKS]
    labels += [
        (actions.LATE, _("Out of rhythm")),
        (actions.BREACHES, _("Breaches of the rhythm")),
        (actions.DOUBLES, _("Duplicates")),
    ]
    return [(label, [row.figures.get(key) for row in rows]) for key, label in labels]


@require_POST
@rights.required("person", "assign")
def count(request: HttpRequest) -> HttpResponse:
    """Count the running month now."""
    if not may_audit(request.user):
        raise Http404
    actions.count(at=clock.now(), by=request.user)
    return done(request, reverse("crm:audit"), _("Counted anew."))


@require_POST
@rights.required("person", "assign")
def mend(request: HttpRequest, key: str) -> HttpResponse:
    """Tasks for everything that a check found; who has one already gets no second."""
    one = actions.check(key)
    if one is None or not one.mend or not may_audit(request.user):
        raise Http404
    made = actions.mend(one, Person.objects.visible_to(request.user), by=request.user, at=clock.now())
    said = ngettext("%(count)s task is made.", "%(count)s tasks are made.", made) % {"count": made}
    return done(request, reverse("crm:audit"), said)
