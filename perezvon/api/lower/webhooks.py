"""Subscriptions of programs to events, and the log of what was sent."""

from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from .. import actions
from ..models import Attempt, Delivery, Webhook
from ..nouns import Caller, Expansion, Noun, Order, register
from ..schemas import Field, In, Moment, Out

Name = Annotated[str, Field(min_length=1, max_length=80)]
Url = Annotated[str, Field(min_length=8, max_length=500, description=_("https, on the Internet."))]
Kinds = Annotated[list[Annotated[str, Field(min_length=1, max_length=60)]], Field(
    min_length=1, max_length=60, description=_("Kinds of facts; one that ends with a dot is a beginning; “*” is everything."))]  # fmt: skip


class WebhookOut(Out):
    """A program that is told of events, with the rights of its owner."""

    id: int
    owner_id: int
    name: str
    url: str
    kinds: list[str]
    noun: str
    where: dict[str, Any]
    secret: str | None = Field(
        None, validation_alias="secret_told", description=_("Told once: when it is made or renewed.")
    )
    is_enabled: bool
    off_why: str
    failures: int
    failing_since: datetime | None
    old_until: datetime | None = Field(description=_("Until when deliveries are signed with the old secret too."))
    created_at: datetime


class WebhookChange(In):
    """Only the fields that are sent are changed."""

    name: Name = "-"
    url: Url = "https://"
    kinds: Kinds = ["*"]
    noun: Annotated[
        str, Field(max_length=32, description=_("Only facts about rows of this noun (its key: deals)."))
    ] = ""
    where: dict[str, Any] = Field({}, description=_("A condition that the row must fit, as in ?filter=."))


class WebhookIn(WebhookChange):
    """A new subscription."""

    name: Name
    url: Url
    kinds: Kinds


class PeriodIn(In):
    """From the earlier to the later moment, at most 30 days."""

    since: Moment
    until: Moment


WEBHOOKS = register(Noun(
    "webhooks", "webhook", _("Webhooks"), WebhookOut, lambda user, verb: Webhook.objects.visible_to(user, verb), "webhook",
))  # fmt: skip


def _telling(hook: Webhook) -> Webhook:
    hook.told_once = {"secret": hook.secret}  # type: ignore[attr-defined]
    return hook


@WEBHOOKS.adds(WebhookIn)
def add(caller: Caller, body: WebhookIn) -> Webhook:
    """Subscribe."""
    return _telling(actions.add_webhook(
        caller.user, body.name, body.url, body.kinds, noun=body.noun, where=body.where, by=caller.user, at=caller.at
    ))  # fmt: skip


@WEBHOOKS.changes(WebhookChange)
def change(caller: Caller, hook: Webhook, body: WebhookChange, version: int | None) -> Webhook:
    """Other events, another address."""
    return actions.change_webhook(hook, body.given(), by=caller.user, at=caller.at)


@WEBHOOKS.removes()
def remove(caller: Caller, hook: Webhook) -> None:
    """With its log."""
    actions.remove_webhook(hook, by=caller.user, at=caller.at)


@WEBHOOKS.verb("renew-secret", _("Webhooks: a new secret; the old one signs too for a day"))
def renew(caller: Caller, hook: Webhook) -> Webhook:
    """Both sign for a day."""
    return _telling(actions.renew_secret(hook, by=caller.user, at=caller.at))


@WEBHOOKS.verb("switch-on", _("Webhooks: go on"))
def switch_on(caller: Caller, hook: Webhook) -> Webhook:
    """What waited is sent."""
    return actions.switch(hook, True, by=caller.user, at=caller.at)


@WEBHOOKS.verb("switch-off", _("Webhooks: stop"))
def switch_off(caller: Caller, hook: Webhook) -> Webhook:
    """Events wait until it goes on."""
    return actions.switch(hook, False, by=caller.user, at=caller.at)


@WEBHOOKS.verb("test", _("Webhooks: send a test event now"), is_outside=True, tells="deliveries")
def test(caller: Caller, hook: Webhook) -> Delivery:
    """The attempt says what was answered."""
    return actions.test_webhook(hook, by=caller.user, at=caller.at).delivery


@WEBHOOKS.verb("replay", _("Webhooks: send the events of a period again"), PeriodIn, is_silent=True)
def replay_period(caller: Caller, hook: Webhook, body: PeriodIn) -> None:
    """In their order, with the numbers that they had."""
    actions.replay_period(hook, body.since, body.until, by=caller.user, at=caller.at)


class DeliveryOut(Out):
    """One event for one subscription."""

    id: int
    webhook_id: int
    event: int | None = Field(validation_alias="fact_id", description=_("The number of the fact; null = a test."))
    kind: str
    state: Delivery.State
    tries: int
    made_at: datetime
    due_at: datetime
    done_at: datetime | None
    body: str


DELIVERIES = register(Noun(
    "deliveries", "delivery", _("Deliveries of webhooks"), DeliveryOut,
    lambda user, verb: Delivery.objects.visible_to(user, verb), "webhook", narrow={"webhook": "webhook_id", "state": "state"},
    expand={"webhook": Expansion("webhooks", "webhook_id")},
))  # fmt: skip


@DELIVERIES.verb("replay", _("Deliveries of webhooks: send one again"))
def replay(caller: Caller, delivery: Delivery) -> Delivery:
    """With the number that it had."""
    return actions.replay(delivery, by=caller.user, at=caller.at)


class AttemptOut(Out):
    """One try, and what was answered."""

    id: int
    delivery_id: int
    at: datetime
    milliseconds: int
    status: int | None
    error: str
    answer: str


def _attempts(user: Any, verb: str) -> Any:
    return Attempt.objects.filter(delivery__in=Delivery.objects.visible_to(user, verb).order_by().values("pk"))


register(Noun(
    "attempts", "attempt", _("Attempts to deliver"), AttemptOut, _attempts, "webhook", narrow={"delivery": "delivery_id"},
    orders=(Order("at", "at"),),
))  # fmt: skip
