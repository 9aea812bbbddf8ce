"""How Asterisk's files are written: sections of "name = value", contexts of the dialplan, marks instead of secrets."""

import re
from collections.abc import Iterable, Mapping
from secrets import token_hex

HEADER = "; Written by Perezvon from its settings. Do not edit: it is written anew when they are applied.\n"
MARK = re.compile(r"@@([a-z0-9-]+)@@")
_UNFIT = re.compile(r"[\r\n\x00;]")
_IN_NAME = re.compile(r"[^\w .+«»\-]")


def secret(name: str) -> str:
    """The mark that stands for a secret until the file is written."""
    return f"@@{name}@@"


def filled(text: str, secrets: Mapping[str, str]) -> str:
    """The text with its secrets; a semicolon in one is escaped, or Asterisk takes the rest for a comment.

    What has no secret any more (a telephone that was taken away) gets one that nobody knows.
    """
    return MARK.sub(lambda found: secrets.get(found[1], token_hex(16)).replace(";", "\\;"), text)


def plain(text: str) -> str:
    """A name for the eye in a place where commas, brackets and quotes would mean something."""
    return " ".join(_IN_NAME.sub(" ", text).split())


def is_safe(text: str) -> bool:
    """Whether a value may stand in a file: no line break, no NUL, no beginning of a comment."""
    return not _UNFIT.search(text)


def _stays(text: str) -> bool:
    return is_safe(text.replace("\\;", ""))


def section(name: str, pairs: Iterable[tuple[str, object]], template: str = "") -> str:
    """[name](template) and its options; an option without a value ("" or None) is left out."""
    lines = [f"[{name}]{template}"]
    for key, value in pairs:
        if value not in ("", None):
            lines.append(f"{key} = {_word(value)}")
    return "\n".join(lines) + "\n"


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if not _stays(text):
        raise ValueError(f"{text!r} cannot stand in a configuration file")
    return text


# The end of a route that nobody took: busy, or nobody answered.
NOT_TAKEN = 'Hangup(${IF($["${DIALSTATUS}" = "BUSY"]?17:19)})'


class Context:
    """A context of the dialplan. ``on(extension, step, ...)`` adds an extension; a step may be ("label", step)."""

    def __init__(self, name: str, note: str = "") -> None:
        self.name = name
        self._lines = [f"[{name}]" + (f"  ; {plain(note)}" if note else "")]

    def on(self, extension: str, *steps: str | tuple[str, str]) -> "Context":
        """An extension and its steps in order. ValueError for a step that would end its line."""
        for number, step in enumerate(steps):
            label, text = step if isinstance(step, tuple) else ("", step)
            if not _stays(text):
                raise ValueError(f"{text!r} cannot stand in the dialplan")
            priority = ("1" if number == 0 else "n") + (f"({label})" if label else "")
            self._lines.append(
                f"exten => {extension},{priority},{text}" if number == 0 else f" same => {priority},{text}"
            )
        return self

    def hint(self, extension: str, devices: str) -> "Context":
        """Whose state an extension shows."""
        self._lines.append(f"exten => {extension},hint,{devices}")
        return self

    def include(self, other: str) -> "Context":
        """What is not found here is looked for there."""
        self._lines.append(f"include => {other}")
        return self

    def __str__(self) -> str:
        return "\n".join(self._lines) + "\n"
