from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .queries import RelocationQuerySet


class Relocation(models.Model):
    """A move from another CRM: its clients and deals are fetched page by page and brought in as ordinary imports.

    ``secret`` is the token, encrypted (``kit/sealing.py``); no page shows it. ``catalog`` is what the other side told of its
    users, pipelines and reasons of losses; ``plan`` what was decided about them: {"users": {their id: ours}, "pipelines":
    {their id: ours, 0 = a new one}, "stages": {their pipeline:their stage: ours}, "no_reason": what stands for none}. ``places`` = {kind: {"next": where to go on, "rows", "bytes": of the file so far}}.
    Only what changed after ``since`` is fetched; None = everything.
    """

    class System(models.TextChoices):
        AMOCRM = "amocrm", "amoCRM"
        BITRIX24 = "bitrix24", _("Bitrix24")

    class State(models.TextChoices):
        LOOKED = "looked", pgettext_lazy("relocation", "people and pipelines are to be matched")
        FETCHING = "fetching", pgettext_lazy("relocation", "is being fetched")
        FETCHED = "fetched", pgettext_lazy("relocation", "fetched")
        FAILED = "failed", pgettext_lazy("relocation", "stopped")

    system = models.CharField(_("the other CRM"), max_length=12, choices=System.choices)
    address = models.CharField(_("address"), max_length=300)
    secret = models.BinaryField()
    catalog: Any = models.JSONField(default=dict)
    plan: Any = models.JSONField(default=dict)
    places: Any = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State.choices, default=State.LOOKED)
    error = models.CharField(max_length=300, blank=True, default="")
    failures = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = RelocationQuerySet.as_manager()

    class Meta:
        verbose_name = _("move from another CRM")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["id"], condition=Q(state="fetching"), name="crm_relocation_at_work")]

    def __str__(self) -> str:
        return f"{self.get_system_display()}: {self.address.partition('://')[2]}"


class OuterKey(models.Model):
    """What another CRM calls a client or a deal of ours, so that fetching again finds it: "amocrm:host:contacts:5"."""

    key = models.CharField(max_length=200, unique=True)
    person = models.ForeignKey("crm.Person", models.CASCADE, null=True, related_name="+")
    company = models.ForeignKey("crm.Company", models.CASCADE, null=True, related_name="+")
    deal = models.ForeignKey("crm.Deal", models.CASCADE, null=True, related_name="+")


class OuterMove(models.Model):
    """A deal went from stage to stage in the other CRM; kept until the deal itself is brought in with its history.

    ``key`` is that of the deal, ``before`` the stage it left where that is told. Both stages are ours.
    """

    relocation = models.ForeignKey(Relocation, models.CASCADE, related_name="moves", db_index=False)
    key = models.CharField(max_length=200)
    at = models.DateTimeField()
    stage_id = models.BigIntegerField()
    before_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["key", "at"], name="crm_outer_move_key")]
