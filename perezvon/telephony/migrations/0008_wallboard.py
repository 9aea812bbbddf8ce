"""Indexes of the wallboard: what has just ended, and who gave up waiting; built beside the work that goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("telephony", "0007_operator")]
    operations = [
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", False)), fields=["ended_at"], name="telephony_call_ended"
            ),
        ),
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(
                condition=models.Q(("stage", "L05")),
                fields=["provider", "queue", "-started_at"],
                name="telephony_call_gave_up",
            ),
        ),
    ]
