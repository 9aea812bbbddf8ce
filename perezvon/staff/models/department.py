from django.db import models
from django.utils.translation import gettext_lazy as _


class Department(models.Model):
    """A node of the company's tree; ``path`` lists the ids from the root, "/1/7/", for subtree questions."""

    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    path = models.TextField(default="", editable=False, db_index=True)
    head = models.ForeignKey(
        "staff.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("head")
    )
    calendar = models.ForeignKey(
        "staff.WorkCalendar",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("working calendar"),
    )

    class Meta:
        verbose_name = _("department")
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint("parent", "name", name="staff_department_name_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def depth(self) -> int:
        """How many departments stand above this one."""
        return max(0, self.path.count("/") - 2)
