"""The standard roles of a company that is there already may bring files in, as those of a new one."""

from typing import Any

from django.db import migrations

WHO = {"administrator": "all", "owner": "all", "head_of_sales": "own"}


def sow(apps: Any, schema_editor: Any) -> None:
    grants = apps.get_model("staff", "Grant").objects
    for role in apps.get_model("staff", "Role").objects.filter(key__in=WHO):
        grants.get_or_create(role=role, noun="person", verb="import", defaults={"scope": WHO[role.key]})


class Migration(migrations.Migration):
    dependencies = [("staff", "0005_notices")]
    operations = [migrations.RunPython(sow, migrations.RunPython.noop)]
