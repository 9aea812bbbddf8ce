"""What a person did, and deals past the day of the expected sale."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0015_day_and_board"),
    ]

    atomic = False
    operations = [
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("status", "open"), ("expected_on__isnull", False)),
                fields=["responsible", "expected_on"],
                name="crm_deal_expected",
            ),
        ),
        AddIndexConcurrently(
            model_name="task",
            index=models.Index(
                condition=models.Q(("done_at__isnull", False)), fields=["done_by", "-done_at"], name="crm_task_done_by"
            ),
        ),
    ]
