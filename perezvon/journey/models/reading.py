from django.db import models


class Epoch(models.Model):
    """A stretch of the ledger's life in one database cluster.

    Transaction numbers start anew after a restore, so a reader's place is (epoch, txid, id).
    """

    started_at = models.DateTimeField()
    cluster = models.TextField(default="")


class Reader(models.Model):
    """The place a reader has come to: everything up to (epoch, txid, fact_id) is delivered."""

    name = models.TextField(unique=True)
    epoch = models.IntegerField(default=0)
    txid = models.BigIntegerField(default=0)
    fact_id = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)


class Parked(models.Model):
    """A fact that a reader could not take: kept in sight, tried again, never in the way of others."""

    reader = models.TextField()
    fact_id = models.BigIntegerField()
    ordering_key = models.TextField()
    error = models.TextField(default="", blank=True)
    tries = models.IntegerField(default=0)
    parked_at = models.DateTimeField()
    next_try_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("reader", "fact_id", name="journey_parked_once")]
        indexes = [models.Index("reader", "ordering_key", name="journey_parked_key")]


class Schedule(models.Model):
    """When a piece of periodic housekeeping ran last."""

    name = models.TextField(unique=True)
    ran_at = models.DateTimeField(null=True)
    error = models.TextField(default="", blank=True)
