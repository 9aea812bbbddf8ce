"""The button that calls a client: drawn for every row of every list, so made of one kept piece of HTML."""

from functools import lru_cache
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _

from perezvon.web.templatetags.web import icon

from .. import telephones
from ..callees import KINDS

PLACE = "@@"


def call_button(request: Any, noun: str, pk: int, label: Any = "") -> str:
    """A button that names the client, not the number, and belongs to the one form of the bar; "" without a telephone.

    LookupError for a noun that cannot be called.
    """
    if noun not in KINDS:
        raise LookupError(f"nobody can call a {noun!r}")
    if request is None or not telephones.can_dial(request.user):
        return ""
    return _shape(noun, str(label), _("Call"), icon("phone")).replace(PLACE, str(int(pk)))


@lru_cache(maxsize=64)
def _shape(noun: str, label: str, title: str, picture: str) -> str:
    look = "" if label else " btn-icon btn-ghost-secondary"
    return format_html(
        '<button type="submit" form="dial" class="btn btn-sm{} call-button" name="{}" value="{}" formnovalidate title="{}" '
        'aria-label="{}">{}{}</button>', look, noun, PLACE, title, label or title, picture, label,
    )  # fmt: skip
