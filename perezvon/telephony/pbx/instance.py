"""A node on this machine: its folders, its files, its process."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from .node import Node
from .program import PbxError, Program

START_SECONDS = 20.0


def prepare(node: Node) -> None:
    """Make the folders. The folders are the owner's alone: configuration holds passwords, spool holds talks."""
    for folder in node.folders():
        folder.mkdir(parents=True, exist_ok=True)
    os.chmod(node.folder, 0o700)
    os.chmod(node.run, 0o700)


def write(node: Node, files: Mapping[str, str]) -> None:
    """Put the files (with their secrets) into place, one by one and each whole; others are removed. OSError."""
    prepare(node)
    for name, text in files.items():
        partial = node.etc / f".{name}.new"
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        partial.rename(node.etc / name)
    for old in node.etc.glob("*.conf"):
        if old.name not in files:
            old.unlink()


def written(node: Node) -> dict[str, str]:
    """The files as they are, secrets included."""
    return {path.name: path.read_text(encoding="utf-8") for path in node.etc.glob("*.conf")}


def command(program: Program, node: Node) -> list[str]:
    """What runs the node in the foreground, until SIGTERM."""
    return [*program.command, "-C", str(node.etc / "asterisk.conf"), "-f", "-n", "-q"]


def start(program: Program, node: Node) -> subprocess.Popen[bytes]:
    """Start the node and wait until it answers. PbxError with the last lines of its log when it does not."""
    prepare(node)
    child = subprocess.Popen(
        command(program, node), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, cwd=node.folder,
    )  # fmt: skip
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and child.poll() is None:
        if is_up(node):
            return child
        time.sleep(0.05)
    stop(child)
    raise PbxError(f"Asterisk did not start:\n{last_words(node)}")


def stop(child: subprocess.Popen[bytes], seconds: float = 10.0) -> None:
    """End the node; its calls end with it."""
    with contextlib.suppress(ProcessLookupError):
        child.send_signal(signal.SIGTERM)
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def is_up(node: Node) -> bool:
    """Whether the manager interface says its name."""
    try:
        with socket.create_connection((node.text("host"), node.number("port")), timeout=0.5) as link:
            return link.recv(64).startswith(b"Asterisk Call Manager")
    except OSError:
        return False


def started_at(node: Node) -> datetime | None:
    """Since when it runs, by its control socket; None when it does not run here."""
    try:
        return datetime.fromtimestamp((node.run / "asterisk.ctl").stat().st_mtime, UTC) if is_up(node) else None
    except OSError:
        return None


def last_words(node: Node, lines: int = 12) -> str:
    """The end of its log."""
    try:
        text = (node.log / "messages.log").read_text(errors="replace")
    except OSError:
        return f"(no log in {node.log})"
    return "\n".join(text.splitlines()[-lines:])


def free_ports(
    node_ports: Mapping[str, int], hosts: Mapping[str, str], udp: frozenset[str] = frozenset({"sip_port"})
) -> list[str]:
    """Which of the named ports somebody else listens on already."""
    taken = []
    for name, port in node_ports.items():
        kind = socket.SOCK_DGRAM if name in udp else socket.SOCK_STREAM
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((hosts.get(name, "127.0.0.1"), port))
            except OSError:
                taken.append(name)
    return taken


def run(program: Program, node: Node) -> None:
    """Become the node: this process is replaced. OSError when it cannot be."""
    prepare(node)
    sys.stdout.flush()
    os.chdir(node.folder)
    arguments = command(program, node)
    os.execv(arguments[0], arguments)  # noqa: S606 - no shell


def size_of(folder: Path) -> int:
    """Bytes on disk."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
