"""The supervisor: what dies comes back, what is told to stop stops, nobody is left behind."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil

from perezvon.config.processes.supervisor import Child, Supervisor
from tests.faults.installation import eventually

WAITS = "import signal, sys\nsignal.sigwait([signal.SIGTERM])\nsys.exit(0)"
STUBBORN = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('ready', flush=True)\nwhile True: signal.pause()"


def running(supervisor: Supervisor) -> threading.Thread:
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    return thread


def python(code: str, name: str = "child", **more) -> Child:
    # The supervisor of a test lives in a thread, and a child would die with its thread.
    return Child(name, [sys.executable, "-c", code], **more)


def test_a_dead_child_is_started_again() -> None:
    child = python(WAITS)
    supervisor = Supervisor([child])
    thread = running(supervisor)
    try:
        first = eventually(lambda: child.is_running and child.process.pid, within=10)
        os.kill(first, signal.SIGKILL)
        eventually(lambda: child.is_running and child.process.pid != first, within=10)
        assert child.deaths == 1
    finally:
        supervisor.stop.set()
        thread.join()
    assert not child.is_running


def test_a_child_that_keeps_dying_is_started_ever_more_rarely() -> None:
    child = python("raise SystemExit(3)")
    supervisor = Supervisor([child])
    thread = running(supervisor)
    try:
        eventually(lambda: child.deaths >= 2, within=10)
        assert child.pause > 0.2
    finally:
        supervisor.stop.set()
        thread.join()


def test_what_runs_once_is_not_repeated() -> None:
    child = python("pass", once=True)
    supervisor = Supervisor([child])
    thread = running(supervisor)
    try:
        eventually(lambda: child.is_done, within=10)
        assert child.deaths == 0
    finally:
        supervisor.stop.set()
        thread.join()


def test_a_child_that_will_not_stop_is_killed(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr("perezvon.config.processes.supervisor.GRACE", 0.3)
    ready = tmp_path / "ready"
    child = python(STUBBORN.replace("print('ready', flush=True)", f"open({str(ready)!r}, 'w').close()"))
    supervisor = Supervisor([child])
    thread = running(supervisor)
    eventually(ready.exists, within=10)
    pid = child.process.pid
    supervisor.stop.set()
    thread.join(10)
    assert not thread.is_alive() and not psutil.pid_exists(pid)


PARENT = """
import sys
from perezvon.config.processes.supervisor import Child, Supervisor
child = Child("child", [sys.executable, "-c", {waits!r}])
supervisor = Supervisor([child])
supervisor.stop_on_signals()
supervisor.chores.append(lambda: child.process and print(child.process.pid, flush=True))
supervisor.run()
"""


def parent() -> tuple[subprocess.Popen[bytes], int]:
    process = subprocess.Popen([sys.executable, "-c", PARENT.format(waits=WAITS)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    return process, int(process.stdout.readline())


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_sigterm_stops_everything() -> None:
    process, child = parent()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 0 and is_gone(child)


def test_children_die_with_a_killed_supervisor() -> None:
    process, child = parent()
    process.kill()
    process.communicate(timeout=20)
    eventually(lambda: is_gone(child), within=10)
