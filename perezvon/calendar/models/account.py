from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AccountQuerySet(models.QuerySet["CalendarAccount"]):
    """Accounts are private: everybody has only his own."""

    def visible_to(self, user: Any) -> Self:
        """Those of ``user``."""
        return self.filter(user_id=getattr(user, "pk", None) or 0)


class CalendarAccount(models.Model):
    """A person's calendar at another service (CalDAV, RFC 4791), kept equal in both directions.

    ``secret`` is the app password, encrypted with a key derived from the installation's (``secrets.py``); no page shows
    it. ``calendar_url`` is the collection chosen; "" = not chosen yet. ``sync_token`` is where reading goes on.
    """

    class Service(models.TextChoices):
        YANDEX = "yandex", _("Yandex Calendar")
        MAILRU = "mailru", _("Mail.ru Calendar")
        NEXTCLOUD = "nextcloud", "Nextcloud"
        OTHER = "other", _("another CalDAV server")

    user = models.ForeignKey("staff.User", models.CASCADE, related_name="+")
    service = models.CharField(_("service"), max_length=12, choices=Service.choices)
    url = models.CharField(_("address of the server"), max_length=300)
    login = models.CharField(_("login"), max_length=200)
    secret = models.BinaryField()
    calendar_url = models.CharField(max_length=500, blank=True, default="")
    calendar_name = models.CharField(max_length=200, blank=True, default="")
    sync_token = models.CharField(max_length=500, blank=True, default="")
    with_names = models.BooleanField(_("with names of clients"), default=True)
    is_paused = models.BooleanField(default=False)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True, default="")
    next_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar at another service")
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["next_at"], condition=Q(is_paused=False), name="calendar_account_next")]

    def __str__(self) -> str:
        return f"{self.get_service_display()}: {self.login}"


class CalendarLink(models.Model):
    """A task as an event of somebody's calendar: where it lies there, and what we last knew both sides to say.

    ``starts_at`` and ``ends_at`` are the times on which both agreed last: whichever side differs has changed it.
    ``digest`` is what was sent. ``gone_at`` = deleted there, and the person was asked what to do; ``kept_off`` = he said
    that it stays out of that calendar.
    """

    account = models.ForeignKey(CalendarAccount, models.CASCADE, related_name="links")
    task = models.ForeignKey("crm.Task", models.SET_NULL, null=True, related_name="+")
    href = models.CharField(max_length=500)
    uid = models.CharField(max_length=255)
    etag = models.CharField(max_length=200, blank=True, default="")
    digest = models.CharField(max_length=64, blank=True, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True)
    kept_off = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("task in another calendar")
        constraints = [
            models.UniqueConstraint("account", "href", name="calendar_link_href_once"),
            models.UniqueConstraint("account", "task", name="calendar_link_task_once"),
        ]

    def __str__(self) -> str:
        return self.uid


class OutsideFile(models.Model):
    """One event of a person's own, as it lies in his calendar; a repeating one is one file."""

    account = models.ForeignKey(CalendarAccount, models.CASCADE, related_name="files")
    href = models.CharField(max_length=500)
    etag = models.CharField(max_length=200, blank=True, default="")
    text = models.TextField()
    expanded_to = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("account", "href", name="calendar_file_once")]

    def __str__(self) -> str:
        return self.href


class OutsideEvent(models.Model):
    """When a person is busy by his own calendar; a repeating event is one row for each time. Others see no title."""

    file = models.ForeignKey(OutsideFile, models.CASCADE, related_name="events")
    user = models.ForeignKey("staff.User", models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    title = models.CharField(max_length=200, blank=True, default="")
    is_all_day = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("event of one's own calendar")
        indexes = [models.Index(fields=["user", "starts_at"], name="calendar_outside_when")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="calendar_outside_forward")
        ]

    def __str__(self) -> str:
        return self.title


class SyncRun(models.Model):
    """One look at another calendar: how many things came, went and changed, or why it failed."""

    account = models.ForeignKey(CalendarAccount, models.CASCADE, related_name="runs")
    at = models.DateTimeField()
    pulled = models.PositiveIntegerField(default=0)
    pushed = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["account", "-at"], name="calendar_run_newest")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.at:%Y-%m-%d %H:%M}"
