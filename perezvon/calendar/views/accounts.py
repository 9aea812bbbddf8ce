"""Calendars at other services: connecting, the log, what was deleted there."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.crm.actions import Refused
from perezvon.kit import clock
from perezvon.staff import access
from perezvon.web.asking import ask, done

from .. import actions
from ..actions.accounts import TooMany
from ..caldav import Collection, DavError
from ..forms import AccountForm, PasswordForm
from ..models import CalendarAccount, CalendarLink

_LOG = 20


def _home() -> str:
    return reverse("calendar:connections")


def _one(request: HttpRequest, pk: int) -> CalendarAccount:
    return get_object_or_404(CalendarAccount.objects.visible_to(request.user).select_related("user"), pk=pk)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@access.required("task", "view")
def add(request: HttpRequest) -> HttpResponse:
    """Connect a calendar: the server is asked at once; where there are several calendars, one is chosen."""
    form = AccountForm(request.POST if request.method == "POST" else None, user_id=request.user.pk)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            found = actions.look(form.address(), told["login"], form.secret)
        except DavError as error:
            form.add_error(None, _("No way in: %(why)s") % {"why": _said(error)})
        else:
            if chosen := _chosen(form, found, request.POST.get("calendar", "")):
                return _connected(request, form, chosen)
    return ask(
        request, form, _("Connect a calendar"), submit=_("Connect"), back=_home(),
        hint=_("Your tasks with a time appear there, and what you move there moves here; your own events make you busy here."),
    )  # fmt: skip


def _said(error: DavError) -> str:
    return _("the login or the password is wrong") if error.is_denied else error.reason


def _chosen(form: AccountForm, found: list[Collection], named: str) -> Collection | None:
    """The calendar that was chosen, or the only one; else the form asks which."""
    if not found:
        form.add_error(None, _("This login has no calendar of events."))
        return None
    wanted = [one for one in found if one.url == named] or (found if len(found) == 1 else [])
    if wanted:
        return wanted[0]
    form.ask_which([(one.url, one.name) for one in found])
    return None


def _connected(request: HttpRequest, form: AccountForm, chosen: Collection) -> HttpResponse:
    told = form.cleaned_data
    try:
        actions.connect(
            request.user, service=told["service"], url=form.address(), login=told["login"], password=form.secret,
            calendar=chosen, with_names=told["with_names"], at=clock.now(),
        )  # fmt: skip
    except TooMany:
        return done(request, _home(), _("There are many calendars already: disconnect one first."))
    return done(request, _home(), _("Connected; the first look begins."))


@require_safe
@access.required("task", "view")
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """How a calendar is kept equal: its log, what waits for an answer."""
    one = _one(request, pk)
    gone = one.links.filter(gone_at__isnull=False, kept_off=False, task__isnull=False).select_related("task")
    context = {"account": one, "runs": one.runs.all()[:_LOG], "gone": gone, "links": one.links.count()}
    return render(request, "calendar/account.html", context)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@access.required("task", "view")
def password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give another app password."""
    one = _one(request, pk)
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.renew(one, form.cleaned_data["password"], at=clock.now())
        return done(request, _home(), _("Saved."))
    return ask(request, form, str(one), submit=_("Save"), back=_home())


@require_POST
@access.required("task", "view")
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop looking there, or go on; "now" looks at once."""
    one = _one(request, pk)
    actions.pause(one, request.POST.get("what") == "pause", at=clock.now())
    return done(request, reverse("calendar:account", args=[pk]), _("Saved."))


@require_POST
@access.required("task", "view")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Disconnect."""
    actions.disconnect(_one(request, pk), by=request.user, at=clock.now())
    return done(request, _home(), _("Disconnected; what we wrote there stays there."))


@require_POST
@access.required("task", "edit")
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """What becomes of a task that was deleted in the other calendar."""
    mine = CalendarLink.objects.filter(
        account__in=CalendarAccount.objects.visible_to(request.user), gone_at__isnull=False
    )
    link = get_object_or_404(mine.select_related("task"), pk=pk)
    task = link.task
    if task is not None and not access.allows(
        request.user, "task", "edit", owner_id=task.responsible_id, department_id=task.department_id
    ):
        raise Http404
    word: object = _("Saved.")
    try:
        actions.settle(link, request.POST.get("what", ""), by=request.user, at=clock.now())
    except ValueError:
        raise Http404 from None
    except Refused as error:
        word = error
    return done(request, reverse("calendar:account", args=[link.account_id]), word)
