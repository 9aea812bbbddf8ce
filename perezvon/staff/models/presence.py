from django.db import models
from django.utils.translation import gettext_lazy as _


class Presence(models.Model):
    """A stretch of time a person spent in one state; the one without an end is now."""

    class State(models.TextChoices):
        AVAILABLE = "available", _("available")
        BREAK = "break", _("on a break")
        DND = "dnd", _("do not disturb")
        AWAY = "away", _("away")
        OFFLINE = "offline", _("offline")

    user = models.ForeignKey("staff.User", models.CASCADE, related_name="presences")
    state = models.CharField(max_length=16, choices=State.choices)
    reason = models.CharField(max_length=80, blank=True, default="")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-since", "-id"]
        indexes = [models.Index(fields=["user", "-since"], name="staff_presence_newest")]
        constraints = [
            models.UniqueConstraint("user", condition=models.Q(until=None), name="staff_presence_one_now"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="staff_presence_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.state}"
