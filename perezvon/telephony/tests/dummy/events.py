"""JSON of one shape: what happened, when, to whom."""

from dataclasses import dataclass
from datetime import UTC, datetime

from perezvon.telephony.providers.capabilities import STATISTICS
from perezvon.telephony.providers.contract import ExchangeError, Inferred, Stored, read_inferred, text_of, whole

EVENTS = ("ring", "answer", "end")


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """``told`` = by the statistics, which decide."""

    at: datetime
    event: str
    client: str
    line: str
    employee: str
    talk: int
    told: bool


DummyEvent = Moment | Inferred


def read(stored: Stored) -> DummyEvent:
    """The typed event. ExchangeError when a field that matters makes no sense."""
    fields = stored.payload
    if not isinstance(fields, dict):
        raise ExchangeError("the event is no object")
    if stored.name not in (*EVENTS, STATISTICS):
        return read_inferred(stored)
    at = datetime.fromtimestamp(whole(fields.get("at"), "at"), UTC)
    event = "end" if stored.name == STATISTICS else stored.name
    return Moment(
        at, event, text_of(fields.get("client")), text_of(fields.get("line")), text_of(fields.get("who"), 48),
        whole(fields.get("talk") or 0, "talk"), stored.name == STATISTICS,
    )  # fmt: skip
