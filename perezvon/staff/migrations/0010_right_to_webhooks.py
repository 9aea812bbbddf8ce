"""Telling other people's programs of events is a right of its own from now on."""

from django.db import migrations

from perezvon.staff.seeds import seed_rights


def sow(apps, schema_editor):
    asked = [("webhook", verb) for verb in ("view", "add", "edit")]
    seed_rights(apps.get_model("staff", "Role"), apps.get_model("staff", "Grant"), *asked)


class Migration(migrations.Migration):
    dependencies = [("staff", "0009_limits_of_tokens")]
    operations = [migrations.RunPython(sow, migrations.RunPython.noop)]
