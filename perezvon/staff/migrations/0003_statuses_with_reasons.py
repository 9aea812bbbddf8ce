"""States have reasons that the company keeps itself; the history of states is append-only."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEEP = """
CREATE FUNCTION staff_presence_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.until IS NULL
       AND (NEW.user_id, NEW.state, NEW.reason, NEW.since) = (OLD.user_id, OLD.state, OLD.reason, OLD.since) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the history of states is append-only: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER staff_presence_keep BEFORE UPDATE OR DELETE ON staff_presence
    FOR EACH ROW EXECUTE FUNCTION staff_presence_keep();
CREATE TRIGGER staff_presence_keep_all BEFORE TRUNCATE ON staff_presence
    FOR EACH STATEMENT EXECUTE FUNCTION staff_presence_keep();
"""
# What is known already, copied onto the cards.
SHOW = """
UPDATE staff_user SET presence_reason = p.reason, presence_since = p.since
  FROM staff_presence p WHERE p.user_id = staff_user.id AND p.until IS NULL
"""
REASONS = (("Обед", 60), ("Короткий перерыв", 15), ("Обучение", None), ("Совещание", None))


def sow(apps, schema_editor):
    reason = apps.get_model("staff", "PresenceReason")
    reason.objects.bulk_create(
        reason(state="break", name=name, minutes=minutes, order=10 * place)
        for place, (name, minutes) in enumerate(REASONS, 1)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("staff", "0002_standard_roles"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="presence_reason",
            field=models.CharField(blank=True, default="", editable=False, max_length=80),
        ),
        migrations.AddField(
            model_name="user",
            name="presence_since",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="presence",
            name="state",
            field=models.CharField(
                choices=[
                    ("available", "available"),
                    ("break", "on a break"),
                    ("dnd", "do not disturb"),
                    ("outbound", "outgoing calls"),
                    ("away", "away"),
                    ("offline", "offline"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="presence",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="presences", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.CreateModel(
            name="PresenceReason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("available", "available"),
                            ("break", "on a break"),
                            ("dnd", "do not disturb"),
                            ("outbound", "outgoing calls"),
                            ("away", "away"),
                            ("offline", "offline"),
                        ],
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="reason")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="usual length, minutes"),
                ),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="place in the list")),
                ("is_used", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "reason of a state",
                "ordering": ["state", "order", "id"],
                "constraints": [models.UniqueConstraint(fields=("state", "name"), name="staff_presence_reason_once")],
            },
        ),
        migrations.RunSQL(KEEP, "DROP FUNCTION staff_presence_keep() CASCADE"),
        migrations.RunSQL(SHOW, migrations.RunSQL.noop),
        migrations.RunPython(sow, migrations.RunPython.noop),
    ]
