"""Phrases spoken by a program of this machine, when there is one."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .audio import Sound, for_telephone
from .wav import BadSound

LANGUAGES = ("ru", "en")
MOST_LETTERS = 2000
_SECONDS = 60  # how long the program may think


class CannotSpeak(Exception):
    """No speech program is installed, or it failed; the text is what it said."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speech program: what it is called, how it is asked, how it is installed on Debian and Ubuntu."""

    name: str
    program: str
    command: Callable[[str, str, Path], list[str]]
    install: str


def _espeak(program: str, language: str, target: Path) -> list[str]:
    return [program, "-v", language, "-s", "150", "-b", "1", "-w", str(target)]


def _rhvoice(program: str, language: str, target: Path) -> list[str]:
    voice = {"ru": "Anna", "en": "SLT"}[language]
    return [program, "-p", voice, "-o", str(target)]


SPEAKERS = (  # the better voice first
    Speaker("RHVoice", "RHVoice-test", _rhvoice, "sudo apt install rhvoice rhvoice-russian rhvoice-english"),
    Speaker("eSpeak NG", "espeak-ng", _espeak, "sudo apt install espeak-ng"),
)


def speakers() -> list[Speaker]:
    """Those that are installed here."""
    return [one for one in SPEAKERS if shutil.which(one.program)]


def say(text: str, language: str, most_seconds: float) -> Sound:
    """The text as a sound for the telephone. CannotSpeak; BadSound "too_long" for a text that lasts longer."""
    why = "none"
    for speaker in speakers():
        try:
            return for_telephone(_spoken(speaker, text, language), most_seconds)
        except (OSError, subprocess.SubprocessError, BadSound) as error:
            if isinstance(error, BadSound) and error.code == "too_long":
                raise
            why = f"{speaker.name}: {error}"
    raise CannotSpeak(why)


def _spoken(speaker: Speaker, text: str, language: str) -> bytes:
    program = shutil.which(speaker.program) or speaker.program
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "said.wav"
        command = speaker.command(program, language if language in LANGUAGES else "ru", target)
        # The text goes through the standard input: it can never become an option.
        subprocess.run(command, input=text.encode(), check=True, timeout=_SECONDS, capture_output=True)
        return target.read_bytes()
