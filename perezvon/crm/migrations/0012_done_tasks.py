"""Orders of tasks: as planned, as done."""

import datetime

import django.db.models.functions.comparison
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0011_waits"),
    ]

    atomic = False
    operations = [
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(fields=["created_at", "id"], name="crm_task_newest"),
        ),
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce(
                    "done_at",
                    models.Value(
                        datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC), output_field=models.DateTimeField()
                    ),
                    output_field=models.DateTimeField(),
                ),
                models.F("id"),
                condition=models.Q(("done_at__isnull", False)),
                name="crm_task_done",
            ),
        ),
    ]
