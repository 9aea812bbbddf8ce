from django.db import migrations

from perezvon.staff.seeds import seed_calendar, seed_roles


def sow(apps, schema_editor):
    seed_roles(apps.get_model("staff", "Role"), apps.get_model("staff", "Grant"))
    seed_calendar(apps.get_model("staff", "WorkCalendar"), apps.get_model("staff", "Holiday"))


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_initial")]
    operations = [migrations.RunPython(sow, migrations.RunPython.noop)]
