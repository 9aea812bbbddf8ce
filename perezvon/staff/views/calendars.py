"""Working calendars."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from perezvon.kit.clock import now

from .. import actions
from ..forms.structure import CalendarForm, HolidayForm, hours_text
from ..models import Holiday, WorkCalendar
from ..reads import working_time
from ..seeds import MAIN_WEEK
from .answers import told_in
from .people import administered


@require_GET
@administered
def calendars(request: HttpRequest) -> HttpResponse:
    """All calendars with their weeks."""
    at = now()
    found = [
        {
            "this": one,
            "week": [hours_text(one.weekly.get(str(day), [])) for day in range(7)],
            "is_open": working_time(one).is_open(at),
        }
        for one in WorkCalendar.objects.prefetch_related("holidays")
    ]
    return render(
        request, "staff/calendars.html", {"calendars": found, "days": list(CalendarForm().fields.values())[2:]}
    )


@require_http_methods(["GET", "POST"])
@administered
def calendar_add(request: HttpRequest) -> HttpResponse:
    """Add a calendar; public holidays come with it."""
    blank = WorkCalendar(weekly=MAIN_WEEK, name=_("New calendar"))
    form = CalendarForm.of(blank, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with told_in(form):
            made = actions.add_calendar(
                data["name"], form.weekly, time_zone=data["time_zone"], by=request.user, at=now()
            )
            return redirect("staff:calendar", made.pk)
    return render(request, "staff/calendar.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@administered
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """The week of a calendar and the days that differ."""
    this = get_object_or_404(WorkCalendar, pk=pk)
    form = CalendarForm.of(this, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with told_in(form):
            actions.change_calendar(
                this, name=data["name"], weekly=form.weekly, time_zone=data["time_zone"], by=request.user, at=now()
            )
            messages.success(request, _("Saved."))
            return redirect("staff:calendar", pk)
    return _page(request, this, form=form)


@require_POST
@administered
def day(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a date its own hours."""
    this = get_object_or_404(WorkCalendar, pk=pk)
    form = HolidayForm(request.POST)
    if form.is_valid():
        with told_in(form):
            actions.set_holiday(this, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Saved."))
            return redirect("staff:calendar", pk)
    return _page(request, this, day_form=form)


@require_POST
@administered
def day_remove(request: HttpRequest, pk: int, day_pk: int) -> HttpResponse:
    """Make a date an ordinary weekday again."""
    actions.remove_holiday(get_object_or_404(Holiday, pk=day_pk, calendar=pk), by=request.user, at=now())
    return redirect("staff:calendar", pk)


def _page(
    request: HttpRequest, this: WorkCalendar, form: CalendarForm | None = None, day_form: HolidayForm | None = None
) -> HttpResponse:
    year = now().year
    holidays = [{"this": one, "hours": hours_text(one.intervals)} for one in this.holidays.filter(day__year__gte=year)]
    context = {
        "this": this,
        "form": form or CalendarForm.of(this),
        "day_form": day_form or HolidayForm(),
        "holidays": holidays,
        "year": year,
    }
    wrong = (form and form.errors) or (day_form and day_form.errors)
    return render(request, "staff/calendar.html", context, status=422 if wrong else 200)
