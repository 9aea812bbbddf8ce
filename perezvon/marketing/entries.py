"""What a visitor told: fields under many names become one typed entry."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from perezvon.kit import phones

from . import utm

# Sites call the same thing differently; the first name that is filled counts.
NAMES = {
    "name": ("name", "fio", "full_name", "fullname", "your-name", "имя", "фио"),
    "phone": ("phone", "tel", "telephone", "phone_number", "mobile", "your-phone", "телефон"),
    "email": ("email", "e-mail", "mail", "your-email", "почта"),
    "message": (
        "message",
        "comment",
        "comments",
        "text",
        "question",
        "your-message",
        "сообщение",
        "комментарий",
        "вопрос",
    ),
    "landing_page": ("landing_page", "landing", "page", "page_url"),
    "referrer": ("referrer", "referer", "ref"),
}
# People do not see this field (the snippet hides it); robots fill it in.
HONEYPOT = "homepage"
IDEMPOTENCY_FIELD = "idempotency_key"
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}")
_LONGEST = {"name": 200, "message": 4_000, "landing_page": 1_000, "referrer": 1_000}


@dataclass(frozen=True, slots=True)
class Entry:
    """A form filled in: ``phone`` in E.164, ``email`` in lower case, "" = not given or not understood."""

    name: str = ""
    phone: str = ""
    email: str = ""
    message: str = ""
    landing_page: str = ""
    referrer: str = ""
    utm: dict[str, str] = field(default_factory=dict)
    click_ids: dict[str, str] = field(default_factory=dict)
    first_touch: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    is_spam: bool = False

    @property
    def fault(self) -> str:
        """Why nobody could answer this visitor; "" when somebody could."""
        if self.phone or self.email:
            return ""
        given = any(_given(self.fields, kind) for kind in ("phone", "email"))
        return "contact not understood" if given else "no contact"


def read(fields: Mapping[str, str], *, region: str = "RU", referrer: str = "") -> Entry:
    """Understand the fields of a form; ``referrer`` is the header, used where the form says nothing."""
    known = {name.strip().casefold(): value.strip() for name, value in fields.items()}
    page = _given(known, "landing_page")
    address = utm.parameters_of(page or referrer)
    return Entry(
        name=_short("name", _given(known, "name")),
        phone=phones.normalise(_given(known, "phone"), region)[:20],
        email=_email(_given(known, "email")),
        message=_short("message", _given(known, "message")),
        landing_page=_short("landing_page", page or referrer),
        referrer=_short("referrer", _given(known, "referrer")),
        utm=utm.tags_of(known) or utm.tags_of(address),
        click_ids=utm.click_ids_of(known) or utm.click_ids_of(address),
        first_touch=_first_touch(known),
        fields={name: value for name, value in fields.items() if value and name != IDEMPOTENCY_FIELD},
        is_spam=bool(known.get(HONEYPOT)),
    )


def _given(known: Mapping[str, str], kind: str) -> str:
    return next((known[name] for name in NAMES[kind] if known.get(name)), "")


def _short(kind: str, text: str) -> str:
    return text[: _LONGEST[kind]]


def _email(text: str) -> str:
    text = text.strip().lower()
    return text if len(text) <= 254 and _EMAIL.fullmatch(text) else ""


def _first_touch(known: Mapping[str, str]) -> dict[str, str]:
    """The very first visit as the script of the snippet remembers it: first_utm_source, first_landing_page."""
    found = utm.tags_of(known, "first_utm_")
    found.update(
        {
            name: known[f"first_{name}"][:1_000]
            for name in ("landing_page", "referrer", "at")
            if known.get(f"first_{name}")
        }
    )
    return found
