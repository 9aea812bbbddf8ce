from datetime import UTC, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from .queries import TaskQuerySet


def done_moment() -> Coalesce:
    """When a task was done, as an order: open ones before all."""
    never = models.Value(datetime(1970, 1, 1, tzinfo=UTC), output_field=models.DateTimeField())
    return Coalesce("done_at", never, output_field=models.DateTimeField())


class TaskKind(models.TextChoices):
    CALL = "call", _("call")
    CALLBACK = "callback", _("call back")
    MEETING = "meeting", _("meeting")
    MAIL = "mail", _("write")
    PROPOSAL = "proposal", _("prepare a proposal")
    PAYMENT = "payment", _("check the payment")
    OTHER = "other", _("other")


class Task(models.Model):
    """Something one person has to do by a deadline; it is not done without a result.

    ``origin`` says what made it ("lost_call", "next_step", "repeat" ...; "" = a person).
    """

    kind = models.CharField(max_length=12, choices=TaskKind.choices)
    title = models.CharField(_("title"), max_length=200)
    person = models.ForeignKey("crm.Person", models.CASCADE, null=True, blank=True, related_name="tasks")
    company = models.ForeignKey("crm.Company", models.CASCADE, null=True, blank=True, related_name="tasks")
    deal = models.ForeignKey("crm.Deal", models.CASCADE, null=True, blank=True, related_name="tasks")
    ticket_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    call_id = models.BigIntegerField(null=True, blank=True)
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    department = models.ForeignKey("staff.Department", models.SET_NULL, null=True, blank=True, related_name="+")
    deadline = models.DateTimeField()
    is_hard = models.BooleanField(_("hard deadline"), default=False)
    origin = models.CharField(max_length=16, blank=True, default="")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    result = models.TextField(_("result"), blank=True, default="")

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        constraints = [
            models.CheckConstraint(condition=Q(done_at=None) | Q(result__regex=r"\S"), name="crm_task_done_has_result")
        ]
        indexes = [
            models.Index(fields=["responsible", "deadline"], condition=Q(done_at=None), name="crm_task_my_day"),
            models.Index(fields=["deal", "deadline"], condition=Q(done_at=None), name="crm_task_deal_open"),
            models.Index(fields=["deadline", "id"], condition=Q(done_at=None), name="crm_task_open"),
            models.Index(fields=["person", "-created_at"], name="crm_task_person"),
            models.Index(fields=["created_at", "id"], name="crm_task_newest"),
            models.Index(done_moment(), "id", condition=Q(done_at__isnull=False), name="crm_task_done"),
        ]

    def __str__(self) -> str:
        return self.title
