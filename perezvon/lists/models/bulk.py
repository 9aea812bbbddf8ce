from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .queries import JobQuerySet


class Bulk(models.Model):
    """One action on many rows: what, by whom, how far it has come. Kept as the log of such actions.

    ``values`` are the answers of the action's form; ``said`` is the action in words at that time. Counters are those
    of its rows.
    """

    class State(models.TextChoices):
        RUNNING = "running", pgettext_lazy("job", "is being done")
        DONE = "done", pgettext_lazy("job", "done")
        UNDOING = "undoing", pgettext_lazy("job", "is being taken back")
        UNDONE = "undone", pgettext_lazy("job", "taken back")

    listing = models.CharField(max_length=32)
    action = models.CharField(max_length=40)
    said = models.CharField(max_length=300, default="")
    values: Any = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    department = models.ForeignKey("staff.Department", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    total = models.IntegerField(default=0)
    changed = models.IntegerField(default=0)
    same = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    restored = models.IntegerField(default=0)
    kept = models.IntegerField(default=0)

    objects = models.Manager.from_queryset(JobQuerySet)()

    class Meta:
        verbose_name = _("action on many rows")
        indexes = [
            models.Index(fields=["by", "-at"], name="lists_bulk_of"),
            models.Index(fields=["at"], condition=Q(state__in=("running", "undoing")), name="lists_bulk_waiting"),
        ]

    def __str__(self) -> str:
        return self.said

    @property
    def is_working(self) -> bool:
        """There is still something to do."""
        return self.state in (self.State.RUNNING, self.State.UNDOING)

    @property
    def looked_at(self) -> int:
        """How many rows are behind."""
        if self.state == self.State.UNDOING:
            return self.restored + self.kept
        return self.changed + self.same + self.refused

    @property
    def of(self) -> int:
        """How many rows there are to look at."""
        return self.changed if self.state == self.State.UNDOING else self.total


class BulkRow(models.Model):
    """One row of such an action: columns before and after, or why it was refused."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("row", "waiting")
        CHANGED = "changed", pgettext_lazy("row", "changed")
        SAME = "same", pgettext_lazy("row", "was so already")
        REFUSED = "refused", pgettext_lazy("row", "refused")
        RESTORED = "restored", pgettext_lazy("row", "taken back")
        KEPT = "kept", pgettext_lazy("row", "changed since, left as it is")

    bulk = models.ForeignKey(Bulk, models.CASCADE, related_name="rows")
    row_id = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    before: Any = models.JSONField(null=True)
    after: Any = models.JSONField(null=True)
    why = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint("bulk", "row_id", name="lists_bulk_row_once")]
        indexes = [models.Index(fields=["bulk", "state", "id"], name="lists_bulk_row_state")]
