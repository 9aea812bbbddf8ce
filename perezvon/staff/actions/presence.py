"""Who is at work right now, and the reasons people give."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record

from .. import facts, reads
from ..models import Presence, PresenceReason, User


@transaction.atomic
def set_presence(user: User, state: str, *, reason: str = "", by: User | None = None, at: datetime) -> Presence:
    """Begin a stretch of time in ``state``; the one before ends. The same state again changes nothing.

    ValueError for an unknown state.
    """
    state = Presence.State(state).value
    User.objects.select_for_update().get(pk=user.pk)  # two switches at once come one after the other
    current = Presence.objects.filter(user=user, until=None).first()
    if current and (current.state, current.reason) == (state, reason):
        return current
    seconds = end_presence(user, at=at)
    since = max(at, current.since) if current else at
    presence = Presence.objects.create(user=user, state=state, reason=reason, since=since)
    _show(user, state, reason, since)
    record(
        facts.PRESENCE_CHANGED,
        at=at,
        by=by,
        owner_id=user.pk,
        department_id=user.department_id,
        seconds=seconds,
        name=user.name,
        state=state,
        was=current.state if current else "",
        reason=reason,
    )
    return presence


def end_presence(user: User, *, at: datetime) -> int | None:
    """End the current stretch; how many seconds it lasted, None when there was none."""
    current = Presence.objects.select_for_update().filter(user=user, until=None).first()
    if current is None:
        return None
    current.until = max(at, current.since)
    current.save(update_fields=["until"])
    _show(user, "", "", None)
    return int((current.until - current.since).total_seconds())


def _show(user: User, state: str, reason: str, since: datetime | None) -> None:
    """Copy the present stretch onto the card."""
    User.objects.filter(pk=user.pk).update(presence=state, presence_reason=reason, presence_since=since)
    user.presence, user.presence_reason, user.presence_since = state, reason, since


@transaction.atomic
def set_reason(
    known: PresenceReason | None,
    *,
    state: str,
    name: str,
    minutes: int | None = None,
    order: int = 100,
    is_used: bool = True,
    by: User | None = None,
    at: datetime,
) -> PresenceReason:
    """Add a reason of a state (``known`` None) or change one; past stretches keep the word they had.

    ValidationError when the state has a reason of that name already.
    """
    name = name.strip()
    same = PresenceReason.objects.filter(state=state, name__iexact=name).exclude(pk=known.pk if known else None)
    if same.exists():
        raise ValidationError({"name": _("This state has such a reason already.")})
    reason = known or PresenceReason()
    reason.state, reason.name, reason.minutes, reason.order, reason.is_used = state, name, minutes, order, is_used
    reason.save()
    record(facts.PRESENCE_REASON_CHANGED, at=at, by=by, name=name)
    reads.forget()
    return reason
