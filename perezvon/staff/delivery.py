"""One notice on its way outside: claimed, sent, and what came of it written down.

No transaction is open while somebody else's server is waited for. A delivery is claimed by moving its due moment a
lease ahead, so it may be started twice and still goes out once; whatever a dead worker left is found by ``forgotten``.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext, gettext_noop

from .models import Notice, NoticeDelivery, PushDevice
from .notices import MAIL, PUSH

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
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
    """Try a delivery; when to try again, None when that is not needed."""
    claim = NoticeDelivery.objects.filter(pk=pk, state=NoticeDelivery.State.WAITING, due_at__lte=at)
    if not claim.update(due_at=at + LEASE, tries=F("tries") + 1):
        return None
    delivery = NoticeDelivery.objects.select_related("notice__user", "device").get(pk=pk)
    outcome = _tried(delivery, at)
    done = None if outcome.again else at
    NoticeDelivery.objects.filter(pk=pk).update(
        state=outcome.state, error=outcome.error[:200], done_at=done, due_at=outcome.again or delivery.due_at
    )
    return outcome.again


def _tried(delivery: NoticeDelivery, at: datetime) -> Outcome:
    needless = _needless(delivery, at)
    if needless:
        return Outcome(NoticeDelivery.State.NEEDLESS, needless)
    try:
        _send(delivery, at)
    except Later as error:
        if delivery.tries > len(PAUSES):
            return Outcome(NoticeDelivery.State.FAILED, str(error))
        again = at + max(PAUSES[delivery.tries - 1], min(error.after, STALE))
        return Outcome(NoticeDelivery.State.WAITING, str(error), again)
    except Refused as error:
        log.warning("a notice cannot be delivered", extra={"way": delivery.way, "why": str(error)})
        if isinstance(error, Gone) and delivery.device:
            PushDevice.objects.filter(pk=delivery.device_id).delete()
        return Outcome(NoticeDelivery.State.FAILED, str(error))
    return Outcome(NoticeDelivery.State.SENT)


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


def _send(delivery: NoticeDelivery, at: datetime) -> None:
    """Later, Refused or Gone when it did not work."""
    from .mailing import mail
    from .pushing import push

    if delivery.way == PUSH:
        assert delivery.device is not None
        push(delivery.notice, delivery.device, at=at)
        PushDevice.objects.filter(pk=delivery.device_id).update(used_at=at)
    else:
        mail(delivery.notice)


def forgotten(*, at: datetime) -> list[int]:
    """Deliveries whose job was lost: due for longer than a lease."""
    waiting = NoticeDelivery.objects.filter(state=NoticeDelivery.State.WAITING, due_at__lt=at - LEASE)
    return list(waiting.values_list("pk", flat=True)[:1000])
