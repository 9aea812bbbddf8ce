"""Ports and addresses that nobody else uses.

Programs bind a port some time after it was found free, so none is handed out twice, and all are below those that the system
gives to whoever asks for any (32768 and more): telephones have 10,000-19,999, the sound of exchanges 20,000-31,999.
"""

import itertools
import os
import socket

_numbers, _handed = itertools.count(), itertools.count()
LOOPBACK = "127.0.0.1"
CARRIER = "127.0.0.2"  # who calls in, and whom we call through
_FIRST, _GROUPS, _GROUP = 10_000, 2_500, 4


def free_port(kind: int = socket.SOCK_STREAM, address: str = LOOPBACK) -> int:
    """A port that is free now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def free_udp(address: str = LOOPBACK) -> int:
    """A free UDP port on an address; three more behind it are free too, for sound takes several."""
    for _ in range(_GROUPS):
        port = _FIRST + (os.getpid() * 797 + next(_handed)) % _GROUPS * _GROUP
        if all(_is_free(address, port + more) for more in range(_GROUP)):
            return port
    raise RuntimeError("no UDP port is free")


def _is_free(address: str, port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def media_range(size: int = 400) -> tuple[int, int]:
    """A range of ports for sound, its own for every instance and nearly every test process."""
    slot = (os.getpid() * 7 + next(_numbers)) % (12_000 // size)
    first = 20_000 + slot * size
    return first, first + size - 2
