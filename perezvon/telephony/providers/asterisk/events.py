"""AMI events as typed events.

Source: the manager interface of Asterisk 22. The listener stamps every event with ``_t``, the moment
of its arrival in unix seconds, strictly rising within a connection: AMI promises order of arrival
only. ``Timestamp`` (timestampevents=yes) is the exchange's own clock.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..capabilities import ASKED, Asked
from ..contract import KEY_LIMIT, Event, ExchangeError, Inferred, Stored, clean, digest_of, read_inferred

# What is stored; all the rest of the stream (hundreds of events per call) says nothing about stages.
KEPT = frozenset(
    {
        "Newchannel", "QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon", "AgentCalled",
        "AgentRingNoAnswer", "AgentConnect", "AgentComplete", "DialBegin", "DialEnd", "BridgeEnter", "HangupRequest",
        "Hangup", "Hold", "Unhold", "BlindTransfer", "AttendedTransfer", "DTMFEnd",
    }
)  # fmt: skip
USER_EVENTS = frozenset({"CallStage", "CallEnd"})
VARIABLES = frozenset({"QUEUESTATUS", "MIXMONITOR_FILENAME"})
MENU_APPS = frozenset({"background", "waitexten", "read"})
CLOSED_WORDS = ("offhours", "off-hours", "closed", "nonworking")
_NOISE = frozenset(
    {
        "Privilege", "ChannelStateDesc", "ChannelState", "Language", "AccountCode", "DestAccountCode", "DestLanguage",
        "DestChannelState", "DestChannelStateDesc", "ConnectedLineName", "DestConnectedLineName", "DestCallerIDName",
        "Cause-txt", "BridgeTechnology", "BridgeType", "BridgeCreator", "BridgeName", "BridgeVideoSourceMode",
    }
)  # fmt: skip
_LATEST = 4_102_444_800.0
CUT_OFF = "exchange restarted"  # the reason of an end that we know of although nobody told it
DIARY = "Source"  # a field that only events read back from the exchange's own diary have


@dataclass(frozen=True, slots=True)
class AmiEvent:
    """One event: its name, arrival stamp, moment and fields; fields are only read."""

    name: str
    arrived: float
    at: datetime
    fields: Mapping[str, Any]
    text: str

    def __getitem__(self, name: str) -> str:
        value = self.fields.get(name, "")
        if isinstance(value, list):  # a key that came several times
            value = value[-1]
        return "" if value in (None, "<unknown>") else str(value)

    @property
    def is_read_back(self) -> bool:
        """It was not heard but read back from the exchange's diary."""
        return DIARY in self.fields

    @property
    def order(self) -> tuple[float, str]:
        """Arrival, then content: a set has one order however it was stored."""
        return (self.arrived, self.text)


def linked_id(fields: Mapping[str, Any]) -> str:
    """The call an event belongs to; "" for none."""
    own = fields.get("Linkedid") or fields.get("DestLinkedid") or fields.get("TransfererLinkedid") or ""
    return str(own if not isinstance(own, list) else own[0])[:KEY_LIMIT]


def identity(fields: Mapping[str, Any]) -> tuple[str, ...] | None:
    """What happened, whoever told it: AMI and the diary tell the same things of a call. None for what only AMI knows."""
    name = str(fields.get("Event", ""))
    if name == "UserEvent":
        name = str(fields.get("UserEvent", ""))
        own = ("Uniqueid", "Stage", "Seq") if name == "CallStage" else ("Uniqueid",)
    elif name in ("DialBegin", "DialEnd"):
        own = ("DestUniqueid",)
    elif name in ("Newchannel", "BridgeEnter", "Hangup"):
        own = ("Uniqueid",)
    elif name == "BlindTransfer":
        own = ("TransfererUniqueid",)
    else:
        return None
    return (name, *(str(fields.get(field) or "") for field in own))


def is_kept(fields: Mapping[str, Any]) -> bool:
    """Whether the event says something about a call's way."""
    name = fields.get("Event")
    if not linked_id(fields) and name not in ("BlindTransfer", "AttendedTransfer"):
        return False
    if name == "UserEvent":
        return fields.get("UserEvent") in USER_EVENTS
    if name == "VarSet":
        return fields.get("Variable") in VARIABLES
    if name == "Newexten":
        return _is_menu(fields)
    return name in KEPT


def _is_menu(fields: Mapping[str, Any]) -> bool:
    """A step of the dialplan that shows the menu or closed doors."""
    closed = str(fields.get("Context", "")).lower().startswith(CLOSED_WORDS) and fields.get("Priority") == "1"
    return closed or str(fields.get("Application", "")).lower() in MENU_APPS or fields.get("Extension") in ("t", "i")


def raw_event(fields: Mapping[str, Any]) -> Event:
    """The event as it is stored. Two listeners on one node store one row: the stamp is not in the digest."""
    payload = clean({name: value for name, value in fields.items() if name not in _NOISE})
    own = {name: value for name, value in payload.items() if name != "_t" or "Timestamp" not in payload}
    text = json.dumps(own, sort_keys=True, ensure_ascii=False)
    return Event(str(fields.get("Event", "?"))[:40], linked_id(fields), payload, digest_of("ami", text))


def read(stored: Stored) -> AmiEvent | Asked | Inferred:
    """The typed event. ExchangeError when it has no usable moment."""
    fields = stored.payload
    if not isinstance(fields, dict):
        raise ExchangeError("the event is no object")
    if stored.name == ASKED:
        return Asked(str(fields["phone"]), str(fields["extension"]))
    if "Event" not in fields:
        return read_inferred(stored)
    arrived = _seconds(fields.get("_t") or stored.received_at.timestamp())
    told = _seconds(fields.get("Timestamp") or arrived)
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False)
    return AmiEvent(str(fields["Event"]), arrived, datetime.fromtimestamp(told, UTC), fields, text)


def _seconds(value: Any) -> float:
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        raise ExchangeError(f"{str(value)[:40]!r} is no moment") from None
    if not (math.isfinite(seconds) and 0 <= seconds <= _LATEST):
        raise ExchangeError(f"{str(value)[:40]!r} is no moment")
    return seconds
