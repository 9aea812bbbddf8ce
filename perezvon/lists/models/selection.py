from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .view import Shared


class Selection(Shared):
    """Rows of a list picked by hand: clients to call, deals to look at on Monday."""

    class Meta:
        verbose_name = _("selection")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint("owner", "listing", "name", name="lists_selection_name_once"),
            models.CheckConstraint(
                condition=~Q(sharing="department") | Q(department__isnull=False),
                name="lists_selection_has_its_department",
            ),
        ]


class SelectionRow(models.Model):
    """One picked row; ``row_id`` is its id among the rows of the selection's list."""

    selection = models.ForeignKey(Selection, models.CASCADE, related_name="rows")
    row_id = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("selection", "row_id", name="lists_selection_row_once")]
        indexes = [models.Index(fields=["row_id", "selection"], name="lists_selection_of_row")]
