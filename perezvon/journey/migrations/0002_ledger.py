"""The ledger itself: one append-only table, partitioned by month; the database refuses changes."""

from django.db import migrations

TABLE = """
CREATE SEQUENCE journey_fact_id_seq;
CREATE FUNCTION journey_epoch_now() RETURNS integer LANGUAGE sql STABLE AS
    $$ SELECT coalesce(max(id), 0)::integer FROM journey_epoch $$;
CREATE TABLE journey_fact (
    id bigint NOT NULL DEFAULT nextval('journey_fact_id_seq'),
    kind text NOT NULL,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    by_id bigint, owner_id bigint, department_id bigint,
    person_id bigint, company_id bigint, ticket_id bigint, deal_id bigint, call_id bigint,
    channel text NOT NULL DEFAULT '',
    source_id bigint,
    amount numeric(14, 2),
    seconds integer,
    details jsonb NOT NULL DEFAULT '{}',
    txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    epoch integer NOT NULL DEFAULT journey_epoch_now(),
    PRIMARY KEY (recorded_at, id)
) PARTITION BY RANGE (recorded_at);
CREATE TABLE journey_fact_other PARTITION OF journey_fact DEFAULT;
CREATE INDEX journey_fact_order ON journey_fact (epoch, txid, id);
CREATE INDEX journey_fact_id ON journey_fact (id);
CREATE INDEX journey_fact_person ON journey_fact (person_id, at DESC, id DESC) WHERE person_id IS NOT NULL;
CREATE INDEX journey_fact_ticket ON journey_fact (ticket_id, at DESC, id DESC) WHERE ticket_id IS NOT NULL;
CREATE INDEX journey_fact_deal ON journey_fact (deal_id, at DESC, id DESC) WHERE deal_id IS NOT NULL;
CREATE INDEX journey_fact_call ON journey_fact (call_id) WHERE call_id IS NOT NULL;
"""

GUARD = """
CREATE FUNCTION journey_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER journey_fact_keep BEFORE UPDATE OR DELETE ON journey_fact
    FOR EACH ROW EXECUTE FUNCTION journey_refuse_change();
CREATE TRIGGER journey_fact_keep_all BEFORE TRUNCATE ON journey_fact
    FOR EACH STATEMENT EXECUTE FUNCTION journey_refuse_change();
"""


def begin(apps, schema_editor):  # noqa: ANN001, ANN201
    from perezvon.journey.actions.epochs import start_epoch
    from perezvon.journey.partitions import make_partitions
    from perezvon.kit import clock

    moment = clock.now()
    make_partitions(at=moment)
    start_epoch(at=moment)


class Migration(migrations.Migration):
    dependencies = [("journey", "0001_initial")]
    operations = [
        migrations.RunSQL(
            TABLE, "DROP TABLE journey_fact; DROP FUNCTION journey_epoch_now(); DROP SEQUENCE journey_fact_id_seq"
        ),
        migrations.RunSQL(GUARD, "DROP FUNCTION journey_refuse_change() CASCADE"),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
