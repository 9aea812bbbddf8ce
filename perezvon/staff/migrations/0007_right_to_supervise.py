"""Leading a shift (orders to calls and people, alerts) is a right of its own from now on."""

from django.db import migrations

from perezvon.staff.seeds import seed_rights


def sow(apps, schema_editor):
    seed_rights(apps.get_model("staff", "Role"), apps.get_model("staff", "Grant"), ("call", "supervise"))


class Migration(migrations.Migration):
    dependencies = [("staff", "0006_right_to_import")]
    operations = [migrations.RunPython(sow, migrations.RunPython.noop)]
