"""Message catalogues without GNU gettext: `python -m perezvon.config.translations compile|check|update`.

compile  makes .mo files next to the .po files that are newer (set-up does it; .mo files are not committed);
check    reads every Python file and template, and fails when a word has no Russian translation;
update   writes the missing words into the room's catalogue, to be translated by hand.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import polib

PACKAGE = Path(__file__).resolve().parent.parent
LANGUAGE = "ru"
INSIDE = Path("locale") / LANGUAGE / "LC_MESSAGES" / "django.po"
HEADER = {
    "Language": LANGUAGE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=4; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : "
    "n%10==0 || (n%10>=5 && n%10<=9) || (n%100>=11 && n%100<=14)? 2 : 3);",
}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
NAMED = re.compile(r"%\((\w+)\)[sdif]|(?<!\{)\{(\w+)[^{}]*\}(?!\})|(?<!%)%([sd])")


@dataclass
class Word:
    """One message as it stands in the source."""

    text: str
    plural: str = ""
    context: str | None = None
    places: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.text


# --- what the sources say -------------------------------------------------------


def sources(room: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(room):
        folders[:] = sorted(
            name for name in folders if name not in ("migrations", "tests", "static", "__pycache__", "node_modules")
        )
        for name in sorted(names):
            if name.endswith((".py", ".html", ".txt")) and (name.endswith(".py") or "templates" in folder):
                yield Path(folder) / name


def words_of(path: Path) -> Iterator[Word]:
    """Messages marked in one file."""
    from babel.messages.extract import extract

    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        if "{%" not in text:
            return
        text = _templatized(text, path)
    found = extract("python", BytesIO(text.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"})
    for line, message, _comments, context in found:
        one, many = (message[0], message[1]) if isinstance(message, tuple) else (message, "")
        if one:
            yield Word(one, many or "", context, [f"{path.relative_to(PACKAGE.parent)}:{line}"])


def _templatized(text: str, path: Path) -> str:
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure(USE_I18N=True)
    return templatize(text, origin=str(path))


def words_in(room: Path) -> dict[tuple[str | None, str], Word]:
    found: dict[tuple[str | None, str], Word] = {}
    for path in sources(room):
        for word in words_of(path):
            known = found.setdefault(word.key, Word(word.text, word.plural, word.context))
            known.plural = known.plural or word.plural
            known.places += word.places
    return found


# --- what the catalogues say ----------------------------------------------------------


def rooms() -> list[Path]:
    return sorted(place for place in PACKAGE.iterdir() if place.is_dir() and (place / "__init__.py").exists())


def catalogues() -> dict[Path, polib.POFile]:
    return {room: polib.pofile(str(room / INSIDE)) for room in rooms() if (room / INSIDE).exists()}


def compile_all() -> int:
    """Make the .mo files that are missing or older than their .po; how many were made."""
    made = 0
    for room in rooms():
        for source in sorted((room / "locale").glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            partial = target.with_name(f"{target.name}.{os.getpid()}")
            polib.pofile(str(source)).save_as_mofile(str(partial))
            partial.replace(target)
            made += 1
    return made


def are_compiled() -> bool:
    """Whether every catalogue has its compiled form, no older than itself."""
    sources = [source for room in rooms() for source in (room / "locale").glob("*/LC_MESSAGES/*.po")]
    targets = [source.with_suffix(".mo") for source in sources]
    return all(
        target.exists() and target.stat().st_mtime >= source.stat().st_mtime
        for source, target in zip(sources, targets, strict=True)
    )


def mistakes() -> list[str]:
    """Everything wrong with the translations, one line each."""
    catalogue_of = catalogues()
    known = {(entry.msgctxt, entry.msgid) for file in catalogue_of.values() for entry in file if not entry.obsolete}
    found = []
    for room in rooms():
        for key, word in words_in(room).items():
            if key not in known:
                found.append(f"{word.places[0]}: not translated: {word.text!r}")
    for room, file in catalogue_of.items():
        for entry in file:
            if not entry.obsolete and (wrong := _wrong_with(entry)):
                found.append(f"{room.name}/{INSIDE}: {wrong}: {entry.msgid!r}")
    return found + _contradictions(catalogue_of)


def _wrong_with(entry: polib.POEntry) -> str:
    if entry.fuzzy:
        return "fuzzy"
    if entry.msgid_plural:
        forms = entry.msgstr_plural
        if len(forms) not in (3, 4) or not all(forms.values()):
            return "a plural form is missing"
        named = _names(entry.msgid) | _names(entry.msgid_plural)
        return "" if all(_names(form) <= named for form in forms.values()) else "unknown placeholder"
    if not entry.msgstr:
        return "empty translation"
    return "" if _names(entry.msgid) == _names(entry.msgstr) else "other placeholders than the original"


def _names(text: str) -> set[str]:
    return {next(filter(None, match.groups())) for match in NAMED.finditer(text)}


def _contradictions(catalogue_of: dict[Path, polib.POFile]) -> list[str]:
    """Django merges all catalogues, so one word cannot mean two things without a context."""
    first: dict[tuple[str | None, str], tuple[Path, str]] = {}
    found = []
    for room, file in catalogue_of.items():
        for entry in file:
            key, meaning = (entry.msgctxt, entry.msgid), entry.msgstr or entry.msgstr_plural.get(0, "")
            place, other = first.setdefault(key, (room, meaning))
            if not entry.obsolete and meaning and other and meaning != other:
                found.append(
                    f"{entry.msgid!r} is {other!r} in {place.name} and {meaning!r} in {room.name}; use pgettext"
                )
    return found


def update() -> int:
    """Write words without a catalogue entry into their room's catalogue, empty; how many."""
    catalogue_of = catalogues()
    known = {(entry.msgctxt, entry.msgid) for file in catalogue_of.values() for entry in file if not entry.obsolete}
    added = 0
    for room in rooms():
        missing = [word for key, word in words_in(room).items() if key not in known]
        if not missing:
            continue
        file = catalogue_of.get(room) or polib.POFile()
        file.metadata = file.metadata or HEADER
        for word in missing:
            forms = {"msgid_plural": word.plural, "msgstr_plural": {0: "", 1: "", 2: "", 3: ""}} if word.plural else {}
            file.append(polib.POEntry(msgid=word.text, msgctxt=word.context, comment=word.places[0], **forms))
            known.add(word.key)
        (room / INSIDE).parent.mkdir(parents=True, exist_ok=True)
        file.save(str(room / INSIDE))
        added += len(missing)
    return added


def main(arguments: list[str]) -> int:
    command = arguments[1] if len(arguments) == 2 else ""
    if command == "compile":
        compile_all()
        return 0
    if command == "update":
        print(f"{update()} words added; translate the empty ones.")
        return 0
    if command == "check":
        found = mistakes()
        print("\n".join(found) or "Translations are complete.")
        return 1 if found else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv))
