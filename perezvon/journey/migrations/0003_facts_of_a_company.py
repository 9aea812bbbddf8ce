"""The timeline of a company by index."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("journey", "0002_ledger")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX journey_fact_company ON journey_fact (company_id, at DESC, id DESC) WHERE company_id IS NOT NULL",
            "DROP INDEX journey_fact_company",
        )
    ]
