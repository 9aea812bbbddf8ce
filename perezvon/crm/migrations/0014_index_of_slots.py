"""Finds what stands in somebody's calendar; says that every task's kind is known."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("crm", "0013_kinds_and_slots")]
    operations = [
        migrations.RunSQL("ALTER TABLE crm_task VALIDATE CONSTRAINT crm_task_kind_known", migrations.RunSQL.noop),
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                condition=models.Q(("starts_at__isnull", False)),
                fields=["responsible", "starts_at"],
                name="crm_task_slots",
            ),
        ),
    ]
