"""What the people who answer calls are doing: the state they chose, or what a call has made of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from perezvon.staff.models import Presence
from perezvon.staff.reads import presence_of

from .actions.directory import Directory, directory
from .models import Call, WrapUp


class Doing(TextChoices):
    """States that nobody chooses: a call makes them."""

    RINGING = "ringing", _("the telephone rings")
    TALKING = "talking", _("talking")
    HELD = "held", _("on hold")
    WRAP_UP = "wrap_up", _("wrap-up")


TONES = {
    "ringing": "azure", "talking": "purple", "held": "indigo", "wrap_up": "cyan", "available": "green", "break": "yellow",
    "dnd": "red", "outbound": "blue", "away": "orange", "offline": "secondary",
}  # fmt: skip
RANK = {Doing.RINGING.value: 1, Doing.HELD.value: 2, Doing.TALKING.value: 3}  # of several calls the foremost


@dataclass(frozen=True, slots=True)
class AgentState:
    """``state`` is a value of ``Doing`` or of ``Presence.State``; ``reason`` the words chosen with the latter.

    ``until`` is when a wrap-up ends by itself; ``call_id`` the call that makes the state.
    """

    user_id: int
    state: str
    since: datetime | None = None
    reason: str = ""
    call_id: int | None = None
    until: datetime | None = None

    @property
    def is_free(self) -> bool:
        """Whether a call may be given to him now."""
        return self.state == Presence.State.AVAILABLE

    @property
    def label(self) -> object:
        """The state in words, a reason instead of its state."""
        known = Doing if self.state in Doing.values else Presence.State
        return self.reason or known(self.state).label


def states(user_ids: Iterable[int], at: datetime) -> dict[int, AgentState]:
    """What each of these people does now; whoever never chose a state is offline. Some four statements."""
    wanted = set(user_ids)
    found = {pk: AgentState(pk, Presence.State.OFFLINE.value) for pk in wanted}
    for pk, presence in presence_of(wanted).items():
        found[pk] = AgentState(pk, presence.state, presence.since, presence.reason)
    for wrap in WrapUp.objects.filter(user__in=wanted, until=None, most_until__gt=at):
        found[wrap.user_id] = AgentState(
            wrap.user_id, Doing.WRAP_UP.value, wrap.since, call_id=wrap.call_id, until=wrap.most_until
        )
    for state in on_calls(at):
        known = found.get(state.user_id)
        if known is not None and RANK.get(known.state, 0) < RANK[state.state]:
            found[state.user_id] = state
    return found


def wrap_up_of(user: Any, call: Call | None = None) -> WrapUp | None:
    """The wrap-up of ``user`` that is on, after this call when one is named."""
    rows = WrapUp.objects.filter(user=user, until=None).select_related("call__person")
    return (rows.filter(call=call) if call else rows).order_by("-since").first()


def on_calls(at: datetime) -> Iterator[AgentState]:
    """Everybody whom a lasting call occupies; one person may come several times."""
    calls = list(Call.objects.live().order_by("started_at", "id")[:2000])
    book = directory({call.provider_id for call in calls}) if calls else None
    for call in calls:
        yield from occupied(call, book)


def occupied(call: Call, book: Directory | None) -> Iterator[AgentState]:
    """Everybody whom this call occupies: it rings at them, or they talk in it."""
    for attempt in call.attempts:
        if not attempt.get("cause") and book is not None:
            user = book.user_of(call.provider_id, attempt.get("extension", ""))
            if user is not None:
                yield AgentState(user, Doing.RINGING.value, datetime.fromisoformat(attempt["at"]), call_id=call.pk)
    if call.state in (Call.State.TALKING, Call.State.HELD) and call.user_id is not None and call.path:
        began = datetime.fromisoformat(call.path[-1]["at"])
        yield AgentState(call.user_id, str(call.state), began, call_id=call.pk)
