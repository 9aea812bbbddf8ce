"""Callers who are not put through."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record
from perezvon.kit import phones

from .. import facts
from ..models import BlockedNumber, Line


@transaction.atomic
def block_number(
    phone: str, reason: str, *, until: datetime | None = None, call_id: int | None = None, by: Any = None, at: datetime
) -> BlockedNumber:
    """Put a caller (E.164) on the list, or change why and until when; ``until`` None = for good.

    ValidationError for what is no number, one of our own, a moment that is over, or no reason.
    """
    wrong = {}
    if not phone or phones.normalise(phone) != phone:
        wrong["phone"] = _("This is not a telephone number.")
    elif Line.objects.filter(number=phone).exists():
        wrong["phone"] = _("This is a number of our own.")
    if until is not None and until <= at:
        wrong["until"] = _("This moment is over.")
    if not reason.strip():
        wrong["reason"] = _("Write why: others will ask.")
    if wrong:
        raise ValidationError(wrong)
    values = {"reason": reason.strip(), "until": until, "by_id": getattr(by, "pk", by), "at": at}
    blocked, _made = BlockedNumber.objects.update_or_create(phone=phone, defaults=values)
    told = {"reason": blocked.reason, "number": phones.mask(phone)}
    record(facts.NUMBER_BLOCKED, at=at, by=by, call_id=call_id, **told)
    return blocked


@transaction.atomic
def unblock_number(blocked: BlockedNumber, *, by: Any = None, at: datetime) -> None:
    """Let the caller through again."""
    record(facts.NUMBER_UNBLOCKED, at=at, by=by, number=phones.mask(blocked.phone))
    blocked.delete()


def is_blocked(phone: str, at: datetime) -> bool:
    """Whether the caller is not put through at that moment."""
    rows = BlockedNumber.objects.filter(phone=phone).exclude(until__lte=at)
    return bool(phone) and rows.exists()
