"""What the exchange says and what the ledger has been told, both with the same clock: ``time.time()`` of this machine."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from typing import Any

import psycopg

from perezvon.telephony.providers.asterisk.ami import decode, encode

Moments = dict[str, dict[str, float]]  # call key -> what happened -> when first


class AmiEar:
    """A connection of its own to the manager interface. ``moments[linkedid]``: queued, ringing, connected, ended."""

    def __init__(self, host: str, port: int, username: str, secret: str) -> None:
        self.moments: Moments = {}
        self.events = 0
        self.link = socket.create_connection((host, port), timeout=10)
        self.link.sendall(encode({"Action": "Login", "Username": username, "Secret": secret, "Events": "on"}))
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        buffer = b""
        self.link.settimeout(None)
        with contextlib.suppress(OSError):
            while piece := self.link.recv(262_144):
                at = time.time()
                *whole, buffer = (buffer + piece).split(b"\r\n\r\n")
                for message in whole:
                    self._take(message, at)

    def _take(self, message: bytes, at: float) -> None:
        self.events += message.startswith(b"Event:")
        name = _meaning(message)
        if name:
            fields = decode(message)
            key = str(fields.get("Linkedid") or fields.get("DestLinkedid") or "")
            self.moments.setdefault(key, {}).setdefault(name, at)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.link.shutdown(socket.SHUT_RDWR)
        self.link.close()


def _meaning(message: bytes) -> str:
    """The step of a call that this event is the first sign of; "" for most."""
    if message.startswith(b"Event: DialBegin"):
        return "ringing"
    if not message.startswith(b"Event: UserEvent"):
        return ""
    if b"UserEvent: CallEnd" in message:
        return "ended"
    if b"\r\nStage: queue\r\n" in message:
        return "queued"
    return "connected" if b"\r\nStage: talk" in message else ""


class LedgerEar:
    """Hears of facts at the moment of their commit. ``moments[call id]``: the same words as above."""

    KINDS = {"call.queued": "queued", "call.ringing": "ringing", "call.connected": "connected", "call.ended": "ended"}

    def __init__(self, url: str) -> None:
        self.moments: dict[int, dict[str, float]] = {}
        self.link: psycopg.Connection[Any] = psycopg.connect(url, autocommit=True)
        self.link.execute("LISTEN live")
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        with contextlib.suppress(psycopg.Error):
            while not self.stop.is_set():
                for notice in self.link.notifies(timeout=0.2):
                    self._take(notice.payload, time.time())

    def _take(self, payload: str, at: float) -> None:
        for entry in json.loads(payload):
            name = self.KINDS.get(entry.get("k", ""))
            if name and isinstance(entry.get("c"), int):
                self.moments.setdefault(entry["c"], {}).setdefault(name, at)

    def by_key(self, provider_id: int) -> Moments:
        """The same by the exchange's names of the calls."""
        keys = self.link.execute(
            "SELECT id, key FROM telephony_call WHERE provider_id = %s AND id = ANY(%s)",
            [provider_id, list(self.moments)],
        ).fetchall()
        return {key: self.moments[pk] for pk, key in keys}

    def close(self) -> None:
        self.stop.set()
        self.thread.join(2)
        self.link.close()
