"""Recordings: for those who may listen; every hearing is written down."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from perezvon.api.extras import Extra, Nothing, extra
from perezvon.api.nouns import Caller, Expansion, Heard, Noun, fact_of, register
from perezvon.api.schemas import Field, Out
from perezvon.web.ranged import ranged

from .. import access
from ..actions.listening import note_taking
from ..models import Recording
from ..views.recordings import content_of


class RecordingOut(Out):
    """The sound of a call, or of a part of it."""

    id: int
    call_id: int
    state: Recording.State
    channels: int
    seconds: float
    bytes: int
    media: str
    made_at: datetime
    ready_at: datetime | None
    keep_until: datetime | None = Field(description=_("null = for good."))
    deleted_at: datetime | None


def _rows(user: Any, verb: str) -> Any:
    return Recording.objects.visible_to(user, "listen").shown()


register(Noun(
    "recordings", "recording", _("Recordings"), RecordingOut, _rows, "call", view="listen", narrow={"call": "call_id", "state": "state"},
    expand={"call": Expansion("calls", "call_id")}, heard=Heard(("recording.",), fact_of("recording")),
))  # fmt: skip


def sound(caller: Caller, asked: Nothing, request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bytes; written down as taken away."""
    recording = access.recording(caller.user, pk, to="export")
    access.recording(caller.user, pk)
    content = content_of(recording)
    note_taking(recording, by=caller.user, at=caller.at)
    return ranged(request, content)


extra(Extra(
    "recordings/{int:pk}/sound", "recording-sound", "recordings", _("Recordings: the sound itself"), None, sound,
    right=("call", "export"), of="recordings", media="audio/*",
    about=_("Needs the rights to listen and to take calls away; Range is understood. It is written down who took it."),
))  # fmt: skip
