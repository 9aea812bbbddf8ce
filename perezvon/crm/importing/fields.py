"""What a column of a file may be: its words in heads of files, and how its text is understood."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.kit import phones
from perezvon.kit.texts import fold

from ..actions.identity import tidy_email
from ..custom import definitions, values
from ..models import Import

PEOPLE, COMPANIES = Import.What.PEOPLE.value, Import.What.COMPANIES.value
BOTH = frozenset({PEOPLE, COMPANIES})
_SPLIT = re.compile(r"[,;/\n|]+")
_NOT_DIGIT = re.compile(r"\D")
_TIDY_HEAD = re.compile(r"[\s_*:№#.()\"«»-]+")
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M")
_WHY_LIMIT = 60
_PARTS = frozenset({"last_name", "first_name", "middle_name"})
_WHOLE_NAMES = frozenset({"фио", "полное имя", "полное имя контакта", "наименование", "full name", "contact name"})


class Wrong(Exception):
    """A cell that makes no sense as what its column is said to be."""

    def __init__(self, what: str, text: str) -> None:
        super().__init__(what)
        self.why = f"{what}:{text[:_WHY_LIMIT]}"


@dataclass(frozen=True, slots=True)
class Book:
    """Names that cells are looked up in, folded: people of the staff by name and e-mail, sources by name."""

    staff: Mapping[str, int]
    sources: Mapping[str, int]
    time_zone: Any


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a column may be. ``read`` turns a cell that is not blank into a value (Wrong when it makes no sense).

    ``several`` columns of a file may be the same field; ``heads`` are tidied words of heads, the surest first.
    """

    key: str
    label: Any
    heads: tuple[str, ...]
    read: Callable[[str, Book], Any]
    what: frozenset[str] = BOTH
    several: bool = False


def _text(limit: int) -> Callable[[str, Book], str]:
    return lambda text, _book: " ".join(text.split())[:limit]


def _phones(text: str, _book: Book) -> list[str]:
    return all_of(text, phones.normalise, "phone")


def _emails(text: str, _book: Book) -> list[str]:
    return all_of(text, tidy_email, "email")


def all_of(text: str, tidy: Callable[[str], str], what: str) -> list[str]:
    """One value, or several parted by commas, semicolons, slashes or line breaks."""
    whole = tidy(text)
    if whole:
        return [whole]
    parts = [part.strip() for part in _SPLIT.split(text) if part.strip()]
    found = [tidy(part) for part in parts]
    if not parts or not all(found):
        raise Wrong(what, text)
    return found


