"""Bringing files in is a right of its own from now on."""

from django.db import migrations

from perezvon.staff.seeds import seed_rights


def sow(apps, schema_editor):
    seed_rights(apps.get_model("staff", "Role"), apps.get_model("staff", "Grant"), ("person", "import"))


class Migration(migrations.Migration):
    dependencies = [("staff", "0005_notices")]
    operations = [migrations.RunPython(sow, migrations.RunPython.noop)]
