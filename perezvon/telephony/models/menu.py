from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .destination import DestinationField
from .queries import OfExchangeQuerySet


class Menu(models.Model):
    """A node of the voice menu: what is said, how long we wait for a key, where silence and a wrong key lead.

    ``key`` is its name in the dialplan and in the stages of calls; ``attempts`` is how often the phrase is said.
    """

    provider = models.ForeignKey("telephony.Provider", models.CASCADE, related_name="+")
    key = models.SlugField(max_length=40)
    name = models.CharField(_("name"), max_length=80)
    prompt = models.ForeignKey("telephony.Prompt", models.PROTECT, null=True, blank=True, related_name="+")
    wait_seconds = models.PositiveSmallIntegerField(_("wait for a key, s"), default=5)
    attempts = models.PositiveSmallIntegerField(_("how often it is said"), default=2)
    on_silence = DestinationField(_("when nothing is pressed"))
    on_wrong = DestinationField(_("when a wrong key is pressed"))

    objects = OfExchangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("voice menu")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "key"], name="telephony_menu_once"),
            models.CheckConstraint(condition=Q(attempts__gte=1, attempts__lte=9), name="telephony_menu_attempts"),
        ]

    def __str__(self) -> str:
        return self.name


class MenuKey(models.Model):
    """What a key of the menu does."""

    menu = models.ForeignKey(Menu, models.CASCADE, related_name="keys")
    digit = models.CharField(_("key"), max_length=1)
    label = models.CharField(_("what for"), max_length=80, blank=True, default="")
    destination = DestinationField(_("leads to"))

    class Meta:
        ordering = ["digit"]
        constraints = [
            models.UniqueConstraint(fields=["menu", "digit"], name="telephony_menu_key_once"),
            models.CheckConstraint(condition=Q(digit__regex=r"^[0-9*#]$"), name="telephony_menu_key_is_a_key"),
        ]