def _inn(text: str, _book: Book) -> str:
    """A Russian taxpayer's number: 10 or 12 digits with their check digits (order of the tax service MMV-7-6/435@)."""
    digits = _NOT_DIGIT.sub("", text)
    if len(digits) == 10 and _check(digits[:9], (2, 4, 10, 3, 5, 9, 4, 6, 8)) == digits[9]:
        return digits
    if len(digits) == 12:
        first = _check(digits[:10], (7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
        second = _check(digits[:11], (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
        if first + second == digits[10:]:
            return digits
    raise Wrong("inn", text)


def _check(digits: str, weights: Sequence[int]) -> str:
    return str(sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11 % 10)


def _staff(text: str, book: Book) -> int:
    found = book.staff.get(fold(" ".join(text.split())))
    if found is None:
        raise Wrong("responsible", text)
    return found


def _source(text: str, book: Book) -> int:
    found = book.sources.get(fold(" ".join(text.split())))
    if found is None:
        raise Wrong("source", text)
    return found


def _moment(text: str, book: Book) -> str:
    """A date or a moment in the company's time zone, as ISO text."""
    plain = text.strip().replace("T", " ").split("+")[0].rstrip("Z").split(".0")[0] if "T" in text else text.strip()
    for pattern in _DATES:
        try:
            moment = datetime.strptime(plain, pattern)  # noqa: DTZ007 - the zone is set below
        except ValueError:
            continue
        if date(1990, 1, 1) <= moment.date() <= date(2100, 1, 1):
            return moment.replace(tzinfo=book.time_zone).isoformat()
    raise Wrong("created", text)


FIELDS: tuple[Field, ...] = (
    Field("name", _("Name"), ("фио", "имя клиента", "полное имя", "имя", "name", "full name", "клиент", "контакт", "contact", "название", "компания", "организация", "наименование", "company", "organisation", "organization", "полное имя контакта", "имя контакта", "contact name", "название компании", "company name"), _text(200)),
    Field("last_name", _("Last name"), ("фамилия", "last name", "surname"), _text(80), frozenset({PEOPLE})),
    Field("first_name", _("First name"), ("имя", "first name"), _text(80), frozenset({PEOPLE})),
    Field("middle_name", _("Middle name"), ("отчество", "middle name", "patronymic"), _text(80), frozenset({PEOPLE})),
    Field("phone", _("Phone"), ("телефон", "тел", "мобильный", "мобильный телефон", "рабочий телефон", "домашний телефон", "другой телефон", "номер телефона", "номер", "phone", "telephone", "mobile", "mobile phone", "work phone", "рабочий прямой телефон", "телефон контакта", "рабочий телефон контакт", "мобильный телефон контакт", "телефон для рассылок", "work direct phone", "home phone", "other phone", "newsletters phone", "phone number"), _phones, several=True),
    Field("email", _("E-mail"), ("email", "e mail", "почта", "эл почта", "электронная почта", "рабочий email", "личный email", "mail", "другой email", "рабочий e mail", "частный e mail", "личный e mail", "другой e mail", "e mail для рассылок", "email контакта", "рабочий email контакт", "work email", "personal email", "other email", "work e mail", "home e mail", "private e mail", "other e mail", "newsletters e mail"), _emails, several=True),
    Field("company", _("Company"), ("компания", "организация", "фирма", "место работы", "company", "organisation", "organization", "компания контакта", "название компании", "company name", "contact company"), _text(200), frozenset({PEOPLE})),
    Field("inn", _("INN"), ("инн", "inn", "инн компании"), _inn),
    Field("region", _("Region"), ("регион", "город", "область", "region", "city"), _text(120)),
    Field("comment", _("Comment"), ("комментарий", "примечание", "заметка", "описание", "comment", "note", "notes", "примечание 1", "примечание 2", "примечание 3", "примечание 4", "примечание 5", "note 1", "note 2", "note 3", "note 4", "note 5"), lambda text, _book: text[:5000], several=True),
    Field("responsible", _("Responsible"), ("ответственный", "менеджер", "responsible", "manager", "owner", "ответственный пользователь", "ответственный за контакт", "ответственный за компанию", "responsible user", "responsible person"), _staff),
    Field("source", _("Source"), ("источник", "source", "откуда"), _source),
    Field("created", pgettext_lazy("client", "Added"), ("дата создания", "создан", "дата добавления", "created", "created at", "date added", "дата создания контакта", "дата создания компании", "created on", "date created", "creation date"), _moment),
)  # fmt: skip
_BY_KEY = {field.key: field for field in FIELDS}
_WHY: dict[str, Any] = {
    "phone": _("“%(text)s” is not a telephone number"),
    "email": _("“%(text)s” is not an e-mail"),
    "inn": _("“%(text)s” is not an INN"),
    "responsible": _("nobody of the staff is called “%(text)s”"),
    "source": _("there is no source “%(text)s”"),
    "created": _("“%(text)s” is not a date"),
    "own": _("“%(text)s” makes no sense in an own field"),
    "nothing": _("neither a name nor a phone nor an e-mail"),
    "letters": _("letters that cannot be read: the file's encoding is mixed"),
}


def why_words(why: str) -> str:
    """What is wrong with a row, in the reader's language."""
    what, _colon, text = why.partition(":")
    return str(_WHY[what]) % {"text": text} if what in _WHY else why


def fields_of(what: str) -> list[Field]:
    """What columns may be when people, or companies, are brought in: the room's fields and the company's own."""
    own = [_own(one, what) for one in definitions.fields_of("person" if what == PEOPLE else "company")]
    return [*(field for field in FIELDS if what in field.what), *own]


def _own(one: definitions.Definition, what: str) -> Field:
    def read(text: str, _book: Book) -> Any:
        try:
            return values.kept(one, text)
        except values.NotSuch:
            raise Wrong("own", text) from None

    return Field(one.key, one.label, (tidy_head(one.label),), read, frozenset({what}))


def by_key(what: str) -> dict[str, Field]:
    """The same by their keys."""
    return {field.key: field for field in fields_of(what)}


def own_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Of the understood values those of own fields: {"f7": value}."""
    return {key: value for key, value in values.items() if key not in _BY_KEY}


def tidy_head(head: str) -> str:
    """A head without case, signs and doubled spaces."""
    return _TIDY_HEAD.sub(" ", fold(head).lower()).strip()


def heads_key(heads: Sequence[str]) -> str:
    """The same for files with the same heads."""
    return hashlib.sha256("\x1f".join(map(tidy_head, heads)).encode()).hexdigest()


def guess(what: str, heads: Sequence[str], samples: Sequence[Sequence[str]]) -> dict[str, str]:
    """{column number: field} by the heads, then by what the first rows look like."""
    found: dict[int, str] = {}
    taken: set[str] = set()
    known = by_key(what)
    offers = sorted(
        (rank, column, field.key)
        for column, head in enumerate(map(tidy_head, heads))
        for field in known.values()
        for rank, word in enumerate(field.heads)
        if head == word
    )
    for _rank, column, key in offers:
        if column not in found and (key not in taken or known[key].several):
            found[column] = key
            taken.add(key)
    found = _one_name(found, heads)
    for column in range(len(heads)):
        key = "" if column in found else _by_content([row[column] for row in samples if column < len(row)])
        if key and key not in taken:
            found[column] = key
            taken.add(key)
    return {str(column): key for column, key in sorted(found.items())}


def _one_name(found: dict[int, str], heads: Sequence[str]) -> dict[int, str]:
    """The name once: files of other CRMs have it whole and in parts, and whole it is always filled."""
    keys = set(found.values())
    if "name" not in keys or not keys & _PARTS:
        return found
    column = next(column for column, key in found.items() if key == "name")
    if tidy_head(heads[column]) in _WHOLE_NAMES:
        return {column: key for column, key in found.items() if key not in _PARTS}
    if "first_name" not in keys:
        return found | {column: "first_name"}
    return {column: key for column, key in found.items() if key != "name"}


def _by_content(cells: Sequence[str]) -> str:
    """phone or email when most cells are one; "" otherwise."""
    filled = [cell for cell in cells if cell.strip()]
    for key, tidy in (("email", tidy_email), ("phone", phones.normalise)):
        if filled and sum(bool(tidy(cell.strip())) for cell in filled) >= 0.8 * len(filled):
            return key
    return ""
