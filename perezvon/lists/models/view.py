from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .queries import SharedQuerySet


class Sharing(models.TextChoices):
    PRIVATE = "private", pgettext_lazy("sharing", "only me")
    DEPARTMENT = "department", pgettext_lazy("sharing", "my department and all below")
    ALL = "all", pgettext_lazy("sharing", "everybody")


class Shared(models.Model):
    """Something of one person's that he may share; sharing never widens anybody's rights to the rows."""

    listing = models.CharField(max_length=32)
    name = models.CharField(_("name"), max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    sharing = models.CharField(_("who sees it"), max_length=12, choices=Sharing.choices, default=Sharing.PRIVATE)
    department = models.ForeignKey("staff.Department", models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = models.Manager.from_queryset(SharedQuerySet)()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class View(Shared):
    """A saved view of a list: condition, words searched for, columns, order, grouping.

    ``where`` is a condition tree over the list's vocabulary, read anew each time: one whose field is gone is shown as
    broken. ``show`` is the chip, ``sort`` a word of the address ("-created"), ``group`` the field of the heads;
    "" and [] mean the list's own.
    """

    where: Any = models.JSONField(default=dict, blank=True)
    show = models.CharField(max_length=32, blank=True, default="")
    text = models.CharField(max_length=100, blank=True, default="")
    sort = models.CharField(max_length=40, blank=True, default="")
    group = models.CharField(max_length=40, blank=True, default="")
    columns: Any = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("view")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint("owner", "listing", "name", name="lists_view_name_once"),
            models.CheckConstraint(
                condition=~Q(sharing="department") | Q(department__isnull=False), name="lists_view_has_its_department"
            ),
        ]


class Pin(models.Model):
    """A view that a person keeps in his side bar."""

    view = models.ForeignKey(View, models.CASCADE, related_name="pins")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("user", "view", name="lists_pin_once")]
