"""Recordings and the log of who heard them are never deleted; a new installation has criteria to judge talks by."""

from django.conf import settings
from django.db import migrations

KEPT = ("telephony_recording", "telephony_listening")
GUARD = """
CREATE FUNCTION telephony_refuse_loss() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a deleted sound leaves its row: % of % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION telephony_keep_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM telephony_recordinghold WHERE recording_id = NEW.id) THEN
        RAISE EXCEPTION 'recording % is held: it is not deleted', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION telephony_keep_listener() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'who listened, and when, never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER telephony_keep_held BEFORE UPDATE OF state ON telephony_recording
    FOR EACH ROW WHEN (NEW.state = 'deleted' AND OLD.state <> 'deleted') EXECUTE FUNCTION telephony_keep_held();
CREATE TRIGGER telephony_keep_listener BEFORE UPDATE ON telephony_listening FOR EACH ROW
    WHEN (NEW.recording_id <> OLD.recording_id OR NEW.by_id <> OLD.by_id OR NEW.at <> OLD.at OR NEW.way <> OLD.way)
    EXECUTE FUNCTION telephony_keep_listener();
""" + "".join(
    f"""
CREATE TRIGGER {table}_keep BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION telephony_refuse_loss();
CREATE TRIGGER {table}_keep_all BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION telephony_refuse_loss();
"""
    for table in KEPT
)
NO_GUARD = """
DROP FUNCTION telephony_refuse_loss() CASCADE;
DROP FUNCTION telephony_keep_held() CASCADE;
DROP FUNCTION telephony_keep_listener() CASCADE;
"""
CRITERIA = {
    "ru": (
        ("Поздоровался и представился", "Назвал компанию и себя, спросил, как обращаться.", 10),
        ("Выяснил, что нужно", "Задал открытые вопросы, выслушал, не перебивал.", 25),
        ("Предложил подходящее", "Ответил на то, о чём спросили, и показал выгоду.", 25),
        ("Снял возражения", "Не спорил, ответил по делу.", 15),
        ("Договорился о следующем шаге", "Назвал, кто, что и когда сделает.", 20),
        ("Вежливость и чистая речь", "Без грубости, слов-паразитов и долгого молчания.", 5),
    ),
    "en": (
        ("Greeted and introduced himself", "Named the company and himself, asked the client's name.", 10),
        ("Found out what is needed", "Asked open questions, listened, did not interrupt.", 25),
        ("Offered what fits", "Answered what was asked and showed the benefit.", 25),
        ("Dealt with objections", "Did not argue, answered to the point.", 15),
        ("Agreed on the next step", "Said who does what by when.", 20),
        ("Polite and clear", "No rudeness, no filler words, no long silence.", 5),
    ),
}


def sow(apps, schema_editor):
    criteria = apps.get_model("telephony", "Criterion")
    words = CRITERIA.get(settings.LANGUAGE_CODE[:2], CRITERIA["en"])
    criteria.objects.bulk_create(
        criteria(name=name, hint=hint, weight=weight, order=order)
        for order, (name, hint, weight) in enumerate(words, 1)
    )


class Migration(migrations.Migration):
    dependencies = [("telephony", "0003_recordings")]
    operations = [
        migrations.RunSQL(GUARD, NO_GUARD),
        migrations.RunPython(sow, migrations.RunPython.noop),
    ]
