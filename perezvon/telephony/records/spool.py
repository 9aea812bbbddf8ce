"""The folder into which an own Asterisk records.

The dialplan records the client's channel with MixMonitor(STEM.wav,b...r(STEM-rx.wav)t(STEM-tx.wav)): STEM.wav has
both sides in one, -rx what came from the channel, -tx what went to it. The two sides are optional; without them
the mixed file is kept. Asterisk writes the true length into the header when it closes the file, which is some
moments after the call: a header that tells less than the file holds means that it is still being written.
"""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..models import HEADER_BYTES

RECEIVED, SENT = "-rx", "-tx"
ABANDONED = timedelta(minutes=10)  # not touched for so long and still open: whoever wrote it is dead


@dataclass(frozen=True, slots=True)
class Spooled:
    """The files of one recording. ``received`` and ``sent`` are None when only the mix was made."""

    mixed: Path
    received: Path | None
    sent: Path | None

    @property
    def files(self) -> list[Path]:
        """All of them, the mix last: as long as it is there, the recording is not taken."""
        return [path for path in (self.received, self.sent, self.mixed) if path is not None]

    @property
    def is_empty(self) -> bool:
        """Nobody was recorded: headers without a sample."""
        return all(path.stat().st_size <= HEADER_BYTES for path in self.files)

    def sides(self, *, is_outgoing: bool) -> list[Path]:
        """What to make the sound of: the client's side, then ours; or the mix.

        The recorded channel is the client's; in a call of ours it is the employee's, so the sides change places.
        """
        if self.received is None or self.sent is None:
            return [self.mixed]
        pair = [self.received, self.sent]
        return pair[::-1] if is_outgoing else pair

    def is_complete(self, at: datetime) -> bool:
        """Whether nobody writes to them any more."""
        return all(is_closed(path) or _age(path, at) > ABANDONED for path in self.files)

    def remove(self) -> None:
        """Take the files out of the spool."""
        for path in self.files:
            path.unlink(missing_ok=True)


def find(folder: Path, key: str) -> Spooled | None:
    """The files of the recording called ``key`` ("1764000000.12.wav"); None when they are not here."""
    name = Path(key).name
    mixed = folder / name
    if not name or name.startswith(".") or not mixed.is_file():
        return None
    beside = [mixed.with_name(f"{mixed.stem}{end}{mixed.suffix}") for end in (RECEIVED, SENT)]
    received, sent = (path if path.is_file() else None for path in beside)
    return Spooled(mixed, received, sent)


def keys(folder: Path, *, before: datetime) -> list[str]:
    """Names of all recordings in the folder that were last written to before a moment, the oldest first."""
    if not folder.is_dir():
        return []
    found = [
        path
        for path in folder.glob("*.wav")
        if not path.stem.endswith((RECEIVED, SENT)) and not path.name.startswith(".")
    ]
    dated = sorted((path.stat().st_mtime, path.name) for path in found if path.exists())
    return [name for moment, name in dated if datetime.fromtimestamp(moment, UTC) < before]


def _age(path: Path, at: datetime) -> timedelta:
    return at - datetime.fromtimestamp(path.stat().st_mtime, UTC)


def is_closed(path: Path) -> bool:
    """Whether a WAV's header tells the true length: whoever wrote it has closed it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEADER_BYTES)
    if len(head) < HEADER_BYTES or head[:4] != b"RIFF":
        return False
    told: int = struct.unpack("<I", head[4:8])[0]
    return told + 8 == size
