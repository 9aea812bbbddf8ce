"""The policy of calling again; requests with lost calls are looked at once more, so that their rows come to be."""

from django.db import migrations

LOOK = """
INSERT INTO journey_due (kind, key, due_at, payload, tries, error)
SELECT DISTINCT 'tickets.recount', ticket_id::text, now(), '{}'::jsonb, 0, '' FROM tickets_contact
 WHERE kind = 'call' AND direction = 'in' AND stage BETWEEN 'L01' AND 'L08'
ON CONFLICT DO NOTHING
"""


def sow(apps, schema_editor):
    apps.get_model("tickets", "RedialPolicy").objects.get_or_create(department=None, defaults={"pauses": [15, 60, 240]})


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_lost_calls"), ("journey", "0001_initial")]
    operations = [
        migrations.RunPython(sow, migrations.RunPython.noop),
        migrations.RunSQL(LOOK, migrations.RunSQL.noop),
    ]
