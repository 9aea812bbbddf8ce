"""Imports: how far each has come; files are brought in on the page."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from perezvon.api.nouns import Noun, register
from perezvon.api.schemas import Out

from ..models import Import


class ImportOut(Out):
    """A file that is being brought into the base."""

    id: int
    what: Import.What
    title: str
    state: Import.State
    error: str
    total: int
    done: int
    added: int
    updated: int
    skipped: int
    bad: int
    at: datetime
    by_id: int | None
    finished_at: datetime | None


register(Noun(
    "imports", "import", _("Imports"), ImportOut, lambda user, verb: Import.objects.visible_to(user), "person", view="import",
))  # fmt: skip
