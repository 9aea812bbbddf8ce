"""Names inside Asterisk, made from what people call things: letters, digits and dashes only."""

from typing import Any

from django.utils.text import slugify

_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщыэюя"
_LATIN = [
    "a",
    "b",
    "v",
    "g",
    "d",
    "e",
    "e",
    "zh",
    "z",
    "i",
    "y",
    "k",
    "l",
    "m",
    "n",
    "o",
    "p",
    "r",
    "s",
    "t",
    "u",
    "f",
    "kh",
    "ts",
    "ch",
    "sh",
    "sch",
    "y",
    "e",
    "yu",
    "ya",
]
_TO_LATIN = str.maketrans({**dict(zip(_RUSSIAN, _LATIN, strict=True)), "ъ": "", "ь": ""})


def latin(text: str) -> str:
    """Russian letters as Latin ones: "Продажи" -> "prodazhi"."""
    return text.lower().translate(_TO_LATIN)


def free_key(rows: Any, name: str, prefix: str, limit: int = 32) -> str:
    """A key that none of ``rows`` has; ``prefix`` begins it. The caller's unique constraint has the last word."""
    base = slugify(f"{prefix} {latin(name)}")[: limit - 4].strip("-") or "key"
    taken = set(rows.filter(key__startswith=base).values_list("key", flat=True))
    if base not in taken:
        return base
    return next(key for number in range(2, 10_000) if (key := f"{base}-{number}") not in taken)
