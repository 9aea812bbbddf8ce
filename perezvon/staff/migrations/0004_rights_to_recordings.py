"""Judging talks and deleting recordings are rights of their own from now on."""

from django.db import migrations

from perezvon.staff.seeds import seed_rights


def sow(apps, schema_editor):
    new = (("call", "score"), ("call", "delete"))
    seed_rights(apps.get_model("staff", "Role"), apps.get_model("staff", "Grant"), *new)


class Migration(migrations.Migration):
    dependencies = [("staff", "0003_statuses_with_reasons")]
    operations = [migrations.RunPython(sow, migrations.RunPython.noop)]
