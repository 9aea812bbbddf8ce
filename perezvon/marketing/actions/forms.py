"""Public forms of the company's sites."""

import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record
from perezvon.staff.models import User

from .. import facts, known_forms
from ..models import Form

CHANGEABLE = frozenset(
    {"name", "origins", "source", "product", "department", "redirect_to", "limit_per_minute", "is_enabled"}
)
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?")


def tidy_origin(text: str) -> str:
    """The origin of an address as browsers write it: "https://site.example". ValidationError otherwise."""
    parts = urlsplit(text.strip().lower())
    origin = f"{parts.scheme}://{parts.netloc}"
    if not _ORIGIN.fullmatch(origin):
        raise ValidationError({"origins": _("Write addresses like https://site.example, one on a line.")})
    return origin


@transaction.atomic
def add_form(name: str, *, key: str = "", by: User | None = None, at: datetime, **fields: Any) -> Form:
    """Make a form; without ``key`` its address gets a random one."""
    return _write(Form(key=key or secrets.token_urlsafe(9), created_at=at), {"name": name, **fields}, by, at)


@transaction.atomic
def change_form(form: Form, changes: dict[str, Any], *, by: User | None = None, at: datetime) -> Form:
    """Change a form; only names of ``CHANGEABLE``. ValidationError for impossible origins or page."""
    return _write(form, changes, by, at)


def _write(form: Form, changes: dict[str, Any], by: User | None, at: datetime) -> Form:
    unknown = changes.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"not for changing: {sorted(unknown)}")
    if "origins" in changes:
        changes = {**changes, "origins": _origins(changes["origins"])}
    if changes.get("redirect_to") and urlsplit(changes["redirect_to"]).scheme not in ("http", "https"):
        raise ValidationError({"redirect_to": _("Write the whole address, with https://.")})
    for name, value in changes.items():
        setattr(form, name, value)
    form.save()
    known_forms.forget()
    record(facts.FORM_CHANGED, at=at, by=by, source_id=form.source_id, name=form.name, form_id=form.pk)
    return form


def _origins(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(tidy_origin(text) for text in texts if text.strip()))
