"""What is known about clients besides: ties, files, consents, groups, wishes, the audit of the base."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import perezvon.kit.texts

# What was read by whoever consented stays as it was read.
KEEP_TEXTS = """
CREATE FUNCTION crm_keep_consent_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a text of consent is never changed: write a new version' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER crm_consent_text_keeps BEFORE UPDATE OF purpose, version, text, at OR DELETE ON crm_consenttext
    FOR EACH ROW EXECUTE FUNCTION crm_keep_consent_text();
CREATE FUNCTION crm_keep_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a consent is only ever taken back' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER crm_consent_keeps BEFORE UPDATE ON crm_consent FOR EACH ROW
    WHEN (OLD.purpose <> NEW.purpose OR OLD.given_at <> NEW.given_at OR OLD.channel <> NEW.channel
          OR OLD.evidence <> NEW.evidence OR OLD.text_id IS DISTINCT FROM NEW.text_id OR OLD.withdrawn_at IS NOT NULL
             AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at)
    EXECUTE FUNCTION crm_keep_consent();
"""
FORGET = """
DROP TRIGGER crm_consent_text_keeps ON crm_consenttext;
DROP FUNCTION crm_keep_consent_text();
DROP TRIGGER crm_consent_keeps ON crm_consent;
DROP FUNCTION crm_keep_consent();
"""
KINDS = (  # between, what the first is, what the second is
    ("people", "супруг(а)", "супруг(а)"),
    ("people", "родитель", "ребёнок"),
    ("people", "друг", "друг"),
    ("people", "привёл(а) нас", "пришёл(ла) по рекомендации"),
    ("people", "помощник", "руководитель"),
    ("work", "сотрудник", "место работы"),
    ("work", "директор", "руководит компанией"),
    ("work", "бухгалтер", "ведёт бухгалтерию"),
    ("work", "владелец", "своя компания"),
    ("companies", "филиал", "головная компания"),
    ("companies", "партнёр", "партнёр"),
)


def seed(apps, schema_editor):  # noqa: ANN001, ANN201
    TieKind = apps.get_model("crm", "TieKind")
    TieKind.objects.bulk_create(
        TieKind(between=between, word=word, other_word=other, order=10 * place)
        for place, (between, word, other) in enumerate(KINDS, 1)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0017_custom_fields_and_tags"),
        ("staff", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="TieKind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "between",
                    models.CharField(
                        choices=[
                            ("people", "two people"),
                            ("work", "a person and a company"),
                            ("companies", "two companies"),
                        ],
                        max_length=10,
                        verbose_name="between",
                    ),
                ),
                ("word", models.CharField(max_length=60, verbose_name="the first one is")),
                ("other_word", models.CharField(max_length=60, verbose_name="the second one is")),
                ("order", models.PositiveSmallIntegerField(default=100)),
                ("is_archived", models.BooleanField(default=False, verbose_name="put away")),
            ],
            options={
                "ordering": ["order", "pk"],
            },
        ),
        migrations.AddField(
            model_name="contactowner",
            name="extension",
            field=models.CharField(blank=True, db_default="", default="", max_length=16, verbose_name="extension"),
        ),
        migrations.AddField(
            model_name="contactowner",
            name="note",
            field=models.CharField(blank=True, db_default="", default="", max_length=120, verbose_name="note"),
        ),
        migrations.AddField(
            model_name="contactowner",
            name="type",
            field=models.CharField(
                blank=True,
                choices=[("mobile", "mobile"), ("work", "work"), ("home", "home"), ("other", "other")],
                db_default="",
                default="",
                max_length=8,
                verbose_name="which",
            ),
        ),
        migrations.CreateModel(
            name="BaseAudit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(unique=True)),
                ("figures", models.JSONField(default=dict)),
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
            ],
        ),
        migrations.CreateModel(
            name="ClientFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("media", models.CharField(max_length=100)),
                ("size", models.BigIntegerField()),
                ("stored", models.CharField(max_length=64, unique=True)),
                ("at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(null=True)),
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
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.company"
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.deal"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.person"
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                        name="crm_file_is_of_one",
                    ),
                    models.CheckConstraint(condition=models.Q(("size__gt", 0)), name="crm_file_is_not_empty"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClientGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("where", models.JSONField(default=dict)),
                ("is_archived", models.BooleanField(default=False, verbose_name="put away")),
                ("size", models.PositiveIntegerField(default=0)),
                ("problem", models.CharField(blank=True, default="", max_length=300)),
                ("counted_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "by",
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
                        perezvon.kit.texts.Folded("name"),
                        condition=models.Q(("is_archived", False)),
                        name="crm_group_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("name__regex", "\\S")), name="crm_group_has_a_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("data", "processing of personal data"),
                            ("ads", "advertising by phone, mail and messengers"),
                            ("recording", "recording of talks"),
                            ("transfer", "handing data over to partners"),
                        ],
                        max_length=12,
                        verbose_name="consent to",
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                ("text", models.TextField(verbose_name="text")),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("purpose", "version"), name="crm_consent_text_once"),
                    models.CheckConstraint(
                        condition=models.Q(("text__regex", "\\S")), name="crm_consent_text_has_words"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("data", "processing of personal data"),
                            ("ads", "advertising by phone, mail and messengers"),
                            ("recording", "recording of talks"),
                            ("transfer", "handing data over to partners"),
                        ],
                        max_length=12,
                        verbose_name="consent to",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("paper", "on paper"),
                            ("site", "on the site"),
                            ("call", "by phone"),
                            ("mail", "by mail"),
                            ("messenger", "in a messenger"),
                        ],
                        max_length=12,
                        verbose_name="how",
                    ),
                ),
                ("evidence", models.CharField(max_length=300, verbose_name="what proves it")),
                ("given_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "withdrawn_channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("paper", "on paper"),
                            ("site", "on the site"),
                            ("call", "by phone"),
                            ("mail", "by mail"),
                            ("messenger", "in a messenger"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("withdrawn_note", models.CharField(blank=True, default="", max_length=300)),
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
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.clientfile",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.person"),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.consenttext",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("person", "purpose"),
                        name="crm_consent_in_force_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at", None), ("withdrawn_at__gte", models.F("given_at")), _connector="OR"
                        ),
                        name="crm_consent_withdrawn_after",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("evidence__regex", "\\S")), name="crm_consent_is_proved"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="crm.clientgroup",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="groups", to="crm.person"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("group", "person"), name="crm_group_member_once")],
            },
        ),
        migrations.CreateModel(
            name="Tie",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(blank=True, default="", max_length=120, verbose_name="role")),
                ("since", models.DateField(blank=True, null=True, verbose_name="since")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
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
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.company"
                    ),
                ),
                (
                    "other_company",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.company"
                    ),
                ),
                (
                    "other_person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.person"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.person"
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crm.tiekind"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person__isnull", True), ("company__isnull", True), _connector="XOR"),
                            models.Q(("other_person__isnull", True), ("other_company__isnull", True), _connector="XOR"),
                        ),
                        name="crm_tie_of_two",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person", None),
                            ("other_person", None),
                            models.Q(("person", models.F("other_person")), _negated=True),
                            _connector="OR",
                        ),
                        name="crm_tie_not_of_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("since", None), ("until", None), ("since__lte", models.F("until")), _connector="OR"
                        ),
                        name="crm_tie_ends_after_it_begins",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300, verbose_name="what the client wants")),
                ("amount", models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="amount, ₽")),
                ("return_on", models.DateField(verbose_name="come back to it on")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "waits for its day"),
                            ("back", "has come back"),
                            ("sold", "sold"),
                            ("dropped", "not wanted any more"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm.deal",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="crm.person"),
                ),
                (
                    "product",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="crm.product",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="crm.task",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "open")), fields=["return_on", "id"], name="crm_wish_due")
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("text__regex", "\\S")), name="crm_wish_says_something"),
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="crm_wish_amount_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("state__in", ("open", "back"))),
                            models.Q(("closed_at__isnull", False), ("state__in", ("sold", "dropped"))),
                            _connector="OR",
                        ),
                        name="crm_wish_closed_has_a_when",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEEP_TEXTS, FORGET),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
