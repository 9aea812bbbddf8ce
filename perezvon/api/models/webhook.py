from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.staff import access


class WebhookQuerySet(models.QuerySet["Any"]):
    """Subscriptions: everybody's own; those who keep the product in order see all."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """Those that ``user`` may do that to."""
        return access.limit(self, user, "webhook", verb=verb, owner="owner", department="owner__department")


class Webhook(models.Model):
    """Somebody else's program that is told of facts: signed, in order per client, at least once.

    ``kinds`` are kinds of facts (one that ends with a dot is a beginning). With ``noun`` only facts about rows of that
    noun that fit the condition ``where`` are told. What is told is what ``owner`` may see. While the secret changes,
    ``old_secret`` signs too, until ``old_until``. ``failing_since`` is the first failure after the last success;
    ``rest_until`` spares a server that does not answer.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500)
    kinds: Any = models.JSONField(_("what it is told of"), default=list)
    noun = models.CharField(_("only about"), max_length=32, blank=True, default="")
    where: Any = models.JSONField(_("that fit"), default=dict, blank=True)
    secret = models.CharField(max_length=80)
    old_secret = models.CharField(max_length=80, blank=True, default="")
    old_until = models.DateTimeField(null=True, blank=True)
    is_enabled = models.BooleanField(_("in use"), default=True)
    off_why = models.CharField(max_length=200, blank=True, default="")
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    rest_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = models.Manager.from_queryset(WebhookQuerySet)()

    class Meta:
        verbose_name = _("webhook")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="api_webhook_name_once")]

    def __str__(self) -> str:
        return self.name


class DeliveryQuerySet(models.QuerySet["Any"]):
    """What was, or is to be, sent: seen with its subscription."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """Those of subscriptions that ``user`` may do that to."""
        return self.filter(webhook__in=Webhook.objects.visible_to(user, verb).order_by().values("pk"))


class Delivery(models.Model):
    """One fact for one subscription; ``body`` is what is sent, the same bytes at every try.

    ``key`` is whose facts are sent strictly one after another. ``due_at`` is the next try; while one is under way it
    lies a little ahead, so that a process that dies there is followed by another. ``queued_at`` is when the three days of
    trying began. A test has no fact.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("delivery", "waits")
        SENT = "sent", pgettext_lazy("delivery", "delivered")
        PARKED = "parked", pgettext_lazy("delivery", "given up")

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", db_index=False)
    fact_id = models.BigIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=40)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    objects = models.Manager.from_queryset(DeliveryQuerySet)()

    class Meta:
        verbose_name = _("delivery")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["webhook", "fact_id"], name="api_delivery_once")]
        indexes = [
            models.Index(fields=["webhook", "due_at", "id"], condition=Q(state="waiting"), name="api_delivery_turn"),
            models.Index(fields=["webhook", "key", "id"], condition=Q(state="waiting"), name="api_delivery_order"),
            models.Index(fields=["webhook", "-id"], name="api_delivery_newest"),
            models.Index(fields=["made_at"], name="api_delivery_old"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Attempt(models.Model):
    """One try to deliver, and what was answered; numbers in the answer are masked. ``milliseconds`` the whole exchange."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.SmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True, default="")
    answer = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("attempt")
        ordering = ["id"]
