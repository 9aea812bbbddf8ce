from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .queries import RecordingQuerySet

HEADER_BYTES = 44  # a WAV without a single sample: what a call nobody answered leaves behind


class Recording(models.Model):
    """The sound of a call, or of a part of it; the row outlives the sound, and is never deleted.

    ``key`` is the exchange's own name of it (file in the spool, id or link at a cloud). ``channels`` 2 = the client on
    the left, the employee on the right; 1 = both in one. ``name`` is its name in the storage, ``peaks`` the loudness
    of each channel in equal pieces, 0..100 (records/sound.py). ``why`` says why it failed or was deleted. ``tries``
    and ``next_try_at`` belong to taking and fetching it; of a ready one it says from when it may be made small. ``keep_until`` is None when it is kept for good.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("is being fetched")
        READY = "ready", _("can be heard")
        FAILED = "failed", _("could not be fetched")
        EMPTY = "empty", _("nothing was said")
        DELETED = "deleted", _("deleted")

    call = models.ForeignKey("telephony.Call", models.PROTECT, related_name="recordings")
    provider = models.ForeignKey("telephony.Provider", models.PROTECT, related_name="+")
    key = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    channels = models.PositiveSmallIntegerField(default=1)
    seconds = models.FloatField(default=0)
    bytes = models.BigIntegerField(default=0)
    name = models.CharField(max_length=120, blank=True, default="")
    media = models.CharField(max_length=40, blank=True, default="")
    peaks: Any = models.JSONField(default=list)
    why = models.CharField(max_length=200, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)
    keep_until = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = RecordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("recording")
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "key"], name="telephony_recording_once"),
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(bytes__gt=HEADER_BYTES) & ~Q(name="")),
                name="telephony_recording_ready_has_sound",
            ),
            models.CheckConstraint(
                condition=~Q(state="deleted") | (Q(deleted_at__isnull=False) & Q(why__regex=r"\S")),
                name="telephony_recording_deleted_says_why",
            ),
            models.CheckConstraint(condition=Q(channels__in=(1, 2)), name="telephony_recording_channels"),
        ]
        indexes = [
            models.Index(fields=["call"], name="telephony_recording_call"),
            models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="telephony_recording_due"),
            models.Index(
                fields=["next_try_at"],
                condition=Q(state="ready") & Q(next_try_at__isnull=False),
                name="telephony_recording_large",
            ),
            models.Index(fields=["keep_until"], condition=Q(state="ready"), name="telephony_recording_old"),
            models.Index(fields=["-made_at"], condition=Q(state="failed"), name="telephony_recording_failed"),
            models.Index(fields=["id"], condition=Q(state="deleted") & ~Q(name=""), name="telephony_recording_doomed"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.made_at:%d.%m %H:%M}"

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY


class RecordingHold(models.Model):
    """A recording that must not be deleted, by whom and why (a dispute, a court); gone = it may be."""

    recording = models.OneToOneField(Recording, models.PROTECT, related_name="hold")
    reason = models.CharField(_("why it is kept"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("hold on a recording")
        constraints = [models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="telephony_hold_says_why")]


class Listening(models.Model):
    """Somebody heard a recording: one visit to the player, or one file taken away. Never deleted.

    ``heard`` is a list of [from, to] in seconds, as told by the player or, without it, by the bytes asked for.
    """

    class Way(models.TextChoices):
        PLAYER = "player", _("listened")
        FILE = "file", _("took the file")

    recording = models.ForeignKey(Recording, models.PROTECT, related_name="listenings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.PLAYER)
    at = models.DateTimeField()
    last_at = models.DateTimeField()
    heard: Any = models.JSONField(default=list)

    class Meta:
        verbose_name = _("listening")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["recording", "-at"], name="telephony_listening_of"),
            models.Index(fields=["by", "-at"], name="telephony_listening_by"),
        ]


class Remark(models.Model):
    """A comment at a moment of a recording; ``second`` is counted from its beginning."""

    recording = models.ForeignKey(Recording, models.PROTECT, related_name="remarks")
    second = models.PositiveIntegerField(_("second"))
    text = models.CharField(_("comment"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("comment")
        ordering = ["second", "id"]
        constraints = [models.CheckConstraint(condition=Q(text__regex=r"\S"), name="telephony_remark_says_something")]
