"""Subscriptions of programs: the list, one with its log, a delivery with its attempts, and what is done with them."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.kit.periods import Period
from perezvon.kit.phones import without_numbers
from perezvon.lists.listing import Refused
from perezvon.staff import access as rights
from perezvon.web.asking import ask, done
from perezvon.web.paging import cursor_page

from .. import access, actions
from ..forms import PeriodForm, WebhookForm
from ..models import Delivery, Webhook
from ..nouns import nouns

METHODS = ["GET", "HEAD", "POST"]


def _home(hook: Webhook) -> str:
    return reverse("api:webhook", args=[hook.pk])


@require_safe
@rights.required("webhook", "view")
def webhooks(request: HttpRequest) -> HttpResponse:
    """All subscriptions that the person may see."""
    rows = Webhook.objects.visible_to(request.user).select_related("owner").order_by("name", "pk")
    return render(request, "api/webhooks.html", {"rows": rows[:500]})


@require_http_methods(METHODS)
@never_cache
@rights.required("webhook", "add")
def add(request: HttpRequest) -> HttpResponse:
    """A new subscription; its secret is shown once."""
    form = WebhookForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            hook = actions.add_webhook(request.user, **form.changes(), by=request.user, at=clock.now())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return _page(request, hook, secret=hook.secret)
    return ask(request, form, _("New webhook"), submit=_("Subscribe"), back=reverse("api:webhooks"))


@require_safe
@rights.required("webhook", "view")
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One subscription with its log, the newest first."""
    return _page(request, access.webhook(request.user, pk))


def _page(request: HttpRequest, hook: Webhook, secret: str = "") -> HttpResponse:
    state = request.GET.get("state", "")
    rows = Delivery.objects.filter(webhook=hook)
    rows = rows.filter(state=state) if state in Delivery.State.values else rows
    noun = nouns().get(hook.noun)
    context = {
        "hook": hook, "secret": secret, "state": state, "states": [("", _("All")), *Delivery.State.choices],
        "page": cursor_page(rows, ("-pk",), request.GET.get("cursor")), "about": noun.title if noun else "",
        "may_edit": Webhook.objects.visible_to(request.user, "edit").filter(pk=hook.pk).exists(),
    }  # fmt: skip
    return render(request, "api/webhook.html", context)


@require_http_methods(METHODS)
@rights.required("webhook", "edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another address, other events."""
    hook = access.webhook(request.user, pk, to="edit")
    form = WebhookForm(request.POST if request.method == "POST" else None, user=request.user, hook=hook)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_webhook(hook, form.changes(), by=request.user, at=clock.now())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return done(request, _home(hook), _("Saved."))
    return ask(request, form, _("Change the webhook"), submit=_("Save"), back=_home(hook))


@require_POST
@rights.required("webhook", "edit")
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test event and say what came of it."""
    hook = access.webhook(request.user, pk, to="edit")
    result = actions.test_webhook(hook, by=request.user, at=clock.now())
    if result.is_good:
        word = _("The test arrived: %(status)s in %(ms)d ms.") % {"status": result.status, "ms": result.milliseconds}
    else:
        word = _("The test did not arrive: %(why)s.") % {"why": result.error or result.status}
    return done(request, _home(hook), word)


@require_POST
@rights.required("webhook", "edit")
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """On or off."""
    hook, on = access.webhook(request.user, pk, to="edit"), request.POST.get("to") == "on"
    actions.switch(hook, on, by=request.user, at=clock.now())
    return done(request, _home(hook), _("It goes on: what waited is sent.") if on else _("It is off: events wait."))


@require_POST
@never_cache
@rights.required("webhook", "edit")
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret, shown once."""
    hook = actions.renew_secret(access.webhook(request.user, pk, to="edit"), by=request.user, at=clock.now())
    return _page(request, hook, secret=hook.secret)


@require_POST
@rights.required("webhook", "edit")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it away with its log."""
    actions.remove_webhook(access.webhook(request.user, pk, to="edit"), by=request.user, at=clock.now())
    return done(request, reverse("api:webhooks"), _("Removed."))


@require_http_methods(METHODS)
@rights.required("webhook", "edit")
def replay_period(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the events of some days again."""
    hook = access.webhook(request.user, pk, to="edit")
    form = PeriodForm(request.POST if request.method == "POST" else None, initial=_yesterday())
    if request.method == "POST" and form.is_valid():
        days = Period.of_days(form.cleaned_data["since"], form.cleaned_data["until"], timezone.get_current_timezone())
        try:
            count = actions.replay_period(hook, days.start, days.end, by=request.user, at=clock.now())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return done(request, _home(hook), _("Sent again: %(count)d.") % {"count": count})
    hint = _("Events keep their numbers, so the other side knows those that it has already.")
    return ask(request, form, _("Send again"), submit=_("Send again"), back=_home(hook), hint=hint)


def _yesterday() -> dict[str, Any]:
    today = timezone.localdate()
    return {"since": today - timedelta(days=1), "until": today}


@require_safe
@rights.required("webhook", "view")
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """What was sent, every try, what was answered; numbers as the reader may see them."""
    one = access.delivery(request.user, pk)
    body = one.body if rights.sees_phones(request.user) else without_numbers(one.body)
    may_edit = Webhook.objects.visible_to(request.user, "edit").filter(pk=one.webhook_id).exists()
    context = {"one": one, "body": body, "attempts": one.attempts.order_by("-id")[:100], "may_edit": may_edit}
    return render(request, "api/delivery.html", context)


@require_POST
@rights.required("webhook", "edit")
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one again."""
    one = actions.replay(access.delivery(request.user, pk, to="edit"), by=request.user, at=clock.now())
    return done(request, reverse("api:delivery", args=[one.pk]), _("It is sent again."))
