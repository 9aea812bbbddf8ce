"""Taking in what visitors send: stored at once, understood later by the loop ``marketing.submissions``."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from perezvon.journey.actions import wake_soon
from perezvon.journey.statements import prepared

from .. import entries
from ..models import Form, Submission

State = Submission.State
_COLUMNS = {
    "form_id": "bigint", "received_at": "timestamptz", "idempotency_key": "text", "name": "text", "phone": "text",
    "email": "text", "message": "text", "fields": "jsonb", "utm": "jsonb", "click_ids": "jsonb", "first_touch": "jsonb",
    "landing_page": "text", "referrer": "text", "state": "text", "reason": "text",
}  # fmt: skip
# One statement, one transaction, no lock: twins that come at once meet at the unique constraint.
_INSERT = f"""
INSERT INTO marketing_submission ({", ".join(_COLUMNS)}, tries)
SELECT {", ".join(f"%s::{kind}" for kind in _COLUMNS.values())}, 0
 WHERE NOT EXISTS (SELECT 1 FROM marketing_submission WHERE form_id = %s AND idempotency_key = %s)
ON CONFLICT (form_id, idempotency_key) DO NOTHING RETURNING id, state, reason
"""  # noqa: S608  (column names only)
_TWIN = """
SELECT id, state, reason FROM marketing_submission WHERE form_id = %s AND idempotency_key = ANY(%s) ORDER BY id LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a post: ``is_new`` is False for a repetition of one that was taken before."""

    id: int
    state: str
    reason: str
    is_new: bool

    @property
    def is_taken(self) -> bool:
        """Whether the visitor may be told "thank you": robots may too."""
        return self.state != State.REJECTED


def accept(
    form: Form, fields: Mapping[str, str], *, at: datetime, idempotency_key: str = "", referrer: str = ""
) -> Receipt:
    """Store what a visitor sent; a repetition returns the first one's receipt.

    The key of the post is ``idempotency_key``, else the field of that name, else its content and minute,
    so that a double click is one request. Without a phone or an e-mail it is stored as rejected.
    """
    entry = entries.read(fields, region=settings.DEFAULT_REGION, referrer=referrer)
    given = idempotency_key or fields.get(entries.IDEMPOTENCY_FIELD, "").strip()
    keys = [_given_key(given)] * 2 if given else _content_keys(json.dumps(entry.fields, sort_keys=True), at)
    state, reason = State.NEW, ""
    if entry.is_spam:
        state, reason = State.SPAM, "honeypot"
    elif entry.fault:
        state, reason = State.REJECTED, entry.fault
    receipt = _store(form, entry, state, reason, keys, at)
    if receipt.is_new and state == State.NEW:
        wake_soon("marketing.submissions")
    return receipt


def reject(form: Form, reason: str, beginning: str, *, at: datetime) -> Receipt:
    """Keep a post that cannot be read: its reason and its beginning. The same one in a minute is kept once."""
    entry = entries.Entry(fields={"body": beginning} if beginning else {})
    return _store(form, entry, State.REJECTED, reason, _content_keys(f"{reason}\n{beginning}", at), at)


def _given_key(text: str) -> str:
    return (
        text
        if len(text) <= 78 and text.isprintable()
        else "h:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    )


def _content_keys(content: str, at: datetime) -> list[str]:
    """The key of this minute and of the one before: a double click may fall between two minutes."""
    digest = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()[:40]
    return [f"c:{digest}:{moment:%Y%m%d%H%M}" for moment in (at, at - timedelta(minutes=1))]


def _store(form: Form, entry: entries.Entry, state: str, reason: str, keys: list[str], at: datetime) -> Receipt:
    row: list[Any] = [
        form.pk, at, keys[0], entry.name, entry.phone, entry.email, entry.message,
        *(json.dumps(part, ensure_ascii=False) for part in (entry.fields, entry.utm, entry.click_ids, entry.first_touch)),
        entry.landing_page, entry.referrer, str(state), reason[:200],
    ]  # fmt: skip
    if found := prepared(_INSERT, [*row, form.pk, keys[1]]):
        return _receipt(found[0], is_new=True)
    return _receipt(prepared(_TWIN, [form.pk, keys])[0], is_new=False)


def _receipt(row: Any, *, is_new: bool) -> Receipt:
    number, state, reason = row
    return Receipt(number, state, reason, is_new)
