"""Names of channels: PJSIP/101-0000002a, Local/101@queue-00000001;1."""

import re

BROWSER_SIGN = "w"
_SERIAL = re.compile(r"-[0-9a-f]{6,10}(;\d)?$")


def peer_of(channel: str) -> str:
    """The part of a channel's or interface's name that names the peer: "101", "trunk"."""
    name = _SERIAL.sub("", channel.partition("/")[2])
    return name.partition("@")[0].partition("/")[0]


def extension_of(channel: str) -> str:
    """The employee's internal number behind a channel or an interface; his browser's telephone ("201w") has the same."""
    name = peer_of(channel)
    number = name.removesuffix(BROWSER_SIGN)
    return number if number.isdecimal() else name[:48]


def is_telephone_of_many(channel: str) -> bool:
    """Whether it stands for all telephones of a person: those ring below it and tell nothing of their own."""
    return channel.startswith("Local/") and "@phones-of" in channel


def is_trunk(channel: str, trunks: tuple[str, ...]) -> bool:
    """Whether a channel leads outside; ``trunks`` are the names of those endpoints."""
    peer = peer_of(channel)
    return bool(peer) and any(peer == name or peer.startswith(name + "-") for name in trunks)
