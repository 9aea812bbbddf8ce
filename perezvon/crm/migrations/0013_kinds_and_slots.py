"""Kinds of tasks as data; slots, reminders, series, groups, watchers and handings over of tasks."""

import datetime

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

KINDS = (  # code, icon, colour, usual length in minutes, takes a slot, reminders in minutes before
    ("call", "phone", "blue", 15, False, [15]),
    ("callback", "phone-incoming", "orange", 15, False, []),
    ("meeting", "users", "purple", 60, True, [60, 15]),
    ("mail", "mail", "teal", 15, False, []),
    ("proposal", "file-text", "green", 60, False, [60]),
    ("payment", "cash", "brown", 15, False, []),
    ("other", "checkbox", "gray", 30, False, []),
)
# Kinds are never removed, only put out of use; that a task's kind exists is checked at the end of a transaction.
_KNOWN = """
ALTER TABLE crm_task ADD CONSTRAINT crm_task_kind_known FOREIGN KEY (kind) REFERENCES crm_taskkind (code)
    DEFERRABLE INITIALLY DEFERRED NOT VALID
"""


def seed(apps, schema_editor):  # noqa: ANN001, ANN201
    TaskKind = apps.get_model("crm", "TaskKind")
    TaskKind.objects.bulk_create(
        TaskKind(
            code=code, icon=icon, color=color, minutes=minutes, takes_slot=takes, reminders=reminders, order=10 * place
        )
        for place, (code, icon, color, minutes, takes, reminders) in enumerate(KINDS, 1)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0012_done_tasks"),
        ("staff", "0008_absences"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TaskWatcher",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "watcher of a task",
                "ordering": ["at", "id"],
            },
        ),
        migrations.AddField(
            model_name="task",
            name="ends_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="is_private",
            field=models.BooleanField(default=False, verbose_name="private"),
        ),
        migrations.AddField(
            model_name="task",
            name="occurrence",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="task",
            name="starts_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="task",
            name="kind",
            field=models.CharField(max_length=12),
        ),
        migrations.CreateModel(
            name="TaskGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "mode",
                    models.CharField(
                        choices=[("each", "everybody does it"), ("first", "whoever takes it first does it")],
                        max_length=8,
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("people", models.PositiveSmallIntegerField()),
                ("created_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "task for many people",
            },
        ),
        migrations.AddField(
            model_name="task",
            name="group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="tasks",
                to="crm.taskgroup",
            ),
        ),
        migrations.CreateModel(
            name="TaskHandover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("why", models.CharField(blank=True, default="", max_length=300, verbose_name="why")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "taker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="handovers", to="crm.task"
                    ),
                ),
            ],
            options={
                "verbose_name": "handing over of a task",
                "ordering": ["-at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="TaskKind",
            fields=[
                (
                    "code",
                    models.CharField(
                        max_length=12,
                        primary_key=True,
                        serialize=False,
                        validators=[django.core.validators.RegexValidator("^[a-z0-9_]+\\Z")],
                    ),
                ),
                ("name", models.CharField(blank=True, default="", max_length=60, verbose_name="name")),
                (
                    "title",
                    models.CharField(blank=True, default="", max_length=200, verbose_name="usual words of the task"),
                ),
                ("icon", models.CharField(default="checkbox", max_length=40, verbose_name="icon")),
                (
                    "color",
                    models.CharField(
                        choices=[
                            ("blue", "blue"),
                            ("teal", "teal"),
                            ("orange", "orange"),
                            ("pink", "pink"),
                            ("purple", "purple"),
                            ("green", "green"),
                            ("brown", "brown"),
                            ("gray", "gray"),
                        ],
                        default="blue",
                        max_length=8,
                        verbose_name="colour",
                    ),
                ),
                ("minutes", models.PositiveSmallIntegerField(default=30, verbose_name="usual length, minutes")),
                ("takes_slot", models.BooleanField(default=False, verbose_name="takes its time in the calendar")),
                (
                    "reminders",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="reminders",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="place in the list")),
                ("is_used", models.BooleanField(default=True, verbose_name="in use")),
            ],
            options={
                "verbose_name": "kind of task",
                "ordering": ["order", "code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 5), ("minutes__lte", 1440)), name="crm_taskkind_length"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            ("code__in", ["call", "callback", "meeting", "mail", "proposal", "payment", "other"]),
                            _connector="OR",
                        ),
                        name="crm_taskkind_has_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("minutes", models.PositiveIntegerField(blank=True, null=True)),
                ("at", models.DateTimeField(blank=True, null=True)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                (
                    "task",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="crm.task"
                    ),
                ),
            ],
            options={
                "verbose_name": "reminder",
                "ordering": ["-minutes", "at", "id"],
            },
        ),
        migrations.CreateModel(
            name="TaskSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12)),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("is_hard", models.BooleanField(default=False)),
                ("is_private", models.BooleanField(default=False)),
                ("rule", models.CharField(blank=True, default="", max_length=300)),
                ("after_days", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("time_zone", models.CharField(max_length=48)),
                ("first", models.DateField()),
                ("clock", models.TimeField()),
                ("minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "reminders",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                (
                    "except_days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(), blank=True, default=list, size=None
                    ),
                ),
                ("reached", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "company",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crm.company",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crm.deal",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="crm.person",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "repeating task",
            },
        ),
        migrations.AddField(
            model_name="task",
            name="series",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="tasks",
                to="crm.taskseries",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ends_at", None), ("starts_at", None)),
                    models.Q(
                        (
                            "ends_at__lte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("starts_at"), "+", models.Value(datetime.timedelta(days=7))
                            ),
                        ),
                        ("starts_at__lt", models.F("ends_at")),
                    ),
                    _connector="OR",
                ),
                name="crm_task_slot_has_two_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(
                models.F("series"),
                models.F("occurrence"),
                condition=models.Q(("series__isnull", False)),
                name="crm_task_occurs_once",
            ),
        ),
        migrations.AddField(
            model_name="taskwatcher",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="taskwatcher",
            name="task",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="watchers", to="crm.task"
            ),
        ),
        migrations.AddField(
            model_name="taskwatcher",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="taskreminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("at__isnull", False), ("minutes", None)),
                    models.Q(("at", None), ("minutes__isnull", False)),
                    _connector="OR",
                ),
                name="crm_reminder_one_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="taskreminder",
            constraint=models.UniqueConstraint(models.F("task"), models.F("minutes"), name="crm_reminder_once"),
        ),
        migrations.AddConstraint(
            model_name="taskseries",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("after_days", None), models.Q(("rule", ""), _negated=True)),
                    models.Q(("after_days__gte", 1), ("rule", "")),
                    _connector="OR",
                ),
                name="crm_series_rule_or_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="taskwatcher",
            constraint=models.UniqueConstraint(models.F("task"), models.F("user"), name="crm_watcher_once"),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
        migrations.RunSQL(_KNOWN, "ALTER TABLE crm_task DROP CONSTRAINT crm_task_kind_known"),
    ]
