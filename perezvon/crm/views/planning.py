"""Planning: a new task with its time, people and repetition; what is done with a task besides completing it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.staff import reads as staff
from perezvon.staff.models import User

from .. import access, actions, doubles
from ..actions.series import repeat_of
from ..forms.planning import HandTaskForm, PlanForm, RemindForm, SeriesForm, SlotForm, WatchersForm
from ..models import Task
from ..moments import EXACT
from .answers import ask, done, number, refused

_NO_CONTENT, _CONFLICT = 204, 409


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a new task is about."""

    deal: Any
    person: Any
    company: Any

    @property
    def home(self) -> str:
        """The page it was planned from."""
        if self.deal is not None:
            return reverse("crm:deal", args=[self.deal.pk])
        if self.person is not None:
            return reverse("crm:person", args=[self.person.pk])
        return reverse("crm:company", args=[self.company.pk]) if self.company is not None else reverse("crm:day")


def _subject(request: HttpRequest) -> _Subject:
    def named(name: str, find: Callable[[Any, int], Any]) -> Any:
        pk = number(request.POST.get(name) or request.GET.get(name))
        return find(request.user, pk) if pk else None

    return _Subject(named("deal", access.deal), named("person", access.person), named("company", access.company))


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("task", "add")
def add(request: HttpRequest) -> HttpResponse:
    """Plan something: for a client (``?person=``, ``?company=``), for a deal (``?deal=``), or by itself.

    ``?starts=2026-11-24T15:00&minutes=60`` is a place in the calendar.
    """
    about = _subject(request)
    form = PlanForm(request.POST if request.method == "POST" else None, user=request.user, initial=_place(request))
    if request.method == "POST" and form.is_valid():
        try:
            return done(request, about.home, _planned(request, form, about))
        except actions.Refused as error:
            refused(form, error)
    pairs = (("deal", about.deal), ("person", about.person), ("company", about.company))
    hidden = [(name, thing.pk) for name, thing in pairs if thing is not None]
    hint = str(about.deal or about.person or about.company or "")
    return ask(
        request, form, _("New task"), submit=_("Plan"), back=about.home, hint=hint, hidden=hidden, parts="crm/_plan.html"
    )  # fmt: skip


def _place(request: HttpRequest) -> dict[str, Any]:
    """What a place in the calendar says of a new task."""
    form = SlotForm({"starts_at": request.GET.get("starts", ""), "minutes": request.GET.get("minutes") or "60"})
    initial: dict[str, Any] = {}
    if form.is_valid():
        minutes = str(form.cleaned_data["minutes"])
        initial = {"when": EXACT, "deadline": form.cleaned_data["starts_at"], "length": minutes, "kind": "meeting"}
    if who := number(request.GET.get("who")):
        initial["responsible_id"] = who
    return initial


def _planned(request: HttpRequest, form: PlanForm, about: _Subject) -> str:
    """Set what the form says; the word about it."""
    at, told, user = clock.now(), form.cleaned_data, request.user
    responsible = doubles.colleague(told.get("responsible_id")) or user
    begins, ends = form.span(at)
    moment = form.moment(at)
    person, company = about.person, about.company
    new = actions.NewTask(
        kind=told["kind"], title=form.title_or_default(), deadline=ends or moment, starts_at=begins, ends_at=ends,
        by_id=user.pk, person_id=person.pk if person else getattr(about.deal, "person_id", None),
        company_id=company.pk if company else getattr(about.deal, "company_id", None),
        deal_id=getattr(about.deal, "pk", None), ticket_id=getattr(about.deal, "ticket_id", None),
        responsible_id=responsible.pk, department_id=responsible.department_id, is_hard=told["is_hard"],
        is_private=told["is_private"], reminders=form.reminded(),
    )  # fmt: skip
    if told.get("people"):
        people = list(User.objects.working().filter(pk__in=told["people"]).order_by("name"))
        made = actions.set_group(new, people, mode=told["mode"] or "each", at=at)
    elif repeat := form.repeat(timezone.localtime(moment).date()):
        zone = str(timezone.get_current_timezone())
        clock_time = timezone.localtime(moment).time().replace(second=0, microsecond=0)
        series = actions.NewSeries(task=new, repeat=repeat, clock=clock_time, time_zone=zone, minutes=form.minutes())
        made = [one for one in [actions.start_series(series, at=at)] if one]
    else:
        made = actions.set_tasks([new], at)
    for one in made if told["watchers"] else []:
        actions.set_watchers(one, User.objects.working().filter(pk__in=told["watchers"]), by=user, at=at)
    return _word(made, at)


