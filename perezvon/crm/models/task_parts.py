from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TaskReminder(models.Model):
    """When the person of a task is reminded of it: so many minutes before its time, or at a moment of his own.

    The time of a task is the beginning of its slot, else its deadline.
    """

    task = models.ForeignKey("crm.Task", models.CASCADE, related_name="reminders")
    minutes = models.PositiveIntegerField(null=True, blank=True)
    at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("reminder")
        ordering = ["-minutes", "at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes=None, at__isnull=False) | Q(minutes__isnull=False, at=None),
                name="crm_reminder_one_moment",
            ),
            models.UniqueConstraint("task", "minutes", name="crm_reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.minutes or self.at}"


class TaskWatcher(models.Model):
    """Somebody who wants to know how a task goes; he sees it whatever his rights."""

    task = models.ForeignKey("crm.Task", models.CASCADE, related_name="watchers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("watcher of a task")
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint("task", "user", name="crm_watcher_once")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.user_id}"


class TaskHandover(models.Model):
    """Who gave a task to whom, when and why."""

    task = models.ForeignKey("crm.Task", models.CASCADE, related_name="handovers")
    giver = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    why = models.CharField(_("why"), max_length=300, blank=True, default="")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("handing over of a task")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.giver_id} → {self.taker_id}"
