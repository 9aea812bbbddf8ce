from django.conf import settings
from django.db import models
from django.db.models import Q

from .queries import NoteQuerySet


class Note(models.Model):
    """A remark of one of the staff on a client or a deal; the text stays here, the ledger knows of it."""

    text = models.TextField()
    person = models.ForeignKey("crm.Person", models.CASCADE, null=True, blank=True, related_name="notes")
    company = models.ForeignKey("crm.Company", models.CASCADE, null=True, blank=True, related_name="notes")
    deal = models.ForeignKey("crm.Deal", models.CASCADE, null=True, blank=True, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(company__isnull=False) | Q(deal__isnull=False),
                name="crm_note_is_on_something",
            ),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="crm_note_has_text"),
        ]
