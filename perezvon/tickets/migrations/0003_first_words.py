"""The row of settings and a sensible first checklist, in the language of the product's customers."""

from django.db import migrations

ITEMS = (
    ("talk", "Назвать себя и компанию, узнать имя клиента", False),
    ("talk", "Узнать, откуда клиент о нас знает", False),
    ("entered", "Записать, что клиенту нужно и к какому сроку", True),
    ("entered", "Договориться о следующем шаге и дате", False),
    ("worked", "Узнать бюджет и кто принимает решение", True),
    ("worked", "Отправить материалы или подборку", False),
)


def seed(apps, schema_editor):  # noqa: ANN001, ANN201
    apps.get_model("tickets", "TicketSettings").objects.get_or_create(pk=1)
    items = apps.get_model("tickets", "ChecklistItem").objects
    for order, (step, text, is_required) in enumerate(ITEMS):
        items.get_or_create(step=step, text=text, defaults={"order": order, "is_required": is_required})


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_promises")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
