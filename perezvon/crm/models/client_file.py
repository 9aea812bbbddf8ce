from django.conf import settings
from django.db import models
from django.db.models import Q

from .of_one import of_one
from .queries import ClientFileQuerySet


class ClientFile(models.Model):
    """A file on a client, a company or a deal. The bytes lie in the product's own folder under ``stored``, a name nobody
    can guess; ``name`` is what it was called, ``media`` what it is by its content. A removed file leaves who and when.
    """

    person = models.ForeignKey("crm.Person", models.CASCADE, null=True, related_name="+")
    company = models.ForeignKey("crm.Company", models.CASCADE, null=True, related_name="+")
    deal = models.ForeignKey("crm.Deal", models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=200)
    media = models.CharField(max_length=100)
    size = models.BigIntegerField()
    stored = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    objects = ClientFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=of_one(),
                name="crm_file_is_of_one",
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="crm_file_is_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """It can be shown on a page."""
        return self.media in ("image/png", "image/jpeg", "image/gif", "image/webp")
