"""Consents: what a person allowed and took back, in which words, how it is proved (152-FZ art. 9, 38-FZ art. 18)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from perezvon.journey.actions import record

from .. import facts
from ..models import ClientFile, Consent, ConsentText, Person
from .errors import Refused


class GivenAlready(Refused):
    """A consent to the same is in force."""

    text = _("A consent to this is in force already.")


class NotInForce(Refused):
    """It was taken back before, or is taken back before it was given."""

    text = _("This consent is not in force.")


@transaction.atomic
def write_text(purpose: str, text: str, *, by: Any, at: datetime) -> ConsentText:
    """A new version of the words; earlier consents keep the words they were given to."""
    last = ConsentText.objects.filter(purpose=purpose).aggregate(last=Max("version"))["last"] or 0
    row = ConsentText.objects.create(purpose=purpose, version=last + 1, text=text.strip(), at=at, by=by)
    record(facts.CONSENT_TEXT, at=at, by=by, purpose=purpose, version=row.version)
    return row


def text_of(purpose: str) -> ConsentText | None:
    """The words in use."""
    return ConsentText.objects.filter(purpose=purpose).order_by("-version").first()


@transaction.atomic
def give(
    person: Person, purpose: str, *, channel: str, evidence: str, given_at: datetime, text: ConsentText | None = None,
    file: ClientFile | None = None, by: Any, at: datetime,
) -> Consent:  # fmt: skip
    """Note that the person allows ``purpose``; ``evidence`` says what proves it. GivenAlready."""
    try:
        with transaction.atomic():
            row = Consent.objects.create(
                person=person, purpose=purpose, text=text or text_of(purpose), channel=channel, evidence=evidence.strip(),
                file=file, given_at=min(given_at, at), by=by, at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise GivenAlready from error
    record(facts.CONSENT_GIVEN, at=at, by=by, person_id=person.pk, purpose=purpose, how=channel, consent=row.pk)
    return row


@transaction.atomic
def withdraw(row: Consent, *, channel: str, note: str = "", by: Any, at: datetime) -> None:
    """The person takes it back: whoever acts on consents hears the fact and stops at once. NotInForce."""
    rows = Consent.objects.filter(pk=row.pk, withdrawn_at=None, given_at__lte=at)
    if not rows.update(withdrawn_at=at, withdrawn_by=by, withdrawn_channel=channel, withdrawn_note=note.strip()):
        raise NotInForce
    record(
        facts.CONSENT_WITHDRAWN,
        at=at,
        by=by,
        person_id=row.person_id,
        purpose=row.purpose,
        how=channel,
        consent=row.pk,
    )


def allowed(people: Iterable[int], purpose: str) -> set[int]:
    """Those of the people whose consent to ``purpose`` is in force."""
    rows = Consent.objects.filter(person__in=set(people), purpose=purpose, withdrawn_at=None)
    return set(rows.values_list("person_id", flat=True))
