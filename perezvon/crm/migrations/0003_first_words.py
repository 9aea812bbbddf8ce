"""The pipeline and the reasons that a company starts with; it renames them as it likes."""

from django.db import migrations

STAGES = (  # name, kind, probability in percent, working hours in the stage, colour
    ("Неразобранное", "unsorted", 5, 2, "gray"),
    ("Первичный контакт", "open", 10, 9, "azure"),
    ("Предложение отправлено", "open", 25, 18, "blue"),
    ("Переговоры", "open", 45, 45, "indigo"),
    ("Принимают решение", "open", 60, 45, "purple"),
    ("Ждём оплату", "open", 85, 27, "orange"),
    ("Сделка состоялась", "won", 100, None, "green"),
    ("Отказ", "lost", 0, None, "red"),
    ("Прогрев", "warm_up", 5, None, "cyan"),
)
REASONS = (  # name, says something about us
    ("Дорого", True),
    ("Выбрали другую компанию", True),
    ("Не дозвонились", True),
    ("Долго отвечали", True),
    ("Нет нужного предложения", True),
    ("Передумали", False),
    ("Отложили покупку", False),
    ("Другое", False),
)


def seed(apps, schema_editor):  # noqa: ANN001, ANN201
    pipeline = apps.get_model("crm", "Pipeline").objects.create(name="Продажи", order=0, is_default=True)
    Stage = apps.get_model("crm", "Stage")
    Stage.objects.bulk_create(
        Stage(
            pipeline=pipeline, name=name, kind=kind, order=10 * place, probability=probability,
            norm_seconds=hours and hours * 3600, color=color,
        )
        for place, (name, kind, probability, hours, color) in enumerate(STAGES, 1)
    )  # fmt: skip
    LostReason = apps.get_model("crm", "LostReason")
    LostReason.objects.bulk_create(LostReason(name=name, is_ours=ours) for name, ours in REASONS)


class Migration(migrations.Migration):
    dependencies = [("crm", "0002_promises")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
