"""Fetch Asterisk into a folder: packages of Debian's next release, unpacked, not installed.

The mirror is the one that the machine's own apt uses. apt works on lists, a cache and a status of its own, so it needs
no root and the host's packages stay as they are; an empty status makes it fetch all libraries down to libc, which the
program is then started with (``program``). 160 packages, 125 MB to fetch, 330 MB on disk, 10 to 30 seconds.
"""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .program import GIVEN, READY, PbxError, Program, find, unpacked, version_of

SUITES = ("forky", "sid")  # the next release is kept installable; sid is the last resort
PACKAGES = (
    "asterisk",
    "asterisk-modules",
    "asterisk-core-sounds-en-wav",
    "asterisk-core-sounds-ru-wav",
    "asterisk-moh-opsound-wav",
)
SOUNDS = {"en": "en_US_f_Allison", "ru": "ru_RU_f_IvrvoiceRU"}
MIRROR, KEEP = "PEREZVON_PBX_MIRROR", "KEEP_DEBS"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
ELSEWHERE = (
    f"Here is how to go on without it: install Asterisk 22 by your system's own means and set {GIVEN}=/path/to/asterisk; "
    "or run it in a container from a Debian image (apt-get install asterisk asterisk-modules) and connect it "
    "under Settings, Exchanges; or name a mirror of Debian: " + MIRROR + "=address/debian."
)
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A mirror of Debian and the keys its lists are signed with."""

    address: str
    keys: Path


def install(folder: Path, say: Say = lambda _text: None, variables: Mapping[str, str] = os.environ) -> Program:
    """The program in ``folder``, fetched when it is not there yet; whoever comes second waits for the first.

    ``KEEP_DEBS`` keeps the packages beside the folder. PbxError says why it cannot be and what else can be done.
    """
    present = find(folder, variables)
    if present:
        return present
    with _alone(folder):
        return find(folder, variables) or _fetch(folder, say, variables)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.with_name(folder.name + ".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(folder: Path, say: Say, variables: Mapping[str, str]) -> Program:
    missing = [tool for tool in ("apt-get", "dpkg-deb") if not shutil.which(tool)]
    if missing:
        raise PbxError(f"Asterisk is fetched by {' and '.join(missing)}, which this system does not have. {ELSEWHERE}")
    origin = source(variables)
    kept = folder.with_name(folder.name + ".debs")
    with tempfile.TemporaryDirectory(prefix=folder.name + ".", dir=folder.parent) as work:
        debs = _download(Path(work), origin, say, kept)
        partial = Path(work) / "unpacked"
        say(f"Unpacking {len(debs)} packages ...")
        _unpack(debs, partial)
        _finish(partial)
        (partial / READY).write_text(version_of(unpacked(partial).command))
        if variables.get(KEEP):
            kept.mkdir(exist_ok=True)
            for deb in debs:
                shutil.copy2(deb, kept)
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    return unpacked(folder)


def source(variables: Mapping[str, str] = os.environ, folder: Path = Path("/etc/apt")) -> Source:
    """Where Debian's packages come from on this machine. PbxError when it has no mirror of Debian."""
    given = variables.get(MIRROR, "").strip()
    found = given or next(iter(_mirrors(folder)), "")
    if not found:
        raise PbxError(f"This machine's apt knows no mirror of Debian. {ELSEWHERE}")
    if not KEYRING.exists():
        raise PbxError(f"{KEYRING} is missing (package debian-archive-keyring). {ELSEWHERE}")
    return Source(found, KEYRING)


def _mirrors(folder: Path) -> Iterator[str]:
    """Addresses of whole Debian archives in apt's lists, of both notations."""
    files = [
        *sorted(folder.glob("sources.list.d/*.sources")),
        folder / "sources.list",
        *sorted(folder.glob("sources.list.d/*.list")),
    ]
    for file in files:
        for line in file.read_text(errors="replace").splitlines() if file.is_file() else ():
            told = re.match(r"(?:URIs:|deb(?:\s+\[[^\]]*\])?)\s+(.*)", line)
            for address in told[1].split() if told else ():
                if re.match(r"(https?|file|mirror\+https?)://?.*/debian/?$", address):
                    yield address.rstrip("/")


def _download(work: Path, origin: Source, say: Say, kept: Path) -> list[Path]:
    """The packages of the first suite that can be had whole."""
    if debs := sorted(kept.glob("*.deb")):
        say(f"Packages kept in {kept} are used.")
        return debs
    said = ""
    for suite in SUITES:
        say(f"Fetching Asterisk from Debian {suite} (about 125 MB) ...")
        apt = Apt(work / suite, origin, suite)
        said = apt.run("update") or apt.run("-y", "--download-only", "install", *PACKAGES)
        if not said:
            return apt.debs()
    raise PbxError(f"Asterisk could not be fetched: {said[-600:].strip()}\n{ELSEWHERE}")


class Apt:
    """apt-get with everything of its own: lists, cache, an empty list of installed packages."""

    def __init__(self, folder: Path, origin: Source, suite: str) -> None:
        self.folder = folder
        for part in ("lists/partial", "cache/archives/partial", "etc"):
            (folder / part).mkdir(parents=True)
        (folder / "status").touch()
        (folder / "etc/sources.list").write_text(f"deb [signed-by={origin.keys}] {origin.address} {suite} main\n")

    def run(self, *arguments: str) -> str:
        """What went wrong; "" = nothing."""
        done = subprocess.run(["apt-get", *self._options(), *arguments], capture_output=True, text=True, check=False)
        return (done.stderr or done.stdout or f"apt-get ended with {done.returncode}") if done.returncode else ""

    def _options(self) -> list[str]:
        told = {
            "Dir::Etc::sourcelist": self.folder / "etc/sources.list", "Dir::Etc::sourceparts": "-",
            "Dir::Etc::preferencesparts": "-", "Dir::Etc::preferences": "-", "Dir::State::lists": self.folder / "lists",
            "Dir::State::status": self.folder / "status", "Dir::Cache": self.folder / "cache",
            "APT::Install-Recommends": "false", "APT::Sandbox::User": "", "Debug::NoLocking": "1", "Acquire::Retries": "3",
            "APT::Update::Error-Mode": "any",
        }  # fmt: skip
        return ["-qq", *(part for name, value in told.items() for part in ("-o", f"{name}={value}"))]

    def debs(self) -> list[Path]:
        """The packages that were fetched."""
        return sorted((self.folder / "cache/archives").glob("*.deb"))


def _unpack(debs: list[Path], into: Path) -> None:
    into.mkdir()

    def one(deb: Path) -> None:
        subprocess.run(["dpkg-deb", "-x", str(deb), str(into)], check=True, capture_output=True)

    try:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(one, debs))
    except (OSError, subprocess.CalledProcessError) as error:
        raise PbxError(f"The packages could not be unpacked (is the disk full?): {error}") from error


def _finish(folder: Path) -> None:
    """Sounds under the names of their languages."""
    sounds = folder / "usr/share/asterisk/sounds"
    for language, name in SOUNDS.items():
        if (sounds / name).is_dir() and not (sounds / language).exists():
            (sounds / language).symlink_to(name)
