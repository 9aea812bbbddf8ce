from django.db import models


class Dirty(models.Model):
    """A journey changed since its month was poured into the columnar store."""

    ticket_id = models.BigIntegerField(unique=True)
    month = models.DateField(db_index=True)
    since = models.DateTimeField()


class Month(models.Model):
    """A poured month: how many rows, the version in the manifest, the sums the nightly check compares."""

    month = models.DateField(unique=True)
    version = models.IntegerField(default=0)
    rows = models.IntegerField(default=0)
    poured_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    difference = models.TextField(blank=True, default="")
