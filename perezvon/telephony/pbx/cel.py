"""The diary of calls (CEL) that Asterisk itself writes: what nobody heard through AMI is read back from it.

A call of which nothing was heard at all and which is over is told anew, as the events that AMI would have brought. Calls
that were heard in part are left to the events that are there. Source of the format: cel_custom of Asterisk 22, with the
fields of generate/base.py in their order.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .generate.base import CEL_FIELDS
from .generate.dialplan import END_FIELDS, STAGE_FIELDS

MOST_BYTES = 32_000_000  # of the end of the diary: some thousands of calls
_NAMES = (
    "event", "time", "number", "name", "exten", "context", "channel", "application", "data", "id", "call", "peer", "type", "extra",
)  # fmt: skip
assert len(_NAMES) == len(CEL_FIELDS)
Row = dict[str, str]
Fields = dict[str, Any]


def read(path: Path, most: int = MOST_BYTES) -> list[Row]:
    """The last rows of the diary, whole lines only; none when there is no diary."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - most))
            data = file.read()
    except OSError:
        return []
    text = data[: data.rfind(b"\n") + 1].decode("utf-8", "replace")
    if size > most:
        text = text.partition("\n")[2]
    rows = (
        dict(zip(_NAMES, cells, strict=False)) for cells in csv.reader(text.splitlines()) if len(cells) == len(_NAMES)
    )
    return [row for row in rows if row["call"] and row["time"].replace(".", "").isdecimal()]


def finished(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of calls that are over and whose beginning is there, by the call's key, in order of time."""
    calls: dict[str, list[Row]] = {}
    for row in rows:
        calls.setdefault(row["call"], []).append(row)
    whole = {
        key: sorted(own, key=lambda row: float(row["time"]))
        for key, own in calls.items()
        if {"CHAN_START", "LINKEDID_END"} <= {row["event"] for row in own if row["call"] == key}
    }
    return {
        key: own for key, own in whole.items() if any(row["id"] == key and row["event"] == "CHAN_START" for row in own)
    }


def events(key: str, rows: list[Row]) -> list[Fields]:
    """One call as AMI would have told it; the moments are Asterisk's own."""
    end = next((row for row in rows if row["event"] == "END"), None)
    gave_up = end is not None and _cells(end)[2:3] == [_master(key, rows)]
    told: list[Fields] = []
    answered: set[str] = set()
    for row in rows:
        for fields in _events(key, row, rows, answered, gave_up=gave_up):
            stamp = float(row["time"]) + len(told) * 1e-6
            told.append({**fields, "Linkedid": key, "Timestamp": row["time"], "_t": stamp, "Source": "CEL"})
    return told


def _master(key: str, rows: list[Row]) -> str:
    return next((row["channel"] for row in rows if row["id"] == key), "")


def _events(key: str, row: Row, rows: list[Row], answered: set[str], *, gave_up: bool) -> Iterator[Fields]:
    own = {"Channel": row["channel"], "Uniqueid": row["id"]}
    leg = {"Channel": _master(key, rows), "Uniqueid": key, "DestChannel": row["channel"], "DestUniqueid": row["id"]}
    is_leg = row["id"] != key
    match row["event"]:
        case "CHAN_START":
            yield {
                "Event": "Newchannel",
                **own,
                "CallerIDNum": row["number"],
                "Exten": row["exten"],
                "Context": row["context"],
            }
            if is_leg:
                yield {"Event": "DialBegin", **leg}
        case "STAGE":
            yield {
                "Event": "UserEvent",
                "UserEvent": "CallStage",
                **own,
                **dict(zip(STAGE_FIELDS, _cells(row), strict=False)),
            }
        case "END":
            yield {
                "Event": "UserEvent",
                "UserEvent": "CallEnd",
                **own,
                **dict(zip(END_FIELDS, _cells(row), strict=False)),
            }
        case "ANSWER" if is_leg:
            answered.add(row["id"])
            yield {"Event": "DialEnd", **leg, "DialStatus": "ANSWER"}
        case "BRIDGE_ENTER":
            yield {"Event": "BridgeEnter", **own}
        case "HANGUP":
            cause = str(_extra(row).get("hangupcause", ""))
            if is_leg and row["id"] not in answered and gave_up and cause in ("0", "16", "26"):
                yield {"Event": "DialEnd", **leg, "DialStatus": _unanswered(row, rows)}
            yield {"Event": "Hangup", **own, "Cause": cause}


def _unanswered(leg: Row, rows: list[Row]) -> str:
    """Whether a telephone stopped ringing because the caller gave up, or before that, by itself."""
    end = next((float(row["time"]) for row in rows if row["event"] == "END"), 0.0)
    return "CANCEL" if abs(end - float(leg["time"])) < 0.5 else "NOANSWER"


def _extra(row: Row) -> dict[str, Any]:
    try:
        found = json.loads(row["extra"] or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _cells(row: Row) -> list[str]:
    return str(_extra(row).get("extra", "")).split("|")
