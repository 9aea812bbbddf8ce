"""The words of names, for searches with a slip."""

import django.contrib.postgres.indexes
from django.db import migrations, models

FILL = """
INSERT INTO crm_word (text)
SELECT DISTINCT w FROM (SELECT name FROM crm_person UNION ALL SELECT name FROM crm_company) AS named,
       regexp_split_to_table(translate(upper(named.name), 'Ё', 'Е'), '[^[:alpha:]]+') AS w
 WHERE length(w) BETWEEN 3 AND 40
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0005_orders_and_words")]
    operations = [
        migrations.CreateModel(
            name="Word",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=40, unique=True)),
            ],
        ),
        migrations.AddIndex(
            model_name="word",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["text"], name="crm_word_trigrams", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
