from django.db import models
from django.utils.translation import gettext_lazy as _


class Presence(models.Model):
    """A stretch of time a person spent in one state; the one without an end is now.

    Append-only: a trigger lets nothing be changed but the missing end, and nothing be deleted. ``reason`` is the word as
    it was then, so that renaming a reason rewrites no history.
    """

    class State(models.TextChoices):
        AVAILABLE = "available", _("available")
        BREAK = "break", _("on a break")
        DND = "dnd", _("do not disturb")
        OUTBOUND = "outbound", _("outgoing calls")
        AWAY = "away", _("away")
        OFFLINE = "offline", _("offline")

    user = models.ForeignKey("staff.User", models.PROTECT, related_name="presences")
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


class PresenceReason(models.Model):
    """A reason the company lets people give for a state: lunch, training, meeting.

    Where a state has reasons in use, one of them is chosen; ``minutes`` is how long it usually lasts, None = no norm.
    """

    state = models.CharField(_("state"), max_length=16, choices=Presence.State.choices)
    name = models.CharField(_("reason"), max_length=80)
    minutes = models.PositiveSmallIntegerField(_("usual length, minutes"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("place in the list"), default=100)
    is_used = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("reason of a state")
        ordering = ["state", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["state", "name"], name="staff_presence_reason_once")]

    def __str__(self) -> str:
        return self.name
