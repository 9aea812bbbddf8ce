"""The sound of one side of a call: it says a tone of its own, and tells whose tones it hears."""

import math
import re
import select
import socket
import struct
import threading
import time
from pathlib import Path

from .ports import LOOPBACK

RATE, FRAME = 8000, 160  # samples a second and in a packet of 20 ms
ALAW = 8  # the payload type of RFC 3551
LOUD = 4000.0
_MEDIA = re.compile(r"m=audio (\d+)")


class Ear:
    """Speaks and hears RTP at ``address``; ``tone`` is its voice in Hz, 0 = it says nothing.

    sipp carries the signalling: its message file tells where Asterisk wants the sound.
    """

    def __init__(self, tone: int, address: str) -> None:
        self.tone = tone
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 0))
        self.port = int(self.socket.getsockname()[1])
        self.messages: Path | None = None
        self._heard: list[bytes] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._live, name=f"ear-{tone}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Be quiet and deaf."""
        self._stop.set()
        self._thread.join(2)
        self.socket.close()

    def hears(self, *tones: int, seconds: float = 0.8) -> set[int]:
        """Which of these tones come in during the next seconds."""
        self._heard = []
        self._stop.wait(seconds)
        samples = [_linear(octet) for packet in self._heard for octet in packet[12:]]
        return {tone for tone in tones if _power(samples, tone) > LOUD / 8}

    def loudest(self, seconds: float = 1.5) -> int:
        """The largest amplitude (0 ... 4096) that comes in during the next seconds: silence is below 100."""
        self._heard = []
        self._stop.wait(seconds)
        return max((abs(_linear(octet)) for packet in self._heard for octet in packet[12:]), default=0)

    def hears_soon(self, wanted: set[int], *tones: int, seconds: float = 8.0) -> set[int]:
        """As ``hears``, repeated until it is what was wanted, or the time is over."""
        end = time.monotonic() + seconds
        while (found := self.hears(*tones)) != wanted and time.monotonic() < end:
            pass
        return found

    def _live(self) -> None:
        number, due = 0, time.monotonic()
        while not self._stop.is_set():
            if select.select([self.socket], [], [], max(0.0, due - time.monotonic()))[0]:
                self._heard.append(self.socket.recv(2048))
                continue
            due = max(due + FRAME / RATE, time.monotonic() - 1)
            number += 1
            if number % 25 == 1:
                self._whereto()
            if self.tone and self._to:
                self.socket.sendto(self._packet(number), (LOOPBACK, self._to))

    _to = 0

    def _whereto(self) -> None:
        """Where the newest call wants the sound."""
        text = self.messages.read_text(errors="replace") if self.messages and self.messages.exists() else ""
        ports = [int(port) for port in _MEDIA.findall(text) if int(port) != self.port]
        self._to = ports[-1] if ports else 0

    def _packet(self, number: int) -> bytes:
        head = struct.pack("!BBHII", 0x80, ALAW, number & 0xFFFF, number * FRAME & 0xFFFFFFFF, self.port)
        first = number * FRAME
        return head + bytes(
            _alaw(int(LOUD * math.sin(2 * math.pi * self.tone * (first + one) / RATE))) for one in range(FRAME)
        )


def _alaw(sample: int) -> int:
    """ITU-T G.711."""
    sign, size = (0x80, sample) if sample >= 0 else (0, -sample - 1)
    exponent = max(0, size.bit_length() - 8)
    mantissa = (size >> (4 if exponent == 0 else exponent + 3)) & 0x0F
    return ((exponent << 4) | mantissa | sign) ^ 0x55


def _linear(octet: int) -> int:
    octet ^= 0x55
    exponent, mantissa = (octet >> 4) & 7, octet & 0x0F
    size = (mantissa << 4) + 8 if exponent == 0 else ((mantissa << 4) + 0x108) << (exponent - 1)
    return size if octet & 0x80 else -size


def _power(samples: list[int], tone: int) -> float:
    """The amplitude of one frequency (Goertzel)."""
    if not samples:
        return 0.0
    step, one, two = 2 * math.cos(2 * math.pi * tone / RATE), 0.0, 0.0
    for sample in samples:
        one, two = sample + step * one - two, one
    return 2 * math.sqrt(max(0.0, one * one + two * two - step * one * two)) / len(samples)
