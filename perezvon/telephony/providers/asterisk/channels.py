"""Names of channels: PJSIP/101-0000002a, Local/101@queue-00000001;1."""

import re

_BROWSER = re.compile(r"(\d+)w")  # the endpoint of a number's telephone in the browser
_SERIAL = re.compile(r"-[0-9a-f]{6,10}(;\d)?$")


def peer_of(channel: str) -> str:
    """The part of a channel's or interface's name that names the peer: "101", "trunk"."""
    name = _SERIAL.sub("", channel.partition("/")[2])
    return name.partition("@")[0].partition("/")[0]


def extension_of(channel: str) -> str:
    """The employee's internal number behind a channel or an interface, whichever of his telephones it is."""
    peer = peer_of(channel)
    browser = _BROWSER.fullmatch(peer)
    return browser[1] if browser else peer[:48]


def is_trunk(channel: str, trunks: tuple[str, ...]) -> bool:
    """Whether a channel leads outside; ``trunks`` are the names of those endpoints."""
    peer = peer_of(channel)
    return bool(peer) and any(peer == name or peer.startswith(name + "-") for name in trunks)
