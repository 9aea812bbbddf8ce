"""Calendars by address: made, read, taken back."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from perezvon.journey.actions import record

from .. import facts
from ..models import CalendarFeed

MOST = 10
_SEEN_EVERY = timedelta(hours=1)


class TooMany(Exception):
    """A person has as many feeds as there may be."""


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_feed(user: Any, *, name: str, with_names: bool, with_tasks: bool, at: datetime) -> tuple[CalendarFeed, str]:
    """A new address; the feed and the word that its address ends with, which nobody can show again. TooMany."""
    if CalendarFeed.objects.visible_to(user).count() >= MOST:
        raise TooMany
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(24).replace("-", "_")
    feed = CalendarFeed.objects.create(
        user=user, name=name.strip(), prefix=prefix, digest=_digest(secret), with_names=with_names,
        with_tasks=with_tasks, created_at=at,
    )  # fmt: skip
    record(facts.FEED_MADE, at=at, by=user, owner_id=user.pk, name=feed.name)
    return feed, f"{prefix}-{secret}"


@transaction.atomic
def revoke_feed(feed: CalendarFeed, *, by: Any, at: datetime) -> None:
    """The address opens nothing from now on."""
    record(facts.FEED_REVOKED, at=at, by=by, owner_id=feed.user_id, name=feed.name)
    feed.delete()


def feed_of(word: str, *, at: datetime) -> CalendarFeed | None:
    """The feed behind the word of an address; None for a wrong one and for people who left."""
    prefix, _dash, secret = word.partition("-")
    feed = CalendarFeed.objects.select_related("user").filter(prefix=prefix, user__is_active=True).first()
    if feed is None or not hmac.compare_digest(feed.digest, _digest(secret)):
        return None
    stale = Q(last_read_at=None) | Q(last_read_at__lt=at - _SEEN_EVERY)
    CalendarFeed.objects.filter(stale, pk=feed.pk).update(last_read_at=at)
    return feed
