"""Keeps children running: starts them, restarts a dead one with back-off, stops all of them cleanly."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

log = logging.getLogger("perezvon.supervisor")

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0  # seconds before a dead child is started again
SETTLED = 30.0  # a child that lived this long starts again at once
GRACE = 15.0  # seconds from SIGTERM to SIGKILL
TICK = 0.2


@dataclass
class Child:
    """What to run. `once`: it may end by itself (the demo); with exit code 0 it is simply done."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    pass_fds: tuple[int, ...] = ()
    once: bool = False
    waits: bool = False  # for release(): the first page must not wait for this one
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    not_before: float = 0.0
    pause: float = FIRST_PAUSE
    is_done: bool = False
    deaths: int = 0

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        parent = os.getpid()
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, **self.environment, "PEREZVON_PROCESS": self.name},
            stdin=subprocess.DEVNULL,
            pass_fds=self.pass_fds,
            start_new_session=True,  # Ctrl-C reaches the supervisor only, which stops the children in order
            preexec_fn=lambda: die_with(parent),
        )
        self.started = time.monotonic()
        log.info("started", extra={"child": self.name, "child_pid": self.process.pid})

    def look(self) -> None:
        """Start it when it is not running and its pause is over."""
        if self.is_done or self.waits or self.is_running:
            return
        now = time.monotonic()
        if self.process is not None:
            self._note_death(now)
        if not self.is_done and now >= self.not_before:
            self.start()

    def _note_death(self, now: float) -> None:
        assert self.process is not None
        code, self.process = self.process.returncode, None
        if self.once:
            self.is_done = True
            if code:
                log.error("failed", extra={"child": self.name, "code": code})
            return
        self.deaths += 1
        self.pause = FIRST_PAUSE if now - self.started > SETTLED else min(self.pause * 2, LONGEST_PAUSE)
        self.not_before = now + self.pause
        log.error("died; it is started again", extra={"child": self.name, "code": code, "in_seconds": self.pause})


class Supervisor:
    """Runs children until `stop` is set. `chores` are called at every tick (PostgreSQL is looked after there)."""

    def __init__(self, children: Sequence[Child], *, chores: Sequence[Callable[[], None]] = ()) -> None:
        self.children = list(children)
        self.chores = list(chores)
        self.stop = threading.Event()

    def stop_on_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stop.set())

    def run(self) -> None:
        """Blocks until `stop`; returns when every child has ended."""
        try:
            while not self.stop.is_set():
                for chore in self.chores:
                    chore()
                for child in self.children:
                    child.look()
                self.stop.wait(TICK)
        finally:
            self.stop_children()

    def release(self) -> None:
        """Start those that wait."""
        for child in self.children:
            child.waits = False

    def drop(self, child: Child) -> None:
        """Stop one that is no longer wanted and forget it."""
        self.children.remove(child)
        _end([child])

    def stop_children(self) -> None:
        _end(self.children)


def _end(children: Sequence[Child]) -> None:
    """SIGTERM to those that run, SIGKILL to those that do not heed it."""
    running = [child for child in children if child.is_running]
    for child in running:
        _signal(child, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    for child in running:
        assert child.process is not None
        try:
            child.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.error("did not stop in time; killed", extra={"child": child.name})
            _signal(child, signal.SIGKILL)
            child.process.wait()


def _signal(child: Child, number: int) -> None:
    assert child.process is not None
    with contextlib.suppress(ProcessLookupError):
        child.process.send_signal(number)


def die_with(parent: int) -> None:
    """Runs in a new child: the kernel sends it SIGTERM when its parent dies, even by kill -9 (Linux)."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(1, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:  # it died between fork and prctl
        os.kill(os.getpid(), signal.SIGTERM)
