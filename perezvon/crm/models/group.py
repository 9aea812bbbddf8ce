from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from perezvon.kit.texts import Folded


class ClientGroup(models.Model):
    """A segment of the company's own: the people who fit a condition. Its members are counted every night and on demand.

    ``where`` is a condition tree; it is read with nobody's rights and nobody is "me" in it.
    """

    name = models.CharField(_("name"), max_length=80)
    where: Any = models.JSONField(default=dict)
    is_archived = models.BooleanField(_("put away"), default=False)
    size = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True, default="")
    counted_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(Folded("name"), condition=Q(is_archived=False), name="crm_group_once"),
            models.CheckConstraint(condition=Q(name__regex=r"\S"), name="crm_group_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupMember(models.Model):
    """Who is in a group now, and since when; coming and going are facts of the ledger."""

    group = models.ForeignKey(ClientGroup, models.CASCADE, related_name="members", db_index=False)
    person = models.ForeignKey("crm.Person", models.CASCADE, related_name="groups")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "person"], name="crm_group_member_once")]
