"""Files on clients, companies and deals: taken in after a look inside, given out to those who may see the card."""

from datetime import datetime
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record

from .. import facts
from ..filing import store
from ..filing.checks import MOST_BYTES, NotTaken, media_of, tidy_name
from ..models import ClientFile, Company, Consent, Deal, Person
from .errors import Refused

MOST_FILES = 500  # of one client
Owner = Person | Company | Deal


def add_file(owner: Owner, name: str, content: IO[bytes], *, by: Any, at: datetime) -> ClientFile:
    """Keep a file. Refused in words when it is too big, empty, of a kind that is not taken, or not what its name says."""
    column, name = str(owner._meta.model_name), tidy_name(name)
    if ClientFile.objects.filter(removed_at=None, **{column: owner}).count() >= MOST_FILES:
        raise Refused(_("There are too many files here."))
    too_big = _("The file is larger than %(most)s MB.") % {"most": MOST_BYTES // 1024 // 1024}
    try:
        stored, size, head = store.keep(content, too_big)
    except NotTaken as error:
        raise Refused(str(error)) from error
    try:
        if not size:
            raise NotTaken(_("The file is empty."))
        return _add(owner, column, name, (stored, size, media_of(name, head)), by, at)
    except NotTaken as error:
        store.drop(stored)
        raise Refused(str(error)) from error
    except BaseException:
        store.drop(stored)
        raise


@transaction.atomic
def _add(owner: Owner, column: str, name: str, kept: tuple[str, int, str], by: Any, at: datetime) -> ClientFile:
    stored, size, media = kept
    row = ClientFile.objects.create(name=name, media=media, size=size, stored=stored, at=at, by=by, **{column: owner})
    record(facts.FILE_ADDED[column], at=at, by=by, name=name, file=row.pk, **_ids(row))
    return row


@transaction.atomic
def remove_file(row: ClientFile, *, by: Any, at: datetime) -> None:
    """Take a file away; who and when stays, the bytes go after the commit. A file that proves a consent stays."""
    if Consent.objects.filter(file=row).exists():
        raise Refused(_("This file proves a consent: it stays."))
    if ClientFile.objects.filter(pk=row.pk, removed_at=None).update(removed_at=at, removed_by=by):
        column = "person" if row.person_id else "company" if row.company_id else "deal"
        record(facts.FILE_REMOVED[column], at=at, by=by, name=row.name, file=row.pk, **_ids(row))
        transaction.on_commit(lambda: store.drop(row.stored))


def _ids(row: ClientFile) -> dict[str, int | None]:
    """Whose story it belongs to; a file of a deal also to that of its client."""
    deal = row.deal
    return {
        "person_id": row.person_id or (deal.person_id if deal else None),
        "company_id": row.company_id or (deal.company_id if deal else None), "deal_id": row.deal_id,
    }  # fmt: skip
