"""Indexes for the orders and the words of lists; built beside the work that goes on."""

import datetime

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.functions.comparison
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

import perezvon.kit.texts

# upper() alone did not know that ё is е.
OLD = (
    ("crm_person_name_trgm", "crm_person", "name"),
    ("crm_company_name_trgm", "crm_company", "name"),
    ("crm_deal_title_trgm", "crm_deal", "title"),
    ("crm_point_value_trgm", "crm_contactpoint", "value"),
)


class Migration(migrations.Migration):
    dependencies = [("crm", "0004_columns_of_the_board")]
    atomic = False  # an index is built concurrently outside a transaction
    operations = [
        RemoveIndexConcurrently(
            model_name="company",
            name="crm_company_by_name",
        ),
        RemoveIndexConcurrently(
            model_name="person",
            name="crm_person_by_name",
        ),
        AddIndexConcurrently(
            model_name="company",
            index=models.Index(perezvon.kit.texts.Folded("name"), models.F("id"), name="crm_company_folded"),
        ),
        AddIndexConcurrently(
            model_name="company",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(perezvon.kit.texts.Folded("name"), "gin_trgm_ops"),
                name="crm_company_trigrams",
            ),
        ),
        AddIndexConcurrently(
            model_name="company",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("name", config="russian"), name="crm_company_words"
            ),
        ),
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(fields=["amount", "id"], name="crm_deal_amount"),
        ),
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(perezvon.kit.texts.Folded("title"), models.F("id"), name="crm_deal_folded"),
        ),
        AddIndexConcurrently(
            model_name="deal",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(perezvon.kit.texts.Folded("title"), "gin_trgm_ops"),
                name="crm_deal_trigrams",
            ),
        ),
        AddIndexConcurrently(
            model_name="deal",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("title", config="russian"), name="crm_deal_words"
            ),
        ),
        AddIndexConcurrently(
            model_name="person",
            index=models.Index(perezvon.kit.texts.Folded("name"), models.F("id"), name="crm_person_folded"),
        ),
        AddIndexConcurrently(
            model_name="person",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce(
                    "last_contact_at",
                    models.Value(
                        datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC), output_field=models.DateTimeField()
                    ),
                    output_field=models.DateTimeField(),
                ),
                models.F("id"),
                name="crm_person_contacted",
            ),
        ),
        AddIndexConcurrently(
            model_name="person",
            index=models.Index(perezvon.kit.texts.Folded("region"), models.F("id"), name="crm_person_region"),
        ),
        AddIndexConcurrently(
            model_name="person",
            index=models.Index(
                models.F("source_id"),
                models.F("id"),
                condition=models.Q(("source_id__isnull", False)),
                name="crm_person_source",
            ),
        ),
        AddIndexConcurrently(
            model_name="person",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(perezvon.kit.texts.Folded("name"), "gin_trgm_ops"),
                name="crm_person_trigrams",
            ),
        ),
        AddIndexConcurrently(
            model_name="person",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass(perezvon.kit.texts.Folded("comment"), "gin_trgm_ops"),
                condition=models.Q(("comment", ""), _negated=True),
                name="crm_person_comment_trigrams",
            ),
        ),
        *(
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
                f"CREATE INDEX {name} ON {table} USING gin (upper({column}::text) gin_trgm_ops)",
            )
            for name, table, column in OLD
        ),
        AddIndexConcurrently(
            model_name="contactpoint",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["value"], name="crm_point_trigrams", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