def _word(made: list[Task], at: datetime) -> str:
    """What is said after planning; that somebody is away or has something else then is said too."""
    if len(made) != 1:
        return ngettext("Planned for %(n)s person.", "Planned for %(n)s people.", len(made)) % {"n": len(made)}
    return " ".join([_("Planned."), *warnings(made[0])])


def warnings(task: Task) -> list[str]:
    """What speaks against the time of a task: its person is away, or busy with something else."""
    said: list[str] = []
    day = task.time.astimezone(staff.zone_of(task.responsible_id)).date()
    if away := staff.away_on(task.responsible_id, day):
        words = {"name": away.user.name, "why": away.get_kind_display(), "last": f"{away.last:%d.%m.%Y}"}
        said.append(_("%(name)s is away (%(why)s) until %(last)s.") % words)
        if away.substitute:
            said.append(_("%(name)s stands in.") % {"name": away.substitute.name})
    if task.starts_at and task.ends_at and task.responsible_id:
        others = Task.objects.open().filter(responsible=task.responsible_id).exclude(pk=task.pk)
        if others.in_calendar(task.starts_at, task.ends_at).exists():
            said.append(_("It overlaps with another task in the calendar."))
    return said


def _changed(
    request: HttpRequest, form: Any, title: str, pk: int, save: Callable[[Any], object], **more: Any
) -> HttpResponse:
    """Show a form about a task, or do what it says and go back to the task."""
    address = reverse("crm:task", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            save(form)
        except actions.Refused as error:
            refused(form, error)
        else:
            return done(request, address, _("Saved."))
    return ask(request, form, title, submit=_("Save"), back=address, **more)


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("task", "edit")
def slot(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a task at a time of the calendar. A script that drags gets 204, or 409 with the reason as plain text."""
    one = access.task(request.user, pk, to="edit")
    starts, minutes = timezone.localtime(one.time), 60
    if one.starts_at and one.ends_at:
        minutes = int((one.ends_at - one.starts_at).total_seconds() // 60)
    form = SlotForm(
        request.POST if request.method == "POST" else None, initial={"starts_at": starts, "minutes": minutes}
    )
    if "dragged" in request.POST:
        return _dragged(request, one, form)

    def save(form: SlotForm) -> None:
        actions.set_slot(one, *form.span(), by=request.user, at=clock.now())

    return _changed(request, form, _("Time in the calendar"), pk, save, hint=one.title)


def _dragged(request: HttpRequest, one: Task, form: SlotForm) -> HttpResponse:
    if not form.is_valid():
        return HttpResponse(_("This is no time."), status=_CONFLICT, content_type="text/plain; charset=utf-8")
    try:
        _drop(request, one, form)
    except actions.Refused as error:
        return HttpResponse(str(error), status=_CONFLICT, content_type="text/plain; charset=utf-8")
    said = " ".join(warnings(one))
    return HttpResponse(said, content_type="text/plain; charset=utf-8") if said else HttpResponse(status=_NO_CONTENT)


def _drop(request: HttpRequest, one: Task, form: SlotForm) -> None:
    """Put it where it was dropped; in a colleague's column it is his from now on."""
    who = number(request.POST.get("who")) or one.responsible_id
    if who != one.responsible_id and not (_may_hand(request.user, one) and doubles.colleague(who)):
        raise actions.Refused(_("You may not hand this task over."))
    actions.place_task(one, *form.span(), taker_id=who, by=request.user, at=clock.now())


def _may_hand(user: Any, one: Task) -> bool:
    return rights.allows(user, "task", "assign", owner_id=one.responsible_id, department_id=one.department_id)


@require_POST
@rights.required("task", "edit")
def unslot(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a task out of the calendar; its deadline stays."""
    one = access.task(request.user, pk, to="edit")
    return _tried(request, pk, lambda at: actions.set_slot(one, None, None, by=request.user, at=at), _("Taken out."))


def _tried(
    request: HttpRequest, pk: int, act: Callable[[datetime], object], word: object, home: str = ""
) -> HttpResponse:
    """Do it and say so; or say why not."""
    try:
        act(clock.now())
    except actions.Refused as error:
        word = error
    return done(request, home or reverse("crm:task", args=[pk]), word)


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("task", "edit")
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """When one is reminded of a task."""
    one = access.task(request.user, pk, to="edit")
    kept = one.reminders.filter(minutes__isnull=False).values_list("minutes", flat=True)
    form = RemindForm(request.POST if request.method == "POST" else None, kept=list(kept))

    def save(form: RemindForm) -> None:
        at = clock.now()
        actions.set_reminders(one, form.cleaned_data["reminders"], at=at)
        if form.cleaned_data["when"]:
            actions.remind_at(one, max(form.moment(at), at + timedelta(minutes=1)))

    return _changed(request, form, _("Reminders"), pk, save, hint=one.title)


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("task", "assign")
def hand(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a task to somebody else; who stands in for somebody away is suggested."""
    one = access.task(request.user, pk, to="assign")
    away = staff.away_on(one.responsible_id, clock.now().astimezone(staff.zone_of(one.responsible_id)).date())
    data = request.POST if request.method == "POST" else None
    form = HandTaskForm(data, user=request.user, task=one, suggested=away.substitute_id if away else None)

    def save(form: HandTaskForm) -> None:
        told = form.cleaned_data
        actions.hand_task(one, told["responsible_id"], why=told["why"], by=request.user, at=clock.now())

    return _changed(request, form, _("Hand over"), pk, save, hint=one.title)


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("task", "edit")
def watchers(request: HttpRequest, pk: int) -> HttpResponse:
    """Who watches a task."""
    one = access.task(request.user, pk, to="edit")
    kept = list(one.watchers.values_list("user_id", flat=True))
    form = WatchersForm(request.POST if request.method == "POST" else None, kept=kept)

    def save(form: WatchersForm) -> None:
        people = User.objects.working().filter(pk__in=form.cleaned_data["watchers"])
        actions.set_watchers(one, people, by=request.user, at=clock.now())

    return _changed(request, form, _("Watchers"), pk, save, hint=one.title)


@require_POST
@rights.required("task", "edit")
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a task that is for whoever is first."""
    one = access.task(request.user, pk, to="edit")
    if one.responsible_id != request.user.pk or one.group_id is None:
        raise Http404
    return _tried(request, pk, lambda at: actions.take_task(one, by=request.user, at=at), _("The task is yours."))


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("task", "edit")
def series(request: HttpRequest, pk: int) -> HttpResponse:
    """Change how a task repeats."""
    one = _repeating(request, pk)
    rule = repeat_of(one.series)
    data = request.POST if request.method == "POST" else None
    form = SeriesForm(data, series=one.series, repeat=rule, begins=one.occurrence or one.time)

    def save(form: SeriesForm) -> None:
        told, begins = form.cleaned_data, timezone.localtime(form.cleaned_data["moment"])
        repeat = form.repeat(begins.date()) or rule
        kept = one.series
        new = actions.NewTask(
            kind=kept.kind, title=told["title"], deadline=begins, responsible_id=kept.responsible_id,
            is_hard=kept.is_hard, is_private=kept.is_private, reminders=tuple(kept.reminders),
        )  # fmt: skip
        zone = str(timezone.get_current_timezone())
        made = actions.NewSeries(
            task=new, repeat=repeat, clock=begins.time(), time_zone=zone, minutes=int(told["length"]) or None
        )
        actions.change_series(kept, made, by=request.user, at=clock.now())

    return _changed(request, form, _("Repetition"), pk, save, parts="crm/_series.html")


def _repeating(request: HttpRequest, pk: int) -> Task:
    one = access.task(request.user, pk, to="edit")
    if one.series is None:
        raise Http404
    return one


@require_POST
@rights.required("task", "edit")
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave this occurrence out."""
    one = _repeating(request, pk)
    home = reverse("crm:day")
    word = _("Left out; the next one is planned.")
    return _tried(request, pk, lambda at: actions.skip_occurrence(one, by=request.user, at=at), word, home)


@require_POST
@rights.required("task", "edit")
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """It repeats no more."""
    one = _repeating(request, pk)
    word = _("It repeats no more.")
    return _tried(request, pk, lambda at: actions.end_series(one.series, by=request.user, at=at), word)
