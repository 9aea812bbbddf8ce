"""What a column of a file may be: its words in heads of files, and how its text is understood."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.kit import phones
from perezvon.kit.texts import fold

from ..actions.identity import tidy_email
from ..custom import definitions, values
from ..models import Import

PEOPLE, COMPANIES, DEALS = Import.What.PEOPLE.value, Import.What.COMPANIES.value, Import.What.DEALS.value
BOTH = frozenset({PEOPLE, COMPANIES})
ALL = BOTH | {DEALS}
NOUNS = {PEOPLE: "person", COMPANIES: "company", DEALS: "deal"}
_SPLIT = re.compile(r"[,;/\n|]+")
_NOT_DIGIT = re.compile(r"\D")
_TIDY_HEAD = re.compile(r"[\s_*:№#.()\"«»-]+")
_DATES = (
    "%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %I:%M %p",
)  # fmt: skip
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/\d{2,4}")
_MONTH_FIRST = ("%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p")
_MONEY_SIGNS = re.compile(r"[\s\u00a0\u202f'₽]|руб\.?|RUB|RUR")
_MONEY = re.compile(r"\d{1,12}(\.\d{1,2})?")
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
    """Names that cells are looked up in, folded: people of the staff by name and e-mail, sources by name; 0 = nobody.

    ``stages`` = {pipeline, "" = the main one: {stage: (id, kind)}}, ``reasons`` those of losses; only deals ask for them.
    ``month_first`` = dates with slashes are American ones.
    """

    staff: Mapping[str, int]
    sources: Mapping[str, int]
    time_zone: Any
    stages: Mapping[str, Mapping[str, tuple[int, str]]] = field(default_factory=dict)
    reasons: Mapping[str, int] = field(default_factory=dict)
    month_first: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a column may be. ``read`` turns a cell that is not blank into a value (Wrong when it makes no sense).

    ``several`` columns of a file may be the same field; ``heads`` are tidied words of heads, the surest first. An ``inner``
    one is for the product's own files and is not offered.
    """

    key: str
    label: Any
    heads: tuple[str, ...]
    read: Callable[[str, Book], Any]
    what: frozenset[str] = BOTH
    several: bool = False
    inner: bool = False


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


def _money(text: str, _book: Book) -> str:
    """Roubles and kopecks as exact text; spaces, a currency and a decimal comma are understood."""
    plain = _MONEY_SIGNS.sub("", text).replace(",", ".")
    if not _MONEY.fullmatch(plain):
        raise Wrong("amount", text)
    return plain


def _staff(text: str, book: Book) -> int | None:
    return _named(text, book.staff, "responsible")


def _source(text: str, book: Book) -> int | None:
    return _named(text, book.sources, "source")


def _named(text: str, names: Mapping[str, int], what: str) -> int | None:
    found = names.get(fold(" ".join(text.split())))
    if found is None:
        raise Wrong(what, text)
    return found or None


def _moment(text: str, book: Book) -> str:
    """A date or a moment as ISO text, in the company's time zone where the cell names none."""
    plain = text.strip()
    try:
        moment: datetime | None = datetime.fromisoformat(plain) if "T" in plain else None
    except ValueError:
        moment = None
    for pattern in () if moment else (*(_MONTH_FIRST if book.month_first else ()), *_DATES):
        try:
            moment = datetime.strptime(plain, pattern)  # noqa: DTZ007 - the zone is set below
        except ValueError:
            continue
        break
    if moment is None or not date(1990, 1, 1) <= moment.date() <= date(2100, 1, 1):
        raise Wrong("created", text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=book.time_zone)).isoformat()


def month_first(cells: Iterable[str]) -> bool:
    """Whether dates with slashes have the month first, decided by all cells of a column: only that makes sense of them."""
    told = [tuple(map(int, found.groups())) for cell in cells if (found := _SLASHED.match(cell.strip()))]
    return any(second > 12 for _first, second in told) and not any(first > 12 for first, _second in told)


