"""Promises kept by the database itself, and the index for names."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION crm_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'moves of deals are append-only: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER crm_transition_keep BEFORE UPDATE OR DELETE ON crm_stagetransition
    FOR EACH ROW EXECUTE FUNCTION crm_refuse_change();
CREATE TRIGGER crm_transition_keep_all BEFORE TRUNCATE ON crm_stagetransition
    FOR EACH STATEMENT EXECUTE FUNCTION crm_refuse_change();
"""

# A deal and its outcome are written by two statements, so the promise is looked at on commit.
OUTCOME = """
CREATE FUNCTION crm_check_outcome(checked bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    stage_kind text;
    said text;
    is_won boolean;
    has_outcome boolean;
BEGIN
    SELECT s.kind, d.status, o.won, o.id IS NOT NULL INTO stage_kind, said, is_won, has_outcome
      FROM crm_deal d JOIN crm_stage s ON s.id = d.stage_id LEFT JOIN crm_dealoutcome o ON o.deal_id = d.id
     WHERE d.id = checked;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF said IS DISTINCT FROM (CASE WHEN stage_kind IN ('won', 'lost') THEN stage_kind ELSE 'open' END) THEN
        RAISE EXCEPTION 'deal % is % in a stage of the kind %', checked, said, stage_kind
            USING ERRCODE = 'check_violation', CONSTRAINT = 'crm_deal_status_follows_stage';
    END IF;
    IF stage_kind = 'lost' AND is_won IS DISTINCT FROM false THEN
        RAISE EXCEPTION 'deal % is lost without a reason and a comment', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'crm_deal_lost_has_outcome';
    END IF;
    IF stage_kind = 'won' AND is_won IS DISTINCT FROM true THEN
        RAISE EXCEPTION 'deal % is won without an outcome', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'crm_deal_won_has_outcome';
    END IF;
    IF said = 'open' AND has_outcome THEN
        RAISE EXCEPTION 'deal % is open and has an outcome', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'crm_deal_open_has_no_outcome';
    END IF;
END $$;
CREATE FUNCTION crm_deal_is_consistent() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM crm_check_outcome(NEW.id); RETURN NULL; END $$;
CREATE FUNCTION crm_outcome_is_consistent() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM crm_check_outcome(coalesce(NEW.deal_id, OLD.deal_id)); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER crm_deal_outcome AFTER INSERT OR UPDATE OF stage_id, status ON crm_deal
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION crm_deal_is_consistent();
CREATE CONSTRAINT TRIGGER crm_outcome_deal AFTER INSERT OR UPDATE OR DELETE ON crm_dealoutcome
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION crm_outcome_is_consistent();
"""

# upper(): that is how Django spells icontains.
NAMES = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX crm_person_name_trgm ON crm_person USING gin (upper(name::text) gin_trgm_ops);
CREATE INDEX crm_company_name_trgm ON crm_company USING gin (upper(name::text) gin_trgm_ops);
CREATE INDEX crm_deal_title_trgm ON crm_deal USING gin (upper(title::text) gin_trgm_ops);
CREATE INDEX crm_point_value_trgm ON crm_contactpoint USING gin (upper(value::text) gin_trgm_ops);
"""


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial")]
    operations = [
        migrations.RunSQL(APPEND_ONLY, "DROP FUNCTION crm_refuse_change() CASCADE"),
        migrations.RunSQL(
            OUTCOME,
            "DROP FUNCTION crm_deal_is_consistent() CASCADE; DROP FUNCTION crm_outcome_is_consistent() CASCADE;"
            "DROP FUNCTION crm_check_outcome(bigint)",
        ),
        migrations.RunSQL(
            NAMES,
            "DROP INDEX crm_person_name_trgm; DROP INDEX crm_company_name_trgm;"
            "DROP INDEX crm_deal_title_trgm; DROP INDEX crm_point_value_trgm",
        ),
    ]
