"""What the exchange wrote into its diary and nobody heard: stored as the events that would have been heard."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models.fields.json import KT

from perezvon.journey.actions import wake

from ..models import DiaryMark, Provider, RawEvent
from ..pbx import cel, nodes
from ..pbx.diary import Diary, Place, Written
from ..providers.asterisk.events import CUT_OFF, identity, is_kept, raw_event
from ..providers.contract import Event
from .closing import ended
from .intake import account_of, store

SETTLED = timedelta(seconds=5)  # an older call is over for good: nothing of it is on its way any more
FORGOTTEN = timedelta(days=1)  # a call whose end was never written is waited for no longer
_CALLS = 200  # looked at together
_TOLD = ("Newchannel", "DialBegin", "DialEnd", "BridgeEnter", "Hangup", "UserEvent", "BlindTransfer")
_NAMES = ("Uniqueid", "DestUniqueid", "TransfererUniqueid", "UserEvent", "Stage", "Seq")


@dataclass(frozen=True, slots=True)
class Look:
    """What a new link to the exchange shows: the calls that live, when it started (None = not known), when we heard it last.

    Of what was written after ``since`` the link itself tells.
    """

    alive: frozenset[str]
    since: datetime
    started_at: datetime | None = None
    lost_at: datetime | None = None

    def was_cut(self, began: datetime) -> bool:
        """Whether a call that began then and does not live any more ended with the exchange itself."""
        return self.started_at is not None and began < self.started_at

    @property
    def cut_at(self) -> datetime:
        """When the exchange died, as near as can be told."""
        return min(at for at in (self.lost_at, self.started_at, self.since) if at)


class ReadingBack:
    """The diary of one exchange, read by the process that listens to it."""

    def __init__(self, provider: Provider) -> None:
        self.provider, self.account = provider, account_of(provider)
        mark = DiaryMark.objects.filter(provider=provider).first()
        self.saved = Place(mark.file, mark.offset) if mark else Place()
        self.diary = Diary(nodes.node_for(provider).diary, self.saved)

    def catch_up(self, look: Look, *, at: datetime) -> set[str]:
        """After a silence: what is missing of every call. Returns the calls that are over by the diary."""
        over: set[str] = set()
        while self.diary.read_on():
            done = {key: one for key, one in self.diary.calls.items() if cel.is_over(key, one.rows)}
            self._keep({key: _until(look.since, one) for key, one in done.items()}, {}, at)
            self._let_go(done)
            over |= set(done)
        self._settle_the_rest(look, at)
        return over

    def go_on(self, *, at: datetime) -> None:
        """While we listen: calls that are over and were heard are let go; what was not heard after all is stored."""
        while self.diary.read_on():
            pass
        calm = at - SETTLED
        over = {key: one for key, one in self.diary.calls.items() if cel.is_over(key, one.rows) and _last(one) < calm}
        gone = [key for key, one in self.diary.calls.items() if _last(one) < at - FORGOTTEN]
        heard = RawEvent.objects.filter(provider=self.provider, call_key__in=list(over), name="Hangup")
        known = set(heard.values_list("call_key", flat=True).distinct())
        self._keep({key: one for key, one in over.items() if key not in known}, {}, at)
        self._let_go([*over, *gone])

    def _settle_the_rest(self, look: Look, at: datetime) -> None:
        """Calls without an end: they last, or the exchange died under them."""
        calls = self.diary.calls
        gone = [key for key, one in calls.items() if key not in look.alive and look.was_cut(_moment(one.rows[0]))]
        cut = {key: ended(key, look.cut_at, CUT_OFF) for key in gone}
        self._keep({key: _until(look.since, one) for key, one in calls.items()}, cut, at)
        self._let_go(cut)

    @transaction.atomic
    def _keep(self, calls: Mapping[str, Written], cut: Mapping[str, Event], at: datetime) -> None:
        """Store what is missing of these calls, and the ends of those that were cut off."""
        told = {key: cel.events(key, one.rows) for key, one in calls.items() if cel.is_whole(key, one.rows)}
        known = self._known(told)
        missing = [
            (raw_event(fields), at)
            for key, events in sorted(told.items())
            for fields in events
            if is_kept(fields) and (key, *(identity(fields) or ())) not in known
        ]
        ends = [(event, at) for key, event in sorted(cut.items()) if key in told]
        if store(self.account, [*missing, *ends]):
            wake("telephony.interpret")

    def _known(self, keys: Iterable[str]) -> set[tuple[str, ...]]:
        """What is stored of these calls already: the call and the identity of each event."""
        found: set[tuple[str, ...]] = set()
        wanted = sorted(keys)
        for first in range(0, len(wanted), _CALLS):
            rows = RawEvent.objects.filter(
                provider=self.provider, call_key__in=wanted[first : first + _CALLS], name__in=_TOLD
            )
            columns = {f"told_{name.lower()}": KT(f"payload__{name}") for name in _NAMES}
            for key, name, *values in rows.values_list("call_key", "name", *columns.values()):
                told: dict[str, Any] = {"Event": name, **dict(zip(_NAMES, values, strict=True))}
                found.add((key, *(identity(told) or ())))
        return found

    def _let_go(self, keys: Iterable[str]) -> None:
        """Forget the rows of calls that need no more, and remember how far we are."""
        for key in keys:
            self.diary.calls.pop(key, None)
        self.diary.put_aside()
        place = self.diary.kept()
        if place != self.saved:
            DiaryMark.objects.update_or_create(
                provider=self.provider, defaults={"file": place.file, "offset": place.offset}
            )
            self.saved = place


def _until(moment: datetime, written: Written) -> Written:
    return Written(written.first, [row for row in written.rows if _moment(row) < moment])


def _moment(row: cel.Row) -> datetime:
    return datetime.fromtimestamp(float(row["time"]), UTC)


def _last(written: Written) -> datetime:
    return _moment(written.rows[-1])
