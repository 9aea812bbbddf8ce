"""A supervisor and a call that lasts: listen, prompt, join, take it over, give the client to somebody else."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from perezvon.kit import clock
from perezvon.staff.models import User
from perezvon.web.respond import page_or_fragment

from ... import access
from ...actions import supervision
from ...models import Call, Queue, Supervision
from .answers import done, refused
from .board import for_viewers

Way = Supervision.Way


class Whereto(forms.Form):
    """Where a client who waits is led: another queue or an employee with a telephone, "queue:5", "person:7"."""

    to = forms.ChoiceField(label=gettext_lazy("Where to"))

    def __init__(self, call: Call, by: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.queues = {f"queue:{one.pk}": one for one in _other_queues(call)}
        people = User.objects.working().filter(pk__in=call.provider.extensions.values("user")).exclude(pk=by.pk)
        self.people = {f"person:{one.pk}": one for one in people.order_by("name", "pk")}
        groups = ((_("Queues"), self.queues), (_("People"), self.people))
        choices = [(label, [(key, str(one)) for key, one in rows.items()]) for label, rows in groups if rows]
        self.fields["to"].choices = [("me", _("to me")), *choices]  # type: ignore[attr-defined]


def _other_queues(call: Call) -> Any:
    return Queue.objects.filter(provider=call.provider_id, is_enabled=True).exclude(key=call.queue).order_by("name")


@require_http_methods(["GET", "POST"])
@never_cache
@for_viewers
def waiting_client(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a client to another queue, to a colleague or to oneself."""
    call = access.lasting_call(request.user, pk, "supervise")
    form = Whereto(call, request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return done(request, _led(call, form, request.user))
        except supervision.Refused as error:
            return refused(request, error.reason)
    context = {
        "form": form, "title": _("Give the call to somebody else"), "action": reverse("telephony:waiting_client", args=[pk]),
        "submit": _("Give it over"), "hint": str(call.person or ""), "back": reverse("telephony:wallboard"),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return page_or_fragment(request, "telephony/supervisor/whereto.html", context, "web/_dialog_form.html", status)


def _led(call: Call, form: Whereto, by: Any) -> str:
    chosen, at = form.cleaned_data["to"], clock.now()
    if chosen in form.queues:
        supervision.move(call, form.queues[chosen], by=by, at=at)
        return _("The client is led to “%(to)s”.") % {"to": form.queues[chosen]}
    if chosen in form.people:
        supervision.hand(call, form.people[chosen], by=by, at=at)
        return _("%(name)s is being rung.") % {"name": form.people[chosen].name}
    supervision.take_over(call, by=by, at=at)
    return _("Your telephone rings.")


@require_POST
@for_viewers
def step_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Listen to a talk (right to listen), prompt, join or take it over (right to supervise)."""
    way = request.POST.get("way", "")
    if way not in (Way.LISTEN, Way.WHISPER, Way.BARGE, Way.TAKE_OVER):
        return HttpResponseBadRequest()
    call = access.lasting_call(request.user, pk, "listen" if way == Way.LISTEN else "supervise")
    try:
        if way == Way.TAKE_OVER:
            supervision.take_over(call, by=request.user, at=clock.now())
        else:
            supervision.listen(call, way=way, by=request.user, at=clock.now())
    except supervision.Refused as error:
        return refused(request, error.reason)
    return done(request, _("Your telephone rings."))
