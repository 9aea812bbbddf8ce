"""What the database itself promises: a request has a number that never repeats and is never deleted."""

from django.db import migrations

# A sequence is never rolled back, so no number is given out twice, whoever asks and however it ends.
# The number is the database's alone: whatever an INSERT says is replaced, and it never changes.
NUMBER = """
CREATE SEQUENCE tickets_number AS bigint;
CREATE FUNCTION tickets_give_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.number := extract(year FROM NEW.opened_at AT TIME ZONE 'UTC')::int
        || '-' || lpad(nextval('tickets_number')::text, 6, '0');
    RETURN NEW;
END $$;
CREATE TRIGGER tickets_give_number BEFORE INSERT ON tickets_ticket
    FOR EACH ROW EXECUTE FUNCTION tickets_give_number();
CREATE FUNCTION tickets_keep_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the number of a request never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER tickets_keep_number BEFORE UPDATE OF number ON tickets_ticket
    FOR EACH ROW WHEN (OLD.number IS DISTINCT FROM NEW.number) EXECUTE FUNCTION tickets_keep_number();
"""
NO_NUMBER = """
DROP TRIGGER tickets_keep_number ON tickets_ticket;
DROP FUNCTION tickets_keep_number();
DROP TRIGGER tickets_give_number ON tickets_ticket;
DROP FUNCTION tickets_give_number();
DROP SEQUENCE tickets_number;
"""

TABLES = ("tickets_ticket", "tickets_contact", "tickets_checklistmark")
GUARD = """
CREATE FUNCTION tickets_refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'requests are never deleted: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER {table}_keep BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION tickets_refuse_loss();
CREATE TRIGGER {table}_keep_all BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION tickets_refuse_loss();
"""
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [
        migrations.RunSQL(NUMBER, NO_NUMBER),
        migrations.RunSQL(GUARD, "DROP FUNCTION tickets_refuse_loss() CASCADE"),
    ]