FIELDS: tuple[Field, ...] = (
    Field("name", _("Name"), ("фио", "имя клиента", "полное имя", "имя", "name", "full name", "клиент", "контакт", "contact", "название", "компания", "организация", "наименование", "company", "organisation", "organization", "полное имя контакта", "имя контакта", "contact name", "название компании", "company name"), _text(200)),
    Field("last_name", _("Last name"), ("фамилия", "last name", "surname"), _text(80), frozenset({PEOPLE})),
    Field("first_name", _("First name"), ("имя", "first name"), _text(80), frozenset({PEOPLE})),
    Field("middle_name", _("Middle name"), ("отчество", "middle name", "patronymic"), _text(80), frozenset({PEOPLE})),
    Field("phone", _("Phone"), ("телефон", "тел", "мобильный", "мобильный телефон", "рабочий телефон", "домашний телефон", "другой телефон", "номер телефона", "номер", "phone", "telephone", "mobile", "mobile phone", "work phone", "рабочий прямой телефон", "телефон контакта", "рабочий телефон контакт", "мобильный телефон контакт", "телефон для рассылок", "work direct phone", "home phone", "other phone", "newsletters phone", "phone number"), _phones, ALL, several=True),
    Field("email", _("E-mail"), ("email", "e mail", "почта", "эл почта", "электронная почта", "рабочий email", "личный email", "mail", "другой email", "рабочий e mail", "частный e mail", "личный e mail", "другой e mail", "e mail для рассылок", "email контакта", "рабочий email контакт", "work email", "personal email", "other email", "work e mail", "home e mail", "private e mail", "other e mail", "newsletters e mail"), _emails, ALL, several=True),
    Field("company", _("Company"), ("компания", "организация", "фирма", "место работы", "company", "organisation", "organization", "компания контакта", "название компании", "company name", "contact company"), _text(200), frozenset({PEOPLE, DEALS})),
    Field("inn", _("INN"), ("инн", "inn", "инн компании"), _inn),
    Field("region", _("Region"), ("регион", "город", "область", "region", "city"), _text(120)),
    Field("comment", _("Comment"), ("комментарий", "примечание", "заметка", "описание", "comment", "note", "notes", "примечание 1", "примечание 2", "примечание 3", "примечание 4", "примечание 5", "note 1", "note 2", "note 3", "note 4", "note 5"), lambda text, _book: text[:5000], ALL, several=True),
    Field("responsible", _("Responsible"), ("ответственный", "менеджер", "responsible", "manager", "owner", "ответственный пользователь", "ответственный за контакт", "ответственный за компанию", "responsible user", "responsible person"), _staff, ALL),
    Field("source", _("Source"), ("источник", "source", "откуда"), _source, ALL),
    Field("created", pgettext_lazy("client", "Added"), ("дата создания", "создан", "дата добавления", "created", "created at", "date added", "дата создания контакта", "дата создания компании", "created on", "date created", "creation date", "дата создания сделки"), _moment, ALL),
    Field("tags", _("Tags"), ("теги", "тег", "теги сделки", "tags", "tag", "метки", "deal tags"), lambda text, _book: [part.strip() for part in text.split(",") if part.strip()], ALL),
    Field("outer", "", (), lambda text, _book: text[:200], ALL, inner=True),
    Field("name", _("Deal"), ("название сделки", "сделка", "название", "deal name", "deal", "deal title", "title", "name"), _text(200), frozenset({DEALS})),
    Field("client", _("Client"), ("клиент", "контакт", "основной контакт", "имя клиента", "фио", "полное имя контакта", "contact", "client", "main contact", "contact full name"), _text(200), frozenset({DEALS})),
    Field("amount", _("Amount"), ("бюджет", "бюджет ₽", "сумма", "сумма сделки", "amount", "sum", "sale", "price", "total"), _money, frozenset({DEALS})),
    Field("pipeline", _("Pipeline"), ("воронка", "воронка сделки", "направление", "pipeline", "funnel"), _text(80), frozenset({DEALS})),
    Field("stage", _("Stage"), ("этап", "этап сделки", "стадия", "стадия сделки", "статус", "stage", "deal stage", "pipeline stage", "lead status"), _text(80), frozenset({DEALS})),
    Field("reason", _("Lost reason"), ("причина отказа", "причина проигрыша", "причина потери", "lost reason", "loss reason", "reason"), _text(120), frozenset({DEALS})),
    Field("closed", pgettext_lazy("deal", "Closed"), ("дата закрытия", "закрыта", "дата завершения", "closed", "closed at", "closing date"), _moment, frozenset({DEALS})),
    Field("client_outer", "", (), lambda text, _book: text[:200], frozenset({DEALS}), inner=True),
    Field("company_outer", "", (), lambda text, _book: text[:200], frozenset({PEOPLE, DEALS}), inner=True),
)  # fmt: skip
_BY_KEY = {field.key: field for field in FIELDS}
_WHY: dict[str, Any] = {
    "phone": _("“%(text)s” is not a telephone number"),
    "email": _("“%(text)s” is not an e-mail"),
    "inn": _("“%(text)s” is not an INN"),
    "responsible": _("nobody of the staff is called “%(text)s”"),
    "source": _("there is no source “%(text)s”"),
    "created": _("“%(text)s” is not a date"),
    "pipeline": _("there is no pipeline “%(text)s”"),
    "stage": _("there is no stage “%(text)s” in the pipeline"),
    "reason": _("a lost deal needs a reason of the list; “%(text)s” is none"),
    "amount": _("“%(text)s” is not an amount"),
    "client": _("nobody is named whose deal it is"),
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
    own = [_own(one, what) for one in definitions.fields_of(NOUNS[what])]
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
