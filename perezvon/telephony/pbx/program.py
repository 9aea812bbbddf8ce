"""The Asterisk that runs our exchange: the one `perezvon pbx install` unpacked, or one that is given.

The unpacked one brings its own C library and is started through its own loader, so that the host's packages do not
matter and are not touched. No LD_LIBRARY_PATH is set: what Asterisk starts are plain programs of the host.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 22
GIVEN, FOLDER = "PEREZVON_ASTERISK", "PEREZVON_PBX"
READY = "ready"  # the file that says that an installation is whole; it holds the version


class PbxError(Exception):
    """Something is wrong with the exchange's program or a running node; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Program:
    """How Asterisk is started, and where its modules and its data (sounds, documentation) lie."""

    command: tuple[str, ...]
    modules: Path
    data: Path
    version: str

    @property
    def major(self) -> int:
        """The first number of the version."""
        return major_of(self.version)


def folder_of(home: Path, variables: Mapping[str, str] = os.environ) -> Path:
    """Where the program is installed: PEREZVON_PBX (may be shared by many homes), else HOME/pbx/program."""
    given = variables.get(FOLDER, "").strip()
    return Path(given).expanduser().absolute() if given else home / "pbx" / "program"


def find(folder: Path, variables: Mapping[str, str] = os.environ) -> Program | None:
    """The program to run: PEREZVON_ASTERISK, else the installation in ``folder``; None when there is none.

    PbxError when the given one cannot be used.
    """
    given = variables.get(GIVEN, "").strip()
    if given:
        return _given(Path(given))
    return unpacked(folder) if (folder / READY).exists() else None


def unpacked(folder: Path) -> Program:
    """The installation in ``folder``. PbxError when it does not run or is too old."""
    loaders = sorted(folder.glob("usr/lib/*/ld-linux*.so.*"))
    if not loaders:
        raise PbxError(f"{folder} holds no whole installation; remove the folder and install again")
    libraries = loaders[0].parent
    command = (
        str(loaders[0]), "--argv0", "asterisk", "--library-path", str(libraries), str(folder / "usr/sbin/asterisk"),
    )  # fmt: skip
    known = folder / READY
    version = known.read_text().strip() if known.exists() else version_of(command)
    return Program(command, libraries / "asterisk" / "modules", folder / "usr/share/asterisk", version)


def _given(binary: Path) -> Program:
    if not os.access(binary, os.X_OK):
        raise PbxError(f"{GIVEN}={binary}: there is no such program")
    version = version_of((str(binary),))
    places = [
        *Path("/usr/lib").glob("*/asterisk/modules"),
        Path("/usr/lib/asterisk/modules"),
        Path("/usr/lib64/asterisk/modules"),
    ]
    modules = next((place for place in places if (place / "app_queue.so").exists()), None)
    if modules is None:
        raise PbxError(f"{GIVEN}={binary}: its modules are not in /usr/lib/*/asterisk/modules")
    data = next(
        (p for p in map(Path, ("/usr/share/asterisk", "/var/lib/asterisk")) if (p / "documentation").exists()), None
    )
    return Program((str(binary),), modules, data or Path("/usr/share/asterisk"), version)


def version_of(command: tuple[str, ...]) -> str:
    """What ``asterisk -V`` says, "22.10.1". PbxError when it does not start or is older than we can use."""
    try:
        told = subprocess.run([*command, "-V"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise PbxError(f"Asterisk does not start: {error}") from error
    found = re.search(r"\d+(\.\d+)+", told)
    if not found or major_of(found[0]) < OLDEST_MAJOR:
        raise PbxError(f"Asterisk {OLDEST_MAJOR} or newer is needed, this is {told.strip() or 'unknown'}")
    return found[0]


def major_of(version: str) -> int:
    """22 of "22.10.1"; 0 for nonsense."""
    first = version.partition(".")[0]
    return int(first) if first.isdecimal() else 0
