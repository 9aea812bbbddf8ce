"""Hearing a call: the player, the bytes behind it, what was heard, taking the file away."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.ranged import Content, Unsatisfiable, asked, ranged
from perezvon.web.respond import page_or_fragment

from .. import access, players
from ..actions.listening import Stretch, note_listening, note_taking
from ..models import Recording
from ..records.media import ENDINGS
from ..records.shelf import Gone, shelf

NO_CONTENT = 204


@require_safe
@rights.required("call", "listen")
def talk(request: HttpRequest, pk: int) -> HttpResponse:
    """All that can be heard of a call: in the dock of a page, or as a page. ``?t=`` is the moment to begin at."""
    call = access.call(request.user, pk, to="listen")
    start, plays = request.GET.get("t", ""), bool(request.headers.get("HX-Request"))
    found = [one for one in players.players_of(request.user, call, start=start, plays=plays) if one.is_ready]
    return page_or_fragment(
        request, "telephony/talk.html", {"call": call, "players": found}, fragment="telephony/_talk.html"
    )


@require_safe
@rights.required("call", "listen")
def sound(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bytes, or the part of them that a Range header asks for. The player tells by itself what was heard."""
    recording = access.recording(request.user, pk)
    content = content_of(recording)
    if request.method == "GET":
        stretch = (0, 0) if request.GET.get("by") == "player" else _seconds(request, recording, content)
        note_listening(recording, stretch, by=request.user, at=clock.now())
    return ranged(request, content)


def content_of(recording: Recording) -> Content:
    """The sound as it lies in the storage. Http404 when there is none."""
    if not recording.is_ready:
        raise Http404
    kept = shelf()
    try:
        size = kept.size(recording.name)
    except Gone:
        raise Http404 from None
    tag = f'"{recording.pk}-{size}"'
    return Content(size, recording.media, tag, lambda start, end: kept.pieces(recording.name, start, end))


def _seconds(request: HttpRequest, recording: Recording, content: Content) -> Stretch:
    """The seconds behind the bytes asked for: MP3 of a constant rate and WAV are even."""
    try:
        start, end = asked(request.headers.get("Range", ""), content.size) or (0, content.size)
    except Unsatisfiable:
        return (0, 0)
    rate = recording.seconds / content.size
    return int(start * rate), int(end * rate)


@require_POST
@rights.required("call", "listen")
def heard(request: HttpRequest, pk: int) -> HttpResponse:
    """What the player says was heard: ``from`` and ``to`` in seconds."""
    recording = access.recording(request.user, pk)
    try:
        stretch = (int(request.POST["from"]), int(request.POST["to"]))
    except (KeyError, ValueError):
        return HttpResponse(_("Seconds are whole numbers."), status=422, content_type="text/plain; charset=utf-8")
    note_listening(recording, stretch, by=request.user, at=clock.now())
    return HttpResponse(status=NO_CONTENT)


@require_safe
@rights.required("call", "export")
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The recording as a file to take away; written down."""
    recording = access.recording(request.user, pk, to="export")
    if not rights.can(request.user, "call", "listen"):
        raise Http404
    content = content_of(recording)
    if request.method == "GET":
        note_taking(recording, by=request.user, at=clock.now())
    return ranged(request, content, filename=_file_name(recording))


def _file_name(recording: Recording) -> str:
    """The day, the time and the call: no client's number leaves in a name."""
    local = timezone.localtime(recording.made_at)
    ending = ENDINGS.get(recording.media, "bin")
    words = {"day": f"{local:%Y-%m-%d %H-%M}", "call": recording.call_id}
    return _("Call %(call)s of %(day)s") % words + f".{ending}"
