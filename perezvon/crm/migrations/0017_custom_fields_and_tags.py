"""Fields that a company makes itself, and tags."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import perezvon.kit.texts

# What was written under a field could not be read any more if it became a field of another kind.
KEEP_KIND = """
CREATE FUNCTION crm_keep_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a field keeps its noun and its kind' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER crm_custom_field_keeps BEFORE UPDATE ON crm_customfield
    FOR EACH ROW WHEN (OLD.noun <> NEW.noun OR OLD.kind <> NEW.kind) EXECUTE FUNCTION crm_keep_kind();
"""
FORGET = """
DROP TRIGGER crm_custom_field_keeps ON crm_customfield;
DROP FUNCTION crm_keep_kind();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0016_indexes_of_the_day"),
        ("staff", "__first__"),
    ]

    operations = [
        migrations.AddField(
            model_name="company",
            name="custom",
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="deal",
            name="custom",
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.AddField(
            model_name="person",
            name="custom",
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict),
        ),
        migrations.CreateModel(
            name="CustomField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "noun",
                    models.CharField(
                        choices=[("person", "a client"), ("company", "a company"), ("deal", "a deal")],
                        max_length=10,
                        verbose_name="field of",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "text"),
                            ("number", "number"),
                            ("money", "money, ₽"),
                            ("date", "date"),
                            ("choice", "one of a list"),
                            ("many", "several of a list"),
                            ("flag", "yes or no"),
                            ("staff", "a colleague"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("label", models.CharField(max_length=80, verbose_name="what it is called")),
                (
                    "hint",
                    models.CharField(
                        blank=True, default="", max_length=200, verbose_name="hint for those who fill it in"
                    ),
                ),
                ("is_needed", models.BooleanField(default=False, verbose_name="must be filled in when added by hand")),
                (
                    "is_shown",
                    models.BooleanField(default=False, verbose_name="a column of the list from the beginning"),
                ),
                ("order", models.PositiveIntegerField(default=0)),
                ("is_archived", models.BooleanField(default=False, verbose_name="put away")),
                ("indexed_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("noun"),
                        perezvon.kit.texts.Folded("label"),
                        condition=models.Q(("is_archived", False)),
                        name="crm_custom_field_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("label__regex", "\\S")), name="crm_custom_field_has_a_name"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CustomChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=80)),
                ("order", models.PositiveIntegerField(default=0)),
                ("is_archived", models.BooleanField(default=False)),
                (
                    "field",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="choices", to="crm.customfield"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("field", "label"), name="crm_custom_choice_once")],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="tag")),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(perezvon.kit.texts.Folded("name"), name="crm_tag_once")],
            },
        ),
        migrations.CreateModel(
            name="Tagged",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tagged",
                        to="crm.company",
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tagged",
                        to="crm.deal",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tagged",
                        to="crm.person",
                    ),
                ),
                ("tag", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.tag")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("company", None), ("deal", None), ("person__isnull", False)),
                            models.Q(("company__isnull", False), ("deal", None), ("person", None)),
                            models.Q(("company", None), ("deal__isnull", False), ("person", None)),
                            _connector="OR",
                        ),
                        name="crm_tagged_is_one",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("person", "tag"),
                        name="crm_tagged_person",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("company__isnull", False)),
                        fields=("company", "tag"),
                        name="crm_tagged_company",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("deal__isnull", False)), fields=("deal", "tag"), name="crm_tagged_deal"
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEEP_KIND, FORGET),
    ]
