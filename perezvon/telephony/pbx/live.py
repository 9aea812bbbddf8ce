"""The channels of calls that last, and who is behind each of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..providers.asterisk.ami import Fields
from ..providers.asterisk.channels import extension_of, is_trunk
from .plan import TRUNK_PREFIX


@dataclass(frozen=True, slots=True)
class Channel:
    """One leg. ``call_key`` is Call.key; ``extension`` the employee's internal number, "" for the client's side.

    ``seconds`` is how long it is there; ``is_up`` = answered; ``application`` and ``data`` what it is doing (Queue, Dial).
    """

    name: str
    id: str
    call_key: str
    extension: str
    is_client: bool
    is_up: bool
    bridge: str
    application: str
    data: str
    context: str
    seconds: int

    @property
    def is_waiting(self) -> bool:
        """It stands in a queue and nobody has taken it."""
        return self.application == "Queue" and not self.bridge


def channels(rows: Iterable[Fields]) -> list[Channel]:
    """CoreShowChannels as channels."""
    return [_channel(row) for row in rows if row.get("Event") == "CoreShowChannel"]


def _channel(row: Fields) -> Channel:
    name = str(row.get("Channel", ""))
    outside = is_trunk(name, (TRUNK_PREFIX,))
    return Channel(
        name=name, id=str(row.get("Uniqueid", "")), call_key=str(row.get("Linkedid", "")),
        extension="" if outside else extension_of(name), is_client=outside, is_up=str(row.get("ChannelState")) == "6",
        bridge=str(row.get("BridgeId") or ""), application=str(row.get("Application", "")),
        data=str(row.get("ApplicationData", "")), context=str(row.get("Context", "")),
        seconds=_seconds(str(row.get("Duration", ""))),
    )  # fmt: skip


def _seconds(text: str) -> int:
    """ "01:02:03" in seconds."""
    total = 0
    for part in text.split(":"):
        total = total * 60 + (int(part) if part.isdecimal() else 0)
    return total
