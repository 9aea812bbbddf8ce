from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..stages import Loss
from .queries import LostCallQuerySet


class LostCall(models.Model):
    """One time that a client did not get through: from his first vain call until he was reached or the window closed.

    Derived from the contacts of the request (``lost_calls.py``), never written by hand. ``began_at`` is when he dialled,
    ``lost_at`` when that call ended, ``rings`` how often he tried. ``attempts`` are our vain calls to him since;
    ``seconds`` is the time from ``lost_at`` until he was reached by the clock, ``work_seconds`` the part of it in
    which his department works. The other columns are those of the request.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("lost call", "waits")
        RECOVERED = "recovered", pgettext_lazy("lost call", "won back")
        GONE = "gone", pgettext_lazy("lost call", "lost for good")
        DROPPED = "dropped", pgettext_lazy("lost call", "closed by hand")

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="lost_calls")
    began_at = models.DateTimeField()
    lost_at = models.DateTimeField()
    last_at = models.DateTimeField()
    stage = models.CharField(max_length=3, choices=Loss.choices)
    rings = models.PositiveIntegerField(default=1)
    is_short = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    first_try_at = models.DateTimeField(null=True, blank=True)
    last_try_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    window_until = models.DateTimeField()
    healed_at = models.DateTimeField(null=True, blank=True)
    recovery = models.CharField(max_length=10, blank=True, default="")
    healed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    seconds = models.IntegerField(null=True, blank=True)
    work_seconds = models.IntegerField(null=True, blank=True)
    person = models.ForeignKey("crm.Person", models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey("staff.Department", models.SET_NULL, null=True, blank=True, related_name="+")
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.ForeignKey("marketing.Source", models.SET_NULL, null=True, blank=True, related_name="+")
    product = models.ForeignKey("crm.Product", models.SET_NULL, null=True, blank=True, related_name="+")
    is_new = models.BooleanField(default=True)

    objects = models.Manager.from_queryset(LostCallQuerySet)()

    class Meta:
        verbose_name = _("lost call")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "began_at"], name="tickets_lost_call_once"),
            models.CheckConstraint(
                condition=~Q(state="recovered") | Q(healed_at__isnull=False), name="tickets_lost_call_healed"
            ),
        ]
        indexes = [
            models.Index(fields=["-lost_at", "-id"], name="tickets_lost_newest"),
            models.Index(fields=["lost_at", "id"], condition=Q(state="waiting"), name="tickets_lost_waiting"),
            models.Index(fields=["responsible", "-lost_at"], name="tickets_lost_responsible"),
            models.Index(fields=["department", "-lost_at"], name="tickets_lost_department"),
            models.Index(fields=["healed_by", "-lost_at"], condition=Q(state="recovered"), name="tickets_lost_healer"),
        ]


class CallbackTry(models.Model):
    """Somebody tried to call a client back otherwise than through the exchange; the request counts it as a contact."""

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="+")
    task_id = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    result = models.CharField(_("result"), max_length=400)

    class Meta:
        verbose_name = _("try to call back")


class RedialPolicy(models.Model):
    """How a client who does not answer is called again; ``department`` None = everywhere else.

    ``pauses`` are minutes after the first, second ... vain call (the last one repeats); a call is planned only when the
    department works and it is between ``from_time`` and ``to_time`` where the client is. After ``attempts`` vain calls
    the head of the department gets the task. ``daily`` is how often one client may be called in a day.
    """

    department = models.OneToOneField("staff.Department", models.CASCADE, null=True, blank=True, related_name="+")
    attempts = models.PositiveSmallIntegerField(_("Vain calls before the head is told"), default=3)
    pauses = models.JSONField(_("Pauses between calls, minutes"), default=list)
    from_time = models.TimeField(_("Call from, by the client's clock"), default="09:00")
    to_time = models.TimeField(_("until"), default="21:00")
    daily = models.PositiveSmallIntegerField(_("Calls to one client in a day, at most"), default=4)

    class Meta:
        verbose_name = _("redial policy")
        constraints = [
            models.UniqueConstraint(fields=["department"], name="tickets_redial_default_once", nulls_distinct=False),
            models.CheckConstraint(condition=Q(attempts__gte=1, attempts__lte=20), name="tickets_redial_attempts"),
            models.CheckConstraint(condition=Q(from_time__lt=models.F("to_time")), name="tickets_redial_hours"),
            models.CheckConstraint(condition=Q(daily__gte=1), name="tickets_redial_daily"),
        ]


class CallbackTurn(models.Model):
    """Who calls whom right now: the task that a person has taken from the list, until he says what came of it.

    One task for one person, one person for one task; it goes back to the list by itself at ``until``.
    """

    task_id = models.BigIntegerField(unique=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    taken_at = models.DateTimeField()
    until = models.DateTimeField()
    dialled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("turn of calling back")
