"""Common free time, and absences with the tasks they leave behind."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.crm import actions as crm
from perezvon.crm.models import Task
from perezvon.kit import clock
from perezvon.staff import access
from perezvon.staff import actions as staff_actions
from perezvon.staff import reads as staff
from perezvon.staff.models import Absence, User
from perezvon.web.asking import ask, done

from .. import free
from ..away import changeable
from ..forms import AbsenceForm, FreeForm

AHEAD = timedelta(days=366)
MOST_HANDED = 500


@require_safe
@access.required("task", "view")
def common(request: HttpRequest) -> HttpResponse:
    """Where several people have time together; each answer opens the form of a task there."""
    at = clock.now()
    form = FreeForm(request.GET if "who" in request.GET else None, user=request.user, at=at)
    spans: list[free.Span] = []
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        people = list(User.objects.working().filter(pk__in=told["who"]))
        zone = timezone.get_current_timezone()
        spans = free.common(people, told["first"], told["days"], told["minutes"], zone=zone, at=at)
    days: dict[date, list[free.Span]] = {}
    for span in spans:
        days.setdefault(timezone.localdate(span.starts_at), []).append(span)
    context = {
        "form": form, "days": list(days.items()), "is_asked": form.is_bound and form.is_valid(),
        "can_add": access.can(request.user, "task", "add"),
    }  # fmt: skip
    return render(request, "calendar/free.html", context, status=422 if form.is_bound and form.errors else 200)


@require_safe
@access.required("task", "view")
def absences(request: HttpRequest) -> HttpResponse:
    """Who is away now and in the year ahead, with the tasks that fall into it."""
    at = clock.now()
    today = timezone.localdate(at)
    mine = {pk for pk, _name in changeable(request.user)}
    rows = list(
        Absence.objects.visible_to(request.user).on(today, today + AHEAD).select_related("user", "substitute")
        .filter(user__is_active=True).order_by("first", "pk")
    )  # fmt: skip
    shown = [{"absence": one, "tasks": _left(request.user, one), "can_change": one.user_id in mine} for one in rows]
    return render(request, "calendar/absences.html", {"rows": shown, "today": today})


def _left(user: Any, absence: Absence) -> int:
    return int(_tasks(user, absence).aggregate(count=Count("pk"))["count"])


def _tasks(user: Any, absence: Absence, verb: str = "view") -> Any:
    """Open tasks of somebody away that fall into his absence."""
    zone = staff.zone_of(absence.user_id)
    begin = datetime.combine(absence.first, time(), zone)
    end = datetime.combine(absence.last + timedelta(days=1), time(), zone)
    rows = Task.objects.visible_to(user, verb).open()
    return rows.filter(responsible=absence.user_id, deadline__gte=begin, deadline__lt=end)


@require_http_methods(["GET", "HEAD", "POST"])
@access.required("task", "view")
def absence(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Write an absence down, or change one."""
    people = changeable(request.user)
    known = get_object_or_404(Absence.objects.filter(user__in=[one for one, _name in people]), pk=pk) if pk else None
    names = ("kind", "first", "last", "note")
    initial: dict[str, Any] = {"user": request.user.pk}
    if known:
        initial = {
            **{name: getattr(known, name) for name in names},
            "user": known.user_id,
            "substitute": known.substitute_id,
        }
    form = AbsenceForm(request.POST if request.method == "POST" else None, people=people, initial=initial)
    home = reverse("calendar:absences")
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        by_id = {one.pk: one for one in User.objects.filter(pk__in=[told["user"], told["substitute"] or 0])}
        try:
            staff_actions.set_absence(
                known, user=by_id[told["user"]], kind=told["kind"], first=told["first"], last=told["last"],
                substitute=by_id.get(told["substitute"] or 0), note=told["note"], by=request.user, at=clock.now(),
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return done(request, home, _("Saved."))
    return ask(request, form, _("Absence"), submit=_("Save"), back=home)


@require_POST
@access.required("task", "view")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The person works on these days after all."""
    ids = [one for one, _name in changeable(request.user)]
    row = get_object_or_404(Absence.objects.select_related("user").filter(user__in=ids), pk=pk)
    staff_actions.remove_absence(row, by=request.user, at=clock.now())
    return done(request, reverse("calendar:absences"), _("Removed."))


@require_POST
@access.required("task", "assign")
def hand(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the tasks that fall into an absence to who stands in."""
    row = get_object_or_404(Absence.objects.visible_to(request.user).select_related("substitute"), pk=pk)
    if row.substitute is None:
        raise Http404
    why, count = _("stands in: %(kind)s") % {"kind": row.get_kind_display()}, 0
    for task in _tasks(request.user, row, "assign").order_by("pk")[:MOST_HANDED]:
        try:
            crm.hand_task(task, row.substitute_id, why=why, by=request.user, at=clock.now())
        except crm.AlreadyDone:
            continue
        count += 1
    word = ngettext("%(n)s task was handed over.", "%(n)s tasks were handed over.", count) % {"n": count}
    return done(request, reverse("calendar:absences"), word)
