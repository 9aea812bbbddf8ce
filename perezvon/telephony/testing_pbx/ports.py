"""Ports and addresses that nobody else uses."""

import itertools
import os
import socket

_numbers = itertools.count()
LOOPBACK = "127.0.0.1"
CARRIER = "127.0.0.2"  # who calls in, and whom we call through


def free_port(kind: int = socket.SOCK_STREAM, address: str = LOOPBACK) -> int:
    """A port that is free now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def free_udp(address: str = LOOPBACK) -> int:
    """A free UDP port on an address."""
    return free_port(socket.SOCK_DGRAM, address)


def media_range(size: int = 400) -> tuple[int, int]:
    """A range of ports for sound, its own for every instance and every test process."""
    slot = (os.getpid() * 7 + next(_numbers)) % 90
    first = 20_000 + slot * size
    return first, first + size - 2
