from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .queries import CallbackRequestQuerySet


class CallbackRequest(models.Model):
    """A client asked to be called back instead of waiting, and keeps the place he had.

    ``joined_at`` is when he came into the queue: his place among those who wait. ``queue`` None = he was promised a
    call outside of a queue (off hours, in a menu): people call back, nothing is dialled by itself. ``stand_in`` is the
    key of the call that waits in the queue for him now ("" = none); ``tries`` are the times that he was rung;
    ``next_try_at`` is when a stand-in is put into the queue again, None = not by itself. One client waits once.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for his turn")
        DIALLING = "dialling", _("is being called")
        REACHED = "reached", _("was reached")
        UNREACHED = "unreached", _("did not answer")
        CANCELLED = "cancelled", _("not needed any more")

    call = models.OneToOneField("telephony.Call", models.PROTECT, related_name="callback")
    provider = models.ForeignKey("telephony.Provider", models.PROTECT, related_name="+")
    queue = models.ForeignKey("telephony.Queue", models.SET_NULL, null=True, blank=True, related_name="+")
    person = models.ForeignKey("crm.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    phone = models.CharField(_("client's number"), max_length=20)
    joined_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    stand_in = models.CharField(max_length=160, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=200, blank=True, default="")

    objects = CallbackRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("promised call")
        ordering = ["joined_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "phone"],
                condition=Q(state__in=("waiting", "dialling")),
                name="telephony_callback_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "dialling")) | Q(ended_at__isnull=False),
                name="telephony_callback_ended",
            ),
            models.CheckConstraint(condition=~Q(phone=""), name="telephony_callback_has_number"),
        ]
        indexes = [
            models.Index(
                fields=["joined_at"], condition=Q(state__in=("waiting", "dialling")), name="telephony_callback_open"
            ),
            models.Index(
                fields=["phone"], condition=Q(state__in=("waiting", "dialling")), name="telephony_callback_who"
            ),
        ]

    @property
    def is_open(self) -> bool:
        """He still waits."""
        return self.state in (self.State.WAITING, self.State.DIALLING)
