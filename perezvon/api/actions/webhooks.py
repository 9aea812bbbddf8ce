"""Subscriptions: adding, changing, a new secret, on and off, a test, sending again."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from pydantic_core import to_json

from perezvon.journey.actions import record, wake
from perezvon.journey.kinds import is_among, kinds
from perezvon.kit.conditions import Unclear, read
from perezvon.kit.outgoing import OutgoingError, checked
from perezvon.lists.listing import Refused

from .. import facts
from ..models import Delivery, Webhook
from ..nouns import nouns
from ..webhooks import sending

CHANGEABLE = frozenset({"name", "url", "kinds", "noun", "where"})
BOTH_SECRETS = timedelta(hours=24)
MOST_KINDS, MOST_HOOKS = 60, 50
LONGEST_REPLAY = timedelta(days=30)


class WebhookRefused(Refused):
    """A subscription that makes no sense; ``fields`` are the columns at fault."""

    def __init__(self, why: Any, *fields: str) -> None:
        super().__init__(str(why))
        self.fields = fields


def _checked(hook: Webhook) -> None:
    try:
        checked(hook.url)
    except OutgoingError as error:
        raise WebhookRefused(_("Only https addresses on the Internet are called: %(why)s") % {"why": error.reason}, "url") from None  # fmt: skip
    known = [kind.name for kind in kinds()]
    if not hook.kinds or len(hook.kinds) > MOST_KINDS:
        raise WebhookRefused(_("Choose what it is told of."), "kinds")
    for pattern in hook.kinds:
        if not any(is_among(name, (pattern,)) for name in known):
            raise WebhookRefused(_("There is no such kind of events: %(kind)s") % {"kind": pattern[:60]}, "kinds")
    _check_condition(hook)


def _check_condition(hook: Webhook) -> None:
    noun = nouns().get(hook.noun) if hook.noun else None
    if hook.noun and (noun is None or noun.fields is None or noun.heard is None):
        raise WebhookRefused(_("A condition cannot be asked of this."), "noun")
    if hook.where and noun is None:
        raise WebhookRefused(_("Say what the condition is about."), "noun")
    if noun is not None and noun.fields is not None and hook.where:
        try:
            hook.where = read(hook.where, noun.fields.open_to(hook.owner)).json()
        except Unclear as error:
            raise WebhookRefused(str(error), "where") from None


def _new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


def _saved(hook: Webhook, kind: str, by: Any, at: datetime) -> Webhook:
    _checked(hook)
    try:
        with transaction.atomic():
            hook.save()
    except IntegrityError:
        raise WebhookRefused(_("There is one with this name already."), "name") from None
    record(kind, at=at, by=by, owner_id=hook.owner_id, name=hook.name, webhook=hook.pk)
    return hook


@transaction.atomic
def add_webhook(
    owner: Any, name: str, url: str, kinds: Iterable[str], *, noun: str = "", where: Mapping[str, Any] | None = None,
    by: Any, at: datetime,
) -> Webhook:  # fmt: skip
    """Subscribe a program to facts, with the rights of ``owner``. WebhookRefused for what makes no sense."""
    if Webhook.objects.filter(owner=owner).count() >= MOST_HOOKS:
        raise WebhookRefused(_("There are too many already."))
    hook = Webhook(
        owner=owner, name=name.strip(), url=url.strip(), kinds=list(dict.fromkeys(kinds)), noun=noun, where=dict(where or {}),
        secret=_new_secret(), created_at=at,
    )  # fmt: skip
    return _saved(hook, facts.ADDED, by, at)


@transaction.atomic
def change_webhook(hook: Webhook, changes: Mapping[str, Any], *, by: Any, at: datetime) -> Webhook:
    """Change columns of ``CHANGEABLE``; what waits already is sent to the new address. WebhookRefused."""
    for name in CHANGEABLE & changes.keys():
        setattr(hook, name, changes[name])
    return _saved(hook, facts.CHANGED, by, at)


@transaction.atomic
def renew_secret(hook: Webhook, *, by: Any, at: datetime) -> Webhook:
    """A new secret; for a day deliveries are signed with the old one too."""
    hook.old_secret, hook.old_until, hook.secret = hook.secret, at + BOTH_SECRETS, _new_secret()
    hook.save(update_fields=["old_secret", "old_until", "secret"])
    record(facts.CHANGED, at=at, by=by, owner_id=hook.owner_id, name=hook.name, webhook=hook.pk, fields=["secret"])
    return hook


@transaction.atomic
def switch(hook: Webhook, on: bool, *, by: Any, at: datetime) -> Webhook:
    """Stop, or go on: what waited meanwhile is sent; the count of failures begins anew."""
    hook.is_enabled, hook.off_why = on, ""
    hook.failures, hook.failing_since, hook.rest_until = 0, None, None
    hook.save(update_fields=["is_enabled", "off_why", "failures", "failing_since", "rest_until"])
    record(facts.CHANGED, at=at, by=by, owner_id=hook.owner_id, name=hook.name, webhook=hook.pk, fields=["is_enabled"])
    wake("api.deliveries")
    return hook


@transaction.atomic
def remove_webhook(hook: Webhook, *, by: Any, at: datetime) -> None:
    """Take a subscription away, with its log."""
    record(facts.REMOVED, at=at, by=by, owner_id=hook.owner_id, name=hook.name)
    hook.delete()


def test_webhook(hook: Webhook, *, by: Any, at: datetime) -> sending.Result:
    """Send a test event now and say what was answered. Not in a transaction: another server is asked."""
    body = to_json(
        {"event": 0, "kind": "test", "at": at, "webhook": hook.pk, "fact": None, "noun": None, "object": None}
    )
    one = Delivery.objects.create(
        webhook=hook, kind="test", key="test", body=body.decode(), made_at=at, queued_at=at, due_at=at + sending.LEASE
    )
    result = sending.attempt(one, at=at)
    sending.note(result, at=at)
    return result


@transaction.atomic
def replay(delivery: Delivery, *, by: Any, at: datetime) -> Delivery:
    """Send one event again, whether it arrived or was given up; its number stays the same."""
    _again([delivery.webhook], [delivery.pk], by=by, at=at)
    delivery.refresh_from_db()
    return delivery


@transaction.atomic
def replay_period(hook: Webhook, since: datetime, until: datetime, *, by: Any, at: datetime) -> int:
    """Send all events of a period again; how many. WebhookRefused for a period that is none, or too long."""
    if not since < until or until - since > LONGEST_REPLAY:
        raise WebhookRefused(_("A period of at most 30 days, from the earlier to the later moment."), "since")
    rows = Delivery.objects.filter(webhook=hook, made_at__gte=since, made_at__lt=until, fact_id__isnull=False)
    return _again([hook], list(rows.exclude(state=Delivery.State.WAITING).values_list("pk", flat=True)), by=by, at=at)


def _again(hooks: list[Webhook], ids: list[int], *, by: Any, at: datetime) -> int:
    rows = Delivery.objects.filter(pk__in=ids, fact_id__isnull=False)
    count = rows.update(state=Delivery.State.WAITING, tries=0, queued_at=at, due_at=at, done_at=None)
    record(
        facts.REPLAYED, at=at, by=by, owner_id=hooks[0].owner_id, name=hooks[0].name, count=count, webhook=hooks[0].pk
    )
    wake("api.deliveries")
    return count
