"""What the player of a recording shows, and which calls can be heard."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.urls import reverse

from perezvon.staff import access as rights
from perezvon.web.parts import Sound

from .models import Call, Listening, Recording, Remark

MOST_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Player:
    """One recording with its comments; ``start`` is the second to begin at ("" = the beginning).

    ``may`` says which buttons there are: export, delete, administer.
    """

    recording: Recording
    remarks: list[Remark]
    start: str
    may: dict[str, bool]
    plays: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether there is something to play."""
        return self.recording.is_ready


def sounds_of(user: Any, call_ids: Iterable[int]) -> dict[int, Sound]:
    """Calls out of these that ``user`` may listen to now: call id -> the button that opens the player."""
    if not rights.can(user, "call", "listen"):
        return {}
    ids = list(call_ids)
    rows = Recording.objects.ready().visible_to(user).filter(call__in=ids) if ids else Recording.objects.none()
    lengths = rows.order_by().values_list("call_id").annotate(Sum("seconds"))
    return {pk: Sound(reverse("telephony:talk", args=[pk]), seconds) for pk, seconds in lengths}


def players_of(user: Any, call: Call, *, start: str = "", plays: bool = False) -> list[Player]:
    """The players of a call's recordings, deleted and failed ones as a word about them; [] without the right."""
    if not may(user, "listen", call):
        return []
    rows = list(Recording.objects.shown().filter(call=call).select_related("hold__by", "deleted_by"))
    for row in rows:
        row.call = call
    remarks: dict[int, list[Remark]] = {}
    for remark in Remark.objects.filter(recording__in=rows).select_related("by") if rows else ():
        remarks.setdefault(remark.recording_id, []).append(remark)
    allowed = {verb: may(user, verb, call) for verb in ("export", "delete")}
    allowed["administer"] = rights.can(user, "provider", "administer")
    return [Player(row, remarks.get(row.pk, []), _second(start), allowed, plays) for row in rows]


def may(user: Any, verb: str, call: Call) -> bool:
    """Whether the person may do something to one call that is at hand (with its person loaded)."""
    owners = {call.user_id, call.person.responsible_id if call.person else None}
    own = user.pk if user.pk in owners else None
    return rights.allows(user, "call", verb, owner_id=own, department_id=call.department_id)


def _second(text: str) -> str:
    """ "75", "1:15" or "1:02:03" as seconds; "" for anything else."""
    parts = text.split(":")
    if not text or len(parts) > 3 or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        return ""
    total = 0
    for part in parts:
        total = total * 60 + int(part)
    return str(total) if total <= MOST_SECONDS else ""


def listeners_of(user: Any, call: Call) -> list[Listening]:
    """Who heard a call, the newest first; for those who may read the journal."""
    if not rights.can(user, "journal", "view"):
        return []
    return list(Listening.objects.filter(recording__call=call).select_related("by", "recording")[:50])
