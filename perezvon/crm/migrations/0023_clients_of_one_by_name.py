from django.conf import settings
from django.db import migrations, models

import perezvon.kit.texts


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0022_less_for_every_new_card"),
        ("staff", "0011_rights_to_complaints"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                models.F("responsible"),
                perezvon.kit.texts.Folded("name"),
                models.F("id"),
                condition=models.Q(("responsible__isnull", False)),
                name="crm_person_owner_name",
            ),
        ),
    ]
