"""Complaints are a noun of their own from now on."""

from django.db import migrations

from perezvon.staff.seeds import seed_rights

VERBS = ("view", "add", "edit", "assign", "close", "approve")


def sow(apps, schema_editor):
    asked = [("complaint", verb) for verb in VERBS]
    seed_rights(apps.get_model("staff", "Role"), apps.get_model("staff", "Grant"), *asked)


class Migration(migrations.Migration):
    dependencies = [("staff", "0010_right_to_webhooks")]
    operations = [migrations.RunPython(sow, migrations.RunPython.noop)]
