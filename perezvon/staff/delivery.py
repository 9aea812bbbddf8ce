"""Notices on their way outside: claimed, sent, and what came of it written down.

No transaction is open while somebody else's server is waited for. A delivery is claimed by moving its due moment a
lease ahead, so it may be started twice and still goes out once; whatever a dead worker left is found by ``forgotten``.
What waited for the end of somebody's quiet times, or for a server, comes to him as one message and not as twenty.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext, gettext_noop, ngettext

from .models import Notice, NoticeDelivery, PushDevice, User
from .notices import MAIL, PUSH

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
NAMED = 8  # notices that a gathered message names
State = NoticeDelivery.State
STALE = timedelta(days=1)  # nobody wants to hear of it by push or mail after that


def said(error: str) -> str:
    """Why a delivery did not go out, in the reader's language; what a server said stays after the dot."""
    words, dot, detail = error.partition(" · ")
    return gettext(words) + dot + detail if words else ""


class Later(Exception):
    """It did not work for now; ``after`` is how long the other side wants to be left alone."""

    def __init__(self, why: str, after: timedelta = timedelta(0)) -> None:
        super().__init__(why)
        self.after = after


class Refused(Exception):
    """It will never work."""


class Gone(Refused):
    """The browser has taken its consent back."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one try came to: the new state, or when to try again."""

    state: str
    error: str = ""
    again: datetime | None = None


def attempt(pk: int, *, at: datetime) -> datetime | None:
    """Try a delivery, with everything else that has waited for the same place; when to try again, None when that is not needed."""
    claimed = _claim(pk, at)
    outcomes = {each.pk: Outcome(State.NEEDLESS, why) for each in claimed if (why := _needless(each, at))}
    left = [each for each in claimed if each.pk not in outcomes]
    if left:
        outcomes |= dict.fromkeys([each.pk for each in left], _tried(left, at))
    for each in claimed:
        outcome = outcomes[each.pk]
        NoticeDelivery.objects.filter(pk=each.pk).update(
            state=outcome.state, error=outcome.error[:200], done_at=None if outcome.again else at,
            due_at=outcome.again or each.due_at,
        )  # fmt: skip
    return next((outcome.again for outcome in outcomes.values() if outcome.again), None)


@transaction.atomic
def _claim(pk: int, at: datetime) -> list[NoticeDelivery]:
    """The delivery, when nobody else has it; one that has waited (for the end of quiet times, for a server) with its like."""
    due = NoticeDelivery.objects.filter(state=State.WAITING, due_at__lte=at).select_related("notice__user", "device")
    one = due.filter(pk=pk).first()
    if one is None:
        return []
    User.objects.select_for_update(no_key=True).get(
        pk=one.notice.user_id
    )  # one worker gathers, the others find nothing
    alike = due.filter(notice__user=one.notice.user_id, way=one.way, device=one.device_id, due_at__gt=F("notice__at"))
    found = list(due.filter(Q(pk=pk) | Q(pk__in=alike.values("pk")) if one.due_at > one.notice.at else Q(pk=pk)))
    if pk not in {each.pk for each in found}:
        return []
    NoticeDelivery.objects.filter(pk__in=[each.pk for each in found]).update(due_at=at + LEASE, tries=F("tries") + 1)
    for each in found:
        each.tries += 1
    return found


def _tried(deliveries: Sequence[NoticeDelivery], at: datetime) -> Outcome:
    """One message about all of them."""
    way, device, tries = deliveries[0].way, deliveries[0].device, min(each.tries for each in deliveries)
    try:
        _send(gathered([each.notice for each in deliveries]), way, device, at)
    except Later as error:
        if tries > len(PAUSES):
            return Outcome(State.FAILED, str(error))
        return Outcome(State.WAITING, str(error), at + max(PAUSES[tries - 1], min(error.after, STALE)))
    except Refused as error:
        log.warning("a notice cannot be delivered", extra={"way": way, "why": str(error)})
        if isinstance(error, Gone) and device:
            PushDevice.objects.filter(pk=device.pk).delete()
        return Outcome(State.FAILED, str(error))
    return Outcome(State.SENT)


def gathered(notices: Sequence[Notice]) -> Notice:
    """What is sent of these notices to one person: the only one, or one (not stored) that counts and names them all."""
    if len(notices) == 1:
        return notices[0]
    levels, user = list(Notice.Level.values), notices[0].user
    ordered = sorted(notices, key=lambda one: (-levels.index(one.level), one.at, one.pk))
    with translation.override(user.language):
        count = ngettext("%(count)d notice has gathered", "%(count)d notices have gathered", len(notices))
        lines = [one.title for one in ordered[:NAMED]]
        if len(ordered) > NAMED:
            lines.append(gettext("and %(count)d more") % {"count": len(ordered) - NAMED})
        title = count % {"count": len(notices)}
    return Notice(
        user=user, level=ordered[0].level, title=title, text="\n".join(lines), at=notices[0].at, key="gathered"
    )


def page_of(notice: Notice) -> str:
    """Where a message leads: through the notice, which is seen then, or to the list."""
    return f"/notices/{notice.pk}/" if notice.pk else "/notices/"


def _needless(delivery: NoticeDelivery, at: datetime) -> str:
    """Why nobody needs it any more; "" when somebody does."""
    notice: Notice = delivery.notice
    if not notice.user.is_active:
        return gettext_noop("the person has left")
    if delivery.way == PUSH and delivery.device is None:
        return gettext_noop("the browser was removed")
    if delivery.way == MAIL and not settings.MAIL_IS_SET:
        return gettext_noop("no mail server is set")
    if notice.seen_at is not None and at - notice.at > LEASE:
        return gettext_noop("it was seen meanwhile")
    return gettext_noop("it is too old") if at - notice.at > STALE and delivery.tries > 1 else ""


def _send(notice: Notice, way: str, device: PushDevice | None, at: datetime) -> None:
    """Later, Refused or Gone when it did not work."""
    from .mailing import mail
    from .pushing import push

    if way == PUSH:
        assert device is not None
        push(notice, device, at=at)
        PushDevice.objects.filter(pk=device.pk).update(used_at=at)
    else:
        mail(notice)


def forgotten(*, at: datetime) -> list[int]:
    """Deliveries whose job was lost: due for longer than a lease."""
    waiting = NoticeDelivery.objects.filter(state=State.WAITING, due_at__lt=at - LEASE)
    return list(waiting.values_list("pk", flat=True)[:1000])
