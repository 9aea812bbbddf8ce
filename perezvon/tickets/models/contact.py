from django.db import models


class Contact(models.Model):
    """One contact within a request: a call, a form, a message; ``stage`` is how a call ended.

    ``ref_id`` is the id of the call or of the form's submission; ``seconds`` are those of the talk.
    """

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="contacts")
    kind = models.CharField(max_length=12)
    ref_id = models.BigIntegerField()
    direction = models.CharField(max_length=8)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=8, blank=True, default="")
    cause = models.CharField(max_length=24, blank=True, default="")
    seconds = models.IntegerField(default=0)
    observed = models.BooleanField(default=True)
    by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("kind", "ref_id", name="tickets_contact_once")]
        indexes = [models.Index(fields=["ticket", "at"], name="tickets_contact_ticket")]
