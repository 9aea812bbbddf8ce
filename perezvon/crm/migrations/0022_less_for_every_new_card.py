"""Indexes hold only what is there, and strands of an import go through the whole file each.

Rows of an import that are in already are left out, so the last block that all strands have finished is a safe place.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LEAST = "(SELECT min(o.block) FROM crm_importstrand o WHERE o.batch_id = s.batch_id)"
PLACES = f"""
UPDATE crm_importstrand s SET block = CASE
       WHEN b.what = 'people' THEN {LEAST} / 2
       WHEN s.number = 0 THEN {LEAST}
       ELSE 1000000000 END
  FROM crm_import b WHERE b.id = s.batch_id AND b.state IN ('running', 'paused')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0021_life_revenue_and_breaches"),
        ("staff", "0011_rights_to_complaints"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(PLACES, migrations.RunSQL.noop),
        migrations.RemoveConstraint(
            model_name="contactowner",
            name="crm_contact_owner_company_once",
        ),
        migrations.AlterField(
            model_name="company",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="company",
            name="department",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="staff.department",
            ),
        ),
        migrations.AlterField(
            model_name="company",
            name="responsible",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="contactowner",
            name="company",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="contact_owners",
                to="crm.company",
            ),
        ),
        migrations.AlterField(
            model_name="importresult",
            name="batch",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="results",
                to="crm.import",
            ),
        ),
        migrations.AlterField(
            model_name="importrow",
            name="batch",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="crm.import",
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="company",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="people",
                to="crm.company",
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="department",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="staff.department",
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="responsible",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(fields=["responsible"], name="crm_company_responsible"),
        ),
        migrations.AddIndex(
            model_name="company",
            index=models.Index(
                condition=models.Q(("department__isnull", False)), fields=["department"], name="crm_company_department"
            ),
        ),
        migrations.AddIndex(
            model_name="contactowner",
            index=models.Index(
                condition=models.Q(("company__isnull", False)), fields=["company"], name="crm_contact_owner_company"
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("department__isnull", False)), fields=["department"], name="crm_person_department"
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("company__isnull", False)), fields=["company"], name="crm_person_company"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactowner",
            constraint=models.UniqueConstraint(
                models.F("point"),
                models.F("company"),
                condition=models.Q(("company__isnull", False), ("until", None)),
                name="crm_contact_owner_company_once",
            ),
        ),
    ]
