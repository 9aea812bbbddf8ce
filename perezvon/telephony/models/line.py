from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .destination import DestinationField
from .queries import NumberQuerySet, OfExchangeQuerySet


class Line(models.Model):
    """A number that clients dial, E.164.

    What follows ``is_enabled`` is the route on an exchange of our own: by ``calendar`` (None = the department's, else the
    company's) the call goes to ``open_to`` or ``closed_to``; with ``is_sticky`` a client who has a manager is first
    put through to him for ``sticky_seconds``. ``notice`` is said first (recording notice).
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True, default="")
    department = models.ForeignKey("staff.Department", models.SET_NULL, null=True, blank=True, related_name="+")
    product = models.ForeignKey("crm.Product", models.SET_NULL, null=True, blank=True, related_name="+")
    is_enabled = models.BooleanField(default=True)
    provider = models.ForeignKey("telephony.Provider", models.SET_NULL, null=True, blank=True, related_name="+")
    calendar = models.ForeignKey("staff.WorkCalendar", models.SET_NULL, null=True, blank=True, related_name="+")
    notice = models.ForeignKey("telephony.Prompt", models.SET_NULL, null=True, blank=True, related_name="+")
    open_to = DestinationField(_("in working hours"))
    closed_to = DestinationField(_("off hours"))
    is_sticky = models.BooleanField(_("first to the client's own manager"), default=True)
    sticky_seconds = models.PositiveSmallIntegerField(_("for how long, s"), default=15)

    objects = NumberQuerySet.as_manager()

    class Meta:
        verbose_name = _("line")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name or self.number


class Queue(models.Model):
    """A queue or group of an exchange; ``key`` is the exchange's own name of it.

    The rest is for an exchange of our own. Times are seconds; ``most_waiting`` 0 = no limit. Overflow by wait, by
    nobody there and by a full queue has its own way each. ``callback_key`` offers to call back keeping the place;
    ``keep_days`` is how long recordings are kept (0 = for good).
    """

    class Strategy(models.TextChoices):
        RINGALL = "ringall", _("all at once")
        LEASTRECENT = "leastrecent", _("whoever has been free longest")
        FEWESTCALLS = "fewestcalls", _("whoever had the fewest calls")
        RRMEMORY = "rrmemory", _("in turn")
        RANDOM = "random", _("by chance")

    provider = models.ForeignKey("telephony.Provider", models.CASCADE, related_name="queues")
    key = models.CharField(max_length=80)
    name = models.CharField(_("name"), max_length=80)
    department = models.ForeignKey("staff.Department", models.SET_NULL, null=True, blank=True, related_name="+")
    strategy = models.CharField(_("who is rung"), max_length=12, choices=Strategy.choices, default=Strategy.LEASTRECENT)
    ring_seconds = models.PositiveSmallIntegerField(_("ring each for, s"), default=15)
    wrap_up_seconds = models.PositiveSmallIntegerField(_("wrap-up, s"), default=10)
    most_wait_seconds = models.PositiveSmallIntegerField(_("longest wait, s"), default=120)
    most_waiting = models.PositiveSmallIntegerField(_("most waiting"), default=0)
    weight = models.PositiveSmallIntegerField(_("weight among queues"), default=0)
    answer_within_seconds = models.PositiveSmallIntegerField(_("answer within, s"), default=20)
    on_wait = DestinationField(_("when the wait is over"))
    on_nobody = DestinationField(_("when nobody is there"))
    on_full = DestinationField(_("when it is full"))
    says_position = models.BooleanField(_("says the place in the queue"), default=True)
    says_every_seconds = models.PositiveSmallIntegerField(_("how often, s"), default=30)
    music = models.ForeignKey("telephony.Prompt", models.SET_NULL, null=True, blank=True, related_name="+")
    callback_key = models.CharField(_("key to be called back"), max_length=1, blank=True, default="")
    callback_offer = models.ForeignKey("telephony.Prompt", models.SET_NULL, null=True, blank=True, related_name="+")
    is_recorded = models.BooleanField(_("calls are recorded"), default=True)
    keep_days = models.PositiveIntegerField(_("keep recordings, days"), default=365)
    is_enabled = models.BooleanField(_("in use"), default=True)

    objects = OfExchangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("queue")
        constraints = [
            models.UniqueConstraint(fields=["provider", "key"], name="telephony_queue_once"),
            models.CheckConstraint(
                condition=Q(callback_key="") | Q(callback_key__regex=r"^[0-9*#]$"), name="telephony_queue_callback_key"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QueueMember(models.Model):
    """Who answers a queue; of those who are free the higher ``skill`` (1..10) is rung first."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    skill = models.PositiveSmallIntegerField(_("skill"), default=5)

    class Meta:
        verbose_name = _("member of the queue")
        constraints = [
            models.UniqueConstraint(fields=["queue", "user"], name="telephony_queue_member_once"),
            models.CheckConstraint(condition=Q(skill__gte=1, skill__lte=10), name="telephony_queue_member_skill"),
        ]


class Extension(models.Model):
    """Whose internal number (or login) it is at an exchange."""

    provider = models.ForeignKey("telephony.Provider", models.CASCADE, related_name="extensions")
    number = models.CharField(max_length=48)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")

    objects = OfExchangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("internal number")
        constraints = [models.UniqueConstraint(fields=["provider", "number"], name="telephony_extension_once")]
