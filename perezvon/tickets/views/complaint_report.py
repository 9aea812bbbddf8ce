"""Complaints in figures, and the administrator's words and deadlines."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from perezvon.kit import clock
from perezvon.kit.money import roubles
from perezvon.staff import access as rights
from perezvon.web.parts import Stat
from perezvon.web.words import duration, number, percent

from .. import complaints
from ..actions import complaints as actions
from ..complaint_forms import ComplaintSettingsForm, WordForm
from ..models import ComplaintSettings, ComplaintWord, Severity
from .lost import period_of
from .queues import saved
from .verbs import FORM_METHODS, sent


@require_safe
@rights.required("complaint", "view")
def report(request: HttpRequest) -> HttpResponse:
    """By reason, stage, person and department; every number opens into its complaints."""
    query = request.GET.dict()
    period = period_of(query, clock.now())
    rows = complaints.filtered(complaints.rows_of(request.user, "all", clock.now()), {}, period)
    tz = timezone.get_current_timezone()
    days = {"from": period.start.astimezone(tz).date(), "to": (period.end - timedelta(seconds=1)).astimezone(tz).date()}
    groups = [
        (column, title, nobody, complaints.report(rows, column))
        for column, title, nobody in (
            ("reason", _("By reason"), ""), ("guilty_stage", _("Where it went wrong"), _("not found out")),
            ("guilty", _("By person"), _("nobody named")), ("guilty_department", _("By department"), _("nobody named")),
        )
    ]  # fmt: skip
    context = {"stats": _stats(complaints.total(rows)), "groups": groups, "days": days}
    return render(request, "tickets/complaint_report.html", context)


def _stats(found: complaints.Figures) -> list[Stat]:
    return [
        Stat(_("Complaints"), number(found.count), hint=_("%(count)s repeated") % {"count": number(found.repeated)}),
        Stat(_("The client is right"), percent(found.share, 0), definition=_("Of the complaints of the period that were looked into.")),
        Stat(_("Time to answer"), duration(found.answer_seconds), definition=_("The mean by the clock, from the complaint to the first answer."),
             hint=_("%(count)s answered late") % {"count": number(found.late)}),
        Stat(_("Compensations"), roubles(found.money), definition=_("Approved compensations, roubles.")),
    ]  # fmt: skip


@require_safe
@rights.required("settings", "administer")
def settings(request: HttpRequest) -> HttpResponse:
    """Words, deadlines, the limit."""
    words = list(ComplaintWord.objects.order_by("is_archived", "order", "pk"))
    groups = [(kind, label, [one for one in words if one.kind == kind]) for kind, label in ComplaintWord.Kind.choices]
    row = actions.complaint_settings()
    hours = [(label, row.answer_hours.get(key), row.resolve_hours.get(key)) for key, label in Severity.choices]
    return render(request, "tickets/complaint_settings.html", {"groups": groups, "settings": row, "hours": hours})


@require_http_methods(FORM_METHODS)
@rights.required("settings", "administer")
def word(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a word."""
    one: Any = get_object_or_404(ComplaintWord, pk=pk) if pk else ComplaintWord()
    form = WordForm(sent(request), instance=one, initial={} if pk else {"kind": request.GET.get("kind", "reason")})
    save = lambda form: actions.save_word(form.save(commit=False), by=request.user, at=clock.now())  # noqa: E731
    return saved(request, form, _("Word about complaints"), reverse("tickets:complaint_settings"), save)


@require_http_methods(FORM_METHODS)
@rights.required("settings", "administer")
def limits(request: HttpRequest) -> HttpResponse:
    """Deadlines by severity and the limit."""
    row = ComplaintSettings.objects.filter(pk=1).first() or ComplaintSettings(pk=1)
    form = ComplaintSettingsForm(sent(request), instance=row)
    save = lambda form: actions.change_complaint_settings(form.save(commit=False), by=request.user, at=clock.now())  # noqa: E731
    return saved(request, form, _("Deadlines of complaints"), reverse("tickets:complaint_settings"), save)
