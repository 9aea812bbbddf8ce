"""The diary of calls (CEL) that Asterisk itself writes, as the events that AMI would have brought.

What was heard live is left as it is: of the diary only those events are taken that are not there yet (``identity`` of
providers/asterisk/events.py tells them apart), so a call heard in part gets its missing middle or its end. The diary
knows no hold. Source of the format: cel_custom of Asterisk 22, with the fields of generate/base.py in their order.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any

from ..providers.asterisk.channels import extension_of, is_telephone_of_many
from ..providers.asterisk.events import DIARY
from .generate.base import CEL_FIELDS
from .generate.dialplan import END_FIELDS, STAGE_FIELDS

_NAMES = (
    "event", "time", "number", "name", "exten", "context", "channel", "application", "data", "id", "call", "peer", "type", "extra",
)  # fmt: skip
assert len(_NAMES) == len(CEL_FIELDS)
_AT_ONCE = 0.5  # seconds within which a telephone stops ringing when the caller has gone
_QUIETLY = ("0", "16", "26")  # causes of a leg that was taken back, not refused
Row = dict[str, str]
Fields = dict[str, Any]


def row_of(line: str) -> Row | None:
    """A line of the diary; None for one that is not whole."""
    cells = next(csv.reader([line]), [])
    row = dict(zip(_NAMES, cells, strict=False)) if len(cells) == len(_NAMES) else {}
    return row if row.get("call") and row["time"].replace(".", "", 1).isdecimal() else None


def is_whole(key: str, rows: Iterable[Row]) -> bool:
    """Whether the beginning of the call is among the rows; without it nothing is to be told."""
    return any(row["id"] == key and row["event"] == "CHAN_START" for row in rows)


def is_over(key: str, rows: Iterable[Row]) -> bool:
    """Whether the last channel of the call is gone."""
    return any(row["event"] == "LINKEDID_END" and row["call"] == key for row in rows)


def events(key: str, rows: Iterable[Row]) -> list[Fields]:
    """One call as AMI would have told it; the moments are Asterisk's own."""
    return list(Told(key, rows).events())


class Told:
    """The rows of one call, read with an eye on one another."""

    def __init__(self, key: str, rows: Iterable[Row]) -> None:
        self.key = key
        self.rows = sorted(rows, key=lambda row: float(row["time"]))
        self.master = next((row["channel"] for row in self.rows if row["id"] == key), "")
        self.left = list(self._left())
        self.answered: set[str] = set()
        # Who stands for several telephones of a person: extension -> the half that rings them.
        self.many = {extension_of(row["channel"]): row["channel"] for row in self.rows if _rings_many(row)}

    def events(self) -> Iterator[Fields]:
        """In order of time, stamped."""
        count = 0
        for row in self.rows:
            for fields in self._of(row):
                stamp = float(row["time"]) + count * 1e-6
                yield {**fields, "Linkedid": self.key, "Timestamp": row["time"], "_t": stamp, DIARY: "CEL"}
                count += 1

    def _left(self) -> Iterator[float]:
        """When the caller gave up waiting: he hung up, or asked to be called back."""
        for row in self.rows:
            cells = _cells(row)
            by_himself = row["event"] == "END" and cells[2:3] == [self.master]
            if by_himself or (row["event"] == "STAGE" and cells[0] == "callback"):
                yield float(row["time"])

    def _of(self, row: Row) -> Iterator[Fields]:
        own = {"Channel": row["channel"], "Uniqueid": row["id"]}
        match row["event"]:
            case "CHAN_START":
                yield {
                    "Event": "Newchannel", **own, "CallerIDNum": row["number"], "Exten": row["exten"], "Context": row["context"],
                }  # fmt: skip
                if row["id"] != self.key and not _rings_many(row):
                    yield {"Event": "DialBegin", **self._leg(row)}
            case "STAGE":
                told = dict(zip(STAGE_FIELDS, _cells(row), strict=False))
                yield {"Event": "UserEvent", "UserEvent": "CallStage", **own, **told}
            case "END":
                told = dict(zip(END_FIELDS, _cells(row), strict=False))
                yield {"Event": "UserEvent", "UserEvent": "CallEnd", **own, **told}
            case "ANSWER" if row["id"] != self.key:
                self.answered.add(row["id"])
                yield {"Event": "DialEnd", **self._leg(row), "DialStatus": "ANSWER"}
            case "BRIDGE_ENTER":
                yield {"Event": "BridgeEnter", **own}
            case "BLINDTRANSFER":
                yield {
                    "Event": "BlindTransfer", "TransfererChannel": row["channel"], "TransfererUniqueid": row["id"],
                    "Result": "Success", "Extension": str(_extra(row).get("extension", "")),
                }  # fmt: skip
            case "HANGUP":
                yield from self._hung_up(row, own)

    def _hung_up(self, row: Row, own: Fields) -> Iterator[Fields]:
        """The end of a channel; of a telephone that only rang also why, when the caller had gone."""
        cause = str(_extra(row).get("hangupcause", ""))
        if row["id"] != self.key and row["id"] not in self.answered and cause in _QUIETLY and self.left:
            gone = any(abs(left - float(row["time"])) < _AT_ONCE for left in self.left)
            yield {"Event": "DialEnd", **self._leg(row), "DialStatus": "CANCEL" if gone else "NOANSWER"}
        yield {"Event": "Hangup", **own, "Cause": cause}

    def _leg(self, row: Row) -> Fields:
        """A telephone and the channel that rang it."""
        rung_by = "" if row["channel"].startswith("Local/") else self.many.get(extension_of(row["channel"]), "")
        return {
            "Channel": rung_by or self.master, "Uniqueid": self.key, "DestChannel": row["channel"], "DestUniqueid": row["id"],
        }  # fmt: skip


def _rings_many(row: Row) -> bool:
    return is_telephone_of_many(row["channel"]) and row["channel"].endswith(";2")


def _extra(row: Row) -> dict[str, Any]:
    try:
        found = json.loads(row["extra"] or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _cells(row: Row) -> list[str]:
    return str(_extra(row).get("extra", "")).split("|")
