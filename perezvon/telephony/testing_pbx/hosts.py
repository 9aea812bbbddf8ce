"""Two machines on one: network namespaces, each behind a cable (veth) of its own, and an address that all of them reach."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from ..pbx.program import Program


@dataclass(frozen=True, slots=True)
class Host:
    """A namespace: its own ``address``, and ours at the other end of the cable, ``gateway``."""

    name: str
    address: str
    gateway: str

    def runs(self, program: Program) -> Program:
        """The program, started there."""
        return replace(program, command=("ip", "netns", "exec", self.name, *program.command))


def why_not() -> str:
    """Why namespaces cannot be made here; "" when they can."""
    if not shutil.which("ip"):
        return "no ip: apt-get install iproute2"
    if os.geteuid() != 0:
        return "network namespaces need root"
    name = f"pz-try-{os.getpid()}"
    done = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if done.returncode:
        return f"network namespaces are not allowed here: {done.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", name], check=False)
    return ""


@contextmanager
def hosts(count: int) -> Iterator[tuple[list[Host], str]]:
    """So many machines, and the prefix ("10.177.0.") of addresses on our loopback that all of them reach; removed at the end."""
    net = f"10.{100 + os.getpid() % 100}"
    made: list[Host] = []
    try:
        for place in (1, 9, 10):
            _ip("addr", "add", f"{net}.0.{place}/32", "dev", "lo")
        for number in range(1, count + 1):
            made.append(Host(f"pz{os.getpid()}-{number}", f"{net}.{number}.2", f"{net}.{number}.1"))
            _plug(made[-1], f"pz{os.getpid() % 100_000}-{number}")
        yield made, f"{net}.0."
    finally:
        for host in made:
            subprocess.run(
                ["ip", "netns", "del", host.name], check=False, capture_output=True
            )  # its cable goes with it
        for place in (1, 9, 10):
            subprocess.run(["ip", "addr", "del", f"{net}.0.{place}/32", "dev", "lo"], check=False, capture_output=True)


def _plug(host: Host, cable: str) -> None:
    _ip("netns", "add", host.name)
    _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", host.name)
    _ip("addr", "add", f"{host.gateway}/24", "dev", cable)
    _ip("link", "set", cable, "up")
    for words in (("link", "set", "lo", "up"), ("addr", "add", f"{host.address}/24", "dev", "eth0"), ("link", "set", "eth0", "up"),
                  ("route", "add", "default", "via", host.gateway)):  # fmt: skip
        _ip("-n", host.name, *words)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
