"""What somebody typed into a search field: is it a name, a number in any spelling, an address, a number of a deal?"""

import re
from dataclasses import dataclass

from perezvon.kit import phones
from perezvon.kit.texts import fold

LONGEST = 100
FEWEST_DIGITS = 4
_NUMBER = re.compile(r"\+?\d[\d\s().–-]*")
_TAIL = re.compile(r"\+?\d[\d\s().–-]*\d")
_ADDRESS = re.compile(r"[a-z0-9@._+-]*[a-z@][a-z0-9@._+-]*", re.IGNORECASE)
_SPLIT = re.compile(r"[^\w@.+-]+")
_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбюё"
_OTHER_LAYOUT = str.maketrans(_LATIN + _CYRILLIC, _CYRILLIC + _LATIN)


@dataclass(frozen=True, slots=True)
class Typed:
    """``words`` are folded; ``digits`` is set when the whole text looks like a telephone number or a part of one,
    ``tail`` are the digits of a number among words ("Anna 45-67"); ``number`` is a whole number in E.164; ``address``
    is an e-mail or a part of one in lower case; ``row`` is the number of a row ("№ 12")."""

    text: str = ""
    words: tuple[str, ...] = ()
    digits: str = ""
    tail: str = ""
    number: str = ""
    address: str = ""
    row: int | None = None

    def __bool__(self) -> bool:
        return bool(self.text)

    @property
    def beginnings(self) -> list[str]:
        """How a number in E.164 may begin when these digits are its beginning: +7, 8 and the bare city code are one."""
        if not self.digits:
            return []
        if self.text.startswith("+"):
            return [f"+{self.digits}"]
        if self.digits[0] in "78" and len(self.digits) > 1:
            return [f"+7{self.digits[1:]}"]
        return [f"+7{self.digits}", f"+{self.digits}"]


def typed(text: str) -> Typed:
    """What ``text`` may mean."""
    text = " ".join(text.replace("\x00", " ").split())[:LONGEST]
    row = text.lstrip("№#").strip()
    pk = int(row) if row.isascii() and row.isdigit() and len(row) < 18 else None
    if _NUMBER.fullmatch(text):
        return Typed(text, (fold(text),), _digits(text), number=phones.normalise(text), row=pk)
    address = text.lower() if _ADDRESS.fullmatch(text) else ""
    found = None if address else _TAIL.search(text)
    tail = _digits(found.group()) if found else ""
    if found is None or len(tail) < FEWEST_DIGITS:
        return Typed(text, _words(text), address=address, row=pk)
    rest = text[: found.start()] + " " + text[found.end() :]
    return Typed(text, _words(rest), tail=tail, number=phones.normalise(found.group()), row=pk)


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit() and letter.isascii())


def _words(text: str) -> tuple[str, ...]:
    """Words without the signs around them; a text of signs alone is a word as it stands."""
    return tuple(fold(word) for each in _SPLIT.split(text) if (word := each.strip(".+-"))) or tuple(text.split())


def other_layout(text: str) -> str:
    """The same keys on the other keyboard: "bdfyjd" is "иванов"."""
    return text.lower().translate(_OTHER_LAYOUT)
