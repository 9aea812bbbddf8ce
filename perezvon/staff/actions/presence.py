"""Who is at work right now."""

from datetime import datetime

from django.db import transaction

from perezvon.journey.actions import record

from .. import facts
from ..models import Presence, User


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
    User.objects.filter(pk=user.pk).update(presence=state)
    user.presence = state
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
    User.objects.filter(pk=user.pk).update(presence="")
    return int((current.until - current.since).total_seconds())
