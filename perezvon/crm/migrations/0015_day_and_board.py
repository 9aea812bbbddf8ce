"""Results of tasks as data, snoozes, lines and checks of deals, what a person folds, levels of sellers."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TALK = (
    ("Поговорили, договорились о следующем шаге", "call", 3, False),
    ("Не ответил", "call", 1, False),
    ("Попросил перезвонить позже", "call", 1, False),
    ("Просит предложение", "proposal", 0, False),
    ("Думает, ответит сам", "wait", 7, False),
    ("Не интересно", "lose", 0, True),
)
RESULTS = {  # text, what it suggests next, in how many days, asks for a comment
    "call": TALK,
    "callback": (("Дозвонились, вопрос решён", "", 0, False), *TALK),
    "meeting": (
        ("Встретились, договорились о следующем шаге", "proposal", 1, False),
        ("Клиент не пришёл", "call", 0, False),
        ("Клиент перенёс встречу", "meeting", 3, False),
    ),
    "mail": (("Отправлено", "wait", 3, False), ("Клиент ответил", "call", 0, False), ("Нет адреса", "call", 0, False)),
    "proposal": (("Предложение отправлено", "call", 2, False), ("Клиент изменил запрос", "proposal", 1, True)),
    "payment": (
        ("Деньги пришли", "", 0, False),
        ("Обещал заплатить позже", "payment", 3, False),
        ("Платить не будет", "lose", 0, True),
    ),
    "other": (("Сделано", "", 0, False), ("Больше не нужно", "", 0, True)),
}


def seed(apps, schema_editor):  # noqa: ANN001, ANN201
    TaskResult = apps.get_model("crm", "TaskResult")
    TaskResult.objects.bulk_create(
        TaskResult(kind=kind, text=text, order=10 * place, next_kind=after, next_days=days, needs_comment=comment)
        for kind, rows in RESULTS.items()
        for place, (text, after, days, comment) in enumerate(rows, 1)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0014_index_of_slots"),
        ("staff", "0007_right_to_supervise"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DealCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="DealLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(blank=True, default="", max_length=200, verbose_name="in words")),
                ("quantity", models.DecimalField(decimal_places=3, default=1, max_digits=12, verbose_name="quantity")),
                ("price", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="price, ₽")),
                ("order", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "line of a deal",
                "ordering": ["order", "id"],
            },
        ),
        migrations.CreateModel(
            name="FoldedColumn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
        ),
        migrations.CreateModel(
            name="SellerLevel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(
                        choices=[("newbie", "newbie"), ("candidate", "candidate"), ("master", "master")],
                        max_length=12,
                        verbose_name="level",
                    ),
                ),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Snooze",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("noun", models.CharField(max_length=12)),
                ("thing_id", models.BigIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("until", models.DateTimeField(verbose_name="until")),
                ("at", models.DateTimeField()),
                ("returned_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="StageCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=200, verbose_name="what to do")),
                ("order", models.IntegerField(default=0)),
                ("is_archived", models.BooleanField(db_default=False, default=False)),
            ],
            options={
                "ordering": ["stage", "order", "id"],
            },
        ),
        migrations.CreateModel(
            name="TaskResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(max_length=12, verbose_name="task"),
                ),
                ("text", models.CharField(max_length=120, verbose_name="result")),
                ("order", models.IntegerField(default=0)),
                ("next_kind", models.CharField(blank=True, default="", max_length=12, verbose_name="suggests next")),
                (
                    "next_days",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="in how many days",
                    ),
                ),
                ("needs_comment", models.BooleanField(default=False, verbose_name="asks for a comment")),
                ("is_archived", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "result of a task",
                "ordering": ["kind", "order", "id"],
            },
        ),
        migrations.AddField(
            model_name="deal",
            name="expected_on",
            field=models.DateField(blank=True, null=True, verbose_name="sale expected on"),
        ),
        migrations.AddField(
            model_name="stage",
            name="advice_candidate",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="advice to a candidate"),
        ),
        migrations.AddField(
            model_name="stage",
            name="advice_master",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="advice to a master"),
        ),
        migrations.AddField(
            model_name="stage",
            name="stale_days",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="stale after, days"),
        ),
        migrations.AlterField(
            model_name="stage",
            name="advice",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="advice to a newbie"),
        ),
        migrations.AddField(
            model_name="dealcheck",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="dealcheck",
            name="deal",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="checks", to="crm.deal"),
        ),
        migrations.AddField(
            model_name="dealline",
            name="deal",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="crm.deal"),
        ),
        migrations.AddField(
            model_name="dealline",
            name="product",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.product"
            ),
        ),
        migrations.AddField(
            model_name="foldedcolumn",
            name="stage",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.stage"),
        ),
        migrations.AddField(
            model_name="foldedcolumn",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sellerlevel",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sellerlevel",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="snooze",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="stagecheck",
            name="stage",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="checks", to="crm.stage"),
        ),
        migrations.AddField(
            model_name="dealcheck",
            name="item",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.stagecheck"),
        ),
        migrations.AddConstraint(
            model_name="taskresult",
            constraint=models.UniqueConstraint(
                models.F("kind"),
                models.F("text"),
                condition=models.Q(("is_archived", False)),
                name="crm_task_result_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="taskresult",
            constraint=models.CheckConstraint(condition=models.Q(("next_days__lte", 365)), name="crm_task_result_days"),
        ),
        migrations.AddField(
            model_name="task",
            name="outcome",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="crm.taskresult",
            ),
        ),
        migrations.AddConstraint(
            model_name="dealline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0), ("price__gte", 0)), name="crm_line_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="dealline",
            constraint=models.CheckConstraint(
                condition=models.Q(("product__isnull", False), ("title__regex", "\\S"), _connector="OR"),
                name="crm_line_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="foldedcolumn",
            constraint=models.UniqueConstraint(fields=("user", "stage"), name="crm_folded_once"),
        ),
        migrations.AddIndex(
            model_name="snooze",
            index=models.Index(fields=["user", "returned_at"], name="crm_snooze_returned"),
        ),
        migrations.AddConstraint(
            model_name="snooze",
            constraint=models.UniqueConstraint(
                condition=models.Q(("returned_at", None)),
                fields=("user", "noun", "thing_id"),
                name="crm_snooze_one_now",
            ),
        ),
        migrations.AddConstraint(
            model_name="snooze",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("at"))), name="crm_snooze_forward"
            ),
        ),
        migrations.AddConstraint(
            model_name="stagecheck",
            constraint=models.UniqueConstraint(
                models.F("stage"),
                models.F("text"),
                condition=models.Q(("is_archived", False)),
                name="crm_stage_check_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="dealcheck",
            constraint=models.UniqueConstraint(fields=("deal", "item"), name="crm_deal_check_once"),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
