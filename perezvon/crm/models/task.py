from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ..kinds import kind_name
from .queries import TaskQuerySet


def done_moment() -> Coalesce:
    """When a task was done, as an order: open ones before all."""
    never = models.Value(datetime(1970, 1, 1, tzinfo=UTC), output_field=models.DateTimeField())
    return Coalesce("done_at", never, output_field=models.DateTimeField())


# A slot in the calendar lasts at most so long: an overlap is found by looking back so far.
LONGEST_SLOT = timedelta(days=7)


class Task(models.Model):
    """Something one person has to do by a deadline; it is not done without a result.

    ``origin`` says what made it ("lost_call", "next_step", "repeat" ...; "" = a person). ``kind`` is the code of a
    ``TaskKind``. ``starts_at`` and ``ends_at`` are its slot in the calendar, when it has one. A hard deadline is put off
    only by those who may hand tasks over or who set it. A private task is seen by its person, by who set it and by its
    watchers only; to others it is a busy time. ``occurrence`` is the moment of its series that it stands for.
    ``outcome`` is the ready result that was pressed, ``result`` all that came out of it in words.
    """

    kind = models.CharField(max_length=12)
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
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    is_private = models.BooleanField(_("private"), default=False)
    series = models.ForeignKey("crm.TaskSeries", models.SET_NULL, null=True, blank=True, related_name="tasks")
    occurrence = models.DateTimeField(null=True, blank=True)
    group = models.ForeignKey("crm.TaskGroup", models.SET_NULL, null=True, blank=True, related_name="tasks")
    origin = models.CharField(max_length=16, blank=True, default="")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    result = models.TextField(_("result"), blank=True, default="")
    outcome = models.ForeignKey(
        "crm.TaskResult", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        constraints = [
            models.CheckConstraint(condition=Q(done_at=None) | Q(result__regex=r"\S"), name="crm_task_done_has_result"),
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None)
                | Q(starts_at__lt=F("ends_at"), ends_at__lte=F("starts_at") + LONGEST_SLOT),
                name="crm_task_slot_has_two_ends",
            ),
            models.UniqueConstraint(
                "series", "occurrence", condition=Q(series__isnull=False), name="crm_task_occurs_once"
            ),
        ]
        indexes = [
            models.Index(fields=["responsible", "deadline"], condition=Q(done_at=None), name="crm_task_my_day"),
            models.Index(fields=["deal", "deadline"], condition=Q(done_at=None), name="crm_task_deal_open"),
            models.Index(fields=["deadline", "id"], condition=Q(done_at=None), name="crm_task_open"),
            models.Index(fields=["person", "-created_at"], name="crm_task_person"),
            models.Index(fields=["created_at", "id"], name="crm_task_newest"),
            models.Index(
                fields=["responsible", "starts_at"], condition=Q(starts_at__isnull=False), name="crm_task_slots"
            ),
            models.Index(fields=["done_by", "-done_at"], condition=Q(done_at__isnull=False), name="crm_task_done_by"),
            models.Index(done_moment(), "id", condition=Q(done_at__isnull=False), name="crm_task_done"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_kind_display(self) -> str:
        """What the kind of the task is called."""
        return kind_name(self.kind)

    @property
    def time(self) -> datetime:
        """When it begins, else by when it is to be done."""
        return self.starts_at or self.deadline
