from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Product(models.Model):
    """What the client is interested in, as coarse as reports need it (a destination, a service)."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    is_archived = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("product")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Pipeline(models.Model):
    """A funnel of deals with its own stages."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    order = models.IntegerField(default=0)
    is_default = models.BooleanField(default=False)
    is_archived = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("pipeline")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.name


class Stage(models.Model):
    """A step of a pipeline; its meaning is in ``kind``, never in its name or place.

    ``needs`` are the things a deal must have to enter (``Need``); ``advice``, ``advice_candidate`` and ``advice_master`` are
    shown on the deal while it is here, by the seller's level. A card is stale after ``stale_days`` days without a
    sign of life (without them: after the time norm). A stage that deals have been in is archived, not deleted: their history names it.
    """

    class Kind(models.TextChoices):
        UNSORTED = "unsorted", _("unsorted")
        OPEN = "open", pgettext_lazy("stage", "open")
        WON = "won", pgettext_lazy("stage", "won")
        LOST = "lost", pgettext_lazy("stage", "lost")
        WARM_UP = "warm_up", _("warm-up")

    pipeline = models.ForeignKey(Pipeline, models.CASCADE, related_name="stages")
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    order = models.IntegerField(default=0)
    norm_seconds = models.IntegerField(_("time norm, working seconds"), null=True, blank=True)
    probability = models.IntegerField(_("probability of a sale, %"), default=0)
    color = models.CharField(max_length=16, blank=True, default="")
    needs: Any = models.JSONField(_("filled in before"), default=list, db_default=[])
    stale_days = models.PositiveSmallIntegerField(_("stale after, days"), null=True, blank=True)
    advice = models.TextField(_("advice to a newbie"), blank=True, default="", db_default="")
    advice_candidate = models.TextField(_("advice to a candidate"), blank=True, default="", db_default="")
    advice_master = models.TextField(_("advice to a master"), blank=True, default="", db_default="")
    is_archived = models.BooleanField(default=False, db_default=False)

    class Need(models.TextChoices):
        AMOUNT = "amount", _("amount")
        PRODUCT = "product", _("product")
        COMPANY = "company", _("company")
        EXPECTED = "expected_on", _("the day the sale is expected")
        NEXT = "next_action", _("a next action")

    class Meta:
        verbose_name = _("stage")
        ordering = ["pipeline", "order", "id"]
        constraints = [
            models.UniqueConstraint(
                "pipeline", "name", condition=models.Q(is_archived=False), name="crm_stage_name_once"
            ),
            models.CheckConstraint(
                condition=models.Q(probability__gte=0, probability__lte=100), name="crm_stage_probability"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def advice_for(self, level: str) -> str:
        """The advice to a seller of this level: his own, else that of the level below."""
        texts = [self.advice, self.advice_candidate, self.advice_master]
        known = {"candidate": 2, "master": 3}.get(level, 1)
        return next((text for text in reversed(texts[:known]) if text.strip()), "")

    @property
    def norm_hours(self) -> int:
        """The norm in whole working hours; 0 = there is none."""
        return (self.norm_seconds or 0) // 3600

    @property
    def needs_words(self) -> list[str]:
        """What it asks for, in the reader's language."""
        return [str(self.Need(need).label) for need in self.needs if need in self.Need.values]


class LostReason(models.Model):
    """Why a deal is lost, from the company's own list."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    is_ours = models.BooleanField(_("says something about us"), default=True)
    is_archived = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("lost reason")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
