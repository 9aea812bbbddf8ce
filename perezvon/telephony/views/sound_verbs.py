"""What people do to a recording: comment, delete, hold, fetch again."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from perezvon.crm.actions.errors import Refused
from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.asking import ask, done
from perezvon.web.respond import wants_fragment

from .. import access, players
from ..actions.recordings import try_again
from ..actions.remarks import add_remark, remove_remark
from ..actions.retention import delete_recording, hold, release
from ..forms.recordings import RemarkForm, WhyForm
from ..models import Recording, Remark

FORM_METHODS = ["GET", "HEAD", "POST"]
NO_CONTENT = 204


def _home(recording: Recording, second: int | None = None) -> str:
    return reverse("telephony:call", args=[recording.call_id]) + (f"?t={second}" if second else "")


@require_http_methods(FORM_METHODS)
@rights.required("call", "listen")
def remarks(request: HttpRequest, pk: int) -> HttpResponse:
    """The comments of a recording (a part of the player), or a new one at ``?second=``."""
    recording = access.recording(request.user, pk)
    if request.method == "GET" and "second" not in request.GET:
        return _list(request, recording)
    form = RemarkForm(request.POST if request.method == "POST" else None, initial={"second": request.GET.get("second")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = add_remark(recording, second=given["second"], text=given["text"], by=request.user, at=clock.now())
        if wants_fragment(request):
            return HttpResponse(status=NO_CONTENT)  # the dialog closes, the player goes on playing
        return done(request, _home(recording, made.second), _("The comment is there."))
    return ask(request, form, _("Comment at a moment"), submit=_("Add"), back=_home(recording))


def _list(request: HttpRequest, recording: Recording) -> HttpResponse:
    found = players.players_of(request.user, recording.call)
    player = next((one for one in found if one.recording.pk == recording.pk), None)
    return render(request, "telephony/_remarks.html", {"player": player})


@require_POST
@rights.required("call", "listen")
def remark_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a comment of one's own back."""
    remark = get_object_or_404(Remark.objects.select_related("recording"), pk=pk, by=request.user)
    recording = access.recording(request.user, remark.recording_id)
    remove_remark(remark, by=request.user)
    if wants_fragment(request):
        return _list(request, recording)
    return done(request, _home(recording), _("The comment is gone."))


@require_http_methods(FORM_METHODS)
@rights.required("call", "delete")
def deletion(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the sound for a reason; the row stays."""
    recording = access.recording(request.user, pk, to="delete")
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and _tried(form, delete_recording, recording, request.user):
        return done(request, _home(recording), _("The recording is deleted."))
    hint = _("The sound is deleted for good; who, when and why stays.")
    return ask(
        request, form, _("Delete the recording"), submit=_("Delete"), back=_home(recording), hint=hint, tone="danger"
    )


@require_http_methods(FORM_METHODS)
@rights.required("call", "delete")
def holding(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the sound whatever the rule says, for a reason; ``release=1`` ends it."""
    recording = access.recording(request.user, pk, to="delete")
    if request.POST.get("release"):
        release(recording, by=request.user, at=clock.now())
        return done(request, _home(recording), _("The hold is taken off."))
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and _tried(form, hold, recording, request.user):
        return done(request, _home(recording), _("The recording is kept until the hold is taken off."))
    return ask(request, form, _("Keep from being deleted"), submit=_("Keep"), back=_home(recording))


def _tried(form: forms.Form, action: Any, recording: Recording, user: Any) -> bool:
    if not form.is_valid():
        return False
    try:
        action(recording, why=form.cleaned_data["why"], by=user, at=clock.now())
    except Refused as error:
        form.add_error(None, str(error))
        return False
    return True


@require_POST
@rights.required("provider", "administer")
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch a failed recording once more."""
    recording = get_object_or_404(Recording, pk=pk)
    if not try_again(recording, at=clock.now()):
        raise Http404
    return done(request, _home(recording), _("It will be fetched again."))
