from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..quiet import Quiet


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Notices are private: everybody has only his own."""

    def visible_to(self, user: Any) -> Self:
        """Those that were meant for ``user``."""
        return self.filter(user_id=getattr(user, "pk", None) or 0)

    def unseen(self) -> Self:
        """Those not looked at."""
        return self.filter(seen_at=None)


class Notice(models.Model):
    """Something the product tells one person; ``url`` is the page it is about ("" = none).

    ``key`` names the matter: notices of one key are not repeated within a window. ``is_loud`` = it may pop up on
    his screen; a quiet one only stands in the list.
    """

    class Level(models.TextChoices):
        INFO = "info", _("for information")
        SUCCESS = "success", _("good news")
        WARNING = "warning", _("needs attention")
        URGENT = "urgent", _("urgent")

    user = models.ForeignKey("staff.User", models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=48)
    level = models.CharField(max_length=8, choices=Level.choices, default=Level.INFO)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, default="")
    url = models.CharField(max_length=500, blank=True, default="")
    key = models.CharField(max_length=120, blank=True, default="")
    is_loud = models.BooleanField(default=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], name="staff_notice_newest"),
            models.Index(fields=["user", "-at"], condition=Q(seen_at=None), name="staff_notice_unseen"),
            models.Index(fields=["user", "key", "-at"], condition=~Q(key=""), name="staff_notice_key"),
            models.Index(fields=["seen_at"], name="staff_notice_old"),
        ]

    def __str__(self) -> str:
        return self.title


class PushDevice(models.Model):
    """A browser that agreed to be pushed: its address at its maker's push service, and its keys (base64url)."""

    user = models.ForeignKey("staff.User", models.CASCADE, related_name="push_devices")
    endpoint = models.TextField(unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    name = models.CharField(max_length=80, blank=True, default="")
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("browser for push")
        ordering = ["-added_at", "-id"]

    def __str__(self) -> str:
        return self.name


class NoticeDelivery(models.Model):
    """One notice on one way outside of the product: to a browser or to a mailbox, with what came of it.

    ``due_at`` is when it is tried (next); a delivery that waits with a due moment long past was forgotten by the
    jobs and is given to them again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        NEEDLESS = "needless", _("not sent")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    way = models.CharField(max_length=8)
    device = models.ForeignKey(PushDevice, models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("delivery of a notice")
        ordering = ["id"]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="waiting"), name="staff_delivery_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", done_at=None) | ~Q(state="waiting") & Q(done_at__isnull=False),
                name="staff_delivery_done_or_not",
            )
        ]


class NoticeChoice(models.Model):
    """Which ways one person wants one kind of notice to come; a kind without a row comes as the kind says."""

    user = models.ForeignKey("staff.User", models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=48)
    ways: Any = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="staff_notice_choice_once")]


class QuietTimes(models.Model):
    """When one person is not pushed, mailed or popped up at, in his own zone; see ``quiet.Quiet``."""

    user = models.OneToOneField("staff.User", models.CASCADE, primary_key=True, related_name="quiet_times")
    starts = models.TimeField(_("quiet from"), null=True, blank=True)
    ends = models.TimeField(_("quiet until"), null=True, blank=True)
    weekends = models.BooleanField(_("quiet on Saturday and Sunday"), default=False)
    time_zone = models.CharField(_("time zone"), max_length=48, blank=True, default="")
    urgent_passes = models.BooleanField(_("urgent notices come all the same"), default=True)
    muted_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("quiet times")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts=None, ends=None)
                | Q(starts__isnull=False, ends__isnull=False) & ~Q(starts=F("ends")),
                name="staff_quiet_both_ends",
            )
        ]

    @property
    def quiet(self) -> Quiet:
        """The same as something that can be asked."""
        zone = ZoneInfo(self.time_zone or self.user.time_zone or settings.TIME_ZONE)
        return Quiet(zone, self.starts, self.ends, self.weekends, self.muted_until)
