"""What the operator leaves behind: calls asked for, wrap-ups, results; a result that was written down stays."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEEP = """
CREATE FUNCTION telephony_keep_result() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'results of calls are append-only: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER telephony_keep_result BEFORE UPDATE OR DELETE ON telephony_callresult
    FOR EACH ROW EXECUTE FUNCTION telephony_keep_result();
CREATE TRIGGER telephony_keep_results BEFORE TRUNCATE ON telephony_callresult
    FOR EACH STATEMENT EXECUTE FUNCTION telephony_keep_result();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0003_first_words"),
        ("telephony", "0006_balances"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CallResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("result", models.CharField(max_length=200, verbose_name="result")),
                ("note", models.TextField(blank=True, default="", verbose_name="note")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="telephony.call"
                    ),
                ),
            ],
            options={
                "verbose_name": "result of a call",
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["call", "-at"], name="telephony_result_call")],
            },
        ),
        migrations.CreateModel(
            name="Dialling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=32, unique=True)),
                ("phone", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "asked for"), ("placed", "placed"), ("refused", "refused by the exchange")],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("call_key", models.CharField(blank=True, default="", max_length=160)),
                ("error", models.CharField(blank=True, default="", max_length=200)),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm.person",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="telephony.provider"
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm.task",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "call asked for",
                "indexes": [
                    models.Index(fields=["user", "-at"], name="telephony_dialling_user"),
                    models.Index(fields=["provider", "call_key"], name="telephony_dialling_call"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WrapUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                ("most_until", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="telephony.call"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "wrap-up",
                "indexes": [
                    models.Index(condition=models.Q(("until", None)), fields=["user"], name="telephony_wrap_up_now")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("call", "user"), name="telephony_wrap_up_once"),
                    models.CheckConstraint(
                        condition=models.Q(("most_until__gte", models.F("since"))), name="telephony_wrap_up_forward"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None),
                            models.Q(("until__gte", models.F("since")), ("until__lte", models.F("most_until"))),
                            _connector="OR",
                        ),
                        name="telephony_wrap_up_within",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEEP, "DROP FUNCTION telephony_keep_result() CASCADE"),
    ]
