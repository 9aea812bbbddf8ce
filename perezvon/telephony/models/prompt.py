from django.db import models
from django.utils.translation import gettext_lazy as _

from .queries import SharedQuerySet


class Prompt(models.Model):
    """A recorded phrase or a piece of music: uploaded, or spoken from ``text`` by the machine.

    ``file`` is the name in the product's sounds folder, 8 kHz 16-bit mono WAV; "" while there is nothing to hear.
    ``text`` is what is said, also for an uploaded one: it is what people read in the list.
    """

    class Kind(models.TextChoices):
        UPLOADED = "uploaded", _("uploaded")
        SPOKEN = "spoken", _("spoken by the machine")

    class Use(models.TextChoices):
        PHRASE = "phrase", _("phrase")
        MUSIC = "music", _("music on hold")

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.UPLOADED)
    use = models.CharField(max_length=8, choices=Use.choices, default=Use.PHRASE)
    text = models.TextField(_("text"), blank=True, default="")
    language = models.CharField(max_length=8, default="ru")
    file = models.CharField(max_length=120, blank=True, default="")
    seconds = models.FloatField(default=0)
    changed_at = models.DateTimeField()

    objects = SharedQuerySet.as_manager()

    class Meta:
        verbose_name = _("prompt")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name
