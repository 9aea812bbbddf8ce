from typing import Any

from django.db import models


class Fact(models.Model):
    """One thing that happened; appended once, never changed (a trigger refuses it).

    ``at`` is when it happened, ``recorded_at`` when we learned of it (the table is partitioned by
    its month), ``amount`` is in roubles, ``seconds`` is a duration. Ids of other rooms' nouns are
    plain numbers. (epoch, txid, id) is the reading order, see ``journey/reading.py``.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.TextField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    owner_id = models.BigIntegerField(null=True)
    department_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    company_id = models.BigIntegerField(null=True)
    ticket_id = models.BigIntegerField(null=True)
    deal_id = models.BigIntegerField(null=True)
    call_id = models.BigIntegerField(null=True)
    channel = models.TextField(default="")
    source_id = models.BigIntegerField(null=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    seconds = models.IntegerField(null=True)
    details: Any = models.JSONField(default=dict)
    epoch = models.IntegerField()

    class Meta:
        managed = False
        db_table = "journey_fact"

    def __str__(self) -> str:
        return f"{self.kind} #{self.id}"

    @property
    def ordering_key(self) -> str:
        """Facts with one key are delivered to a reader strictly in order."""
        for letter, value in (("t", self.ticket_id), ("p", self.person_id), ("c", self.call_id)):
            if value is not None:
                return f"{letter}{value}"
        return f"f{self.id}"
