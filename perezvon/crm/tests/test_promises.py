"""What the database itself refuses, whoever asks."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from perezvon.crm import actions
from perezvon.crm.models import Deal, LostReason, Pipeline, Stage
from perezvon.kit.clock import now

pytestmark = pytest.mark.django_db
NOW = now()


@pytest.fixture
def deal(anna):
    person = actions.add_person(name="Олег", phones=["+79160000001"], by=anna, at=NOW)
    return actions.open_deal(person=person, title="Турция", amount=50000, by=anna, at=NOW)


def stage(kind: str) -> Stage:
    return Stage.objects.filter(kind=kind).first()


def sql(text: str, *values: object) -> None:
    """Run raw SQL and look at deferred constraints at once, as a commit would."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_moves_are_append_only(deal):
    sql("SELECT 1")  # what waits for the commit is done: TRUNCATE asks for that first
    for text in (
        "UPDATE crm_stagetransition SET seconds = 1",
        "DELETE FROM crm_stagetransition",
        "TRUNCATE crm_stagetransition",
    ):
        with pytest.raises(DatabaseError, match="append-only"):
            sql(text)


@pytest.mark.parametrize("kind", ["lost", "won"])
def test_an_end_without_an_outcome_is_refused(deal, kind):
    with pytest.raises(IntegrityError, match="without"):
        sql("UPDATE crm_deal SET stage_id = %s, status = %s WHERE id = %s", stage(kind).pk, kind, deal.pk)


def test_status_follows_the_stage(deal):
    with pytest.raises(IntegrityError, match="in a stage of the kind"):
        sql("UPDATE crm_deal SET stage_id = %s WHERE id = %s", stage("lost").pk, deal.pk)
    with pytest.raises(IntegrityError, match="in a stage of the kind"):
        sql("UPDATE crm_deal SET status = 'won' WHERE id = %s", deal.pk)


@pytest.mark.parametrize("comment", ["", "  "])
def test_losing_needs_a_reason_and_a_comment(deal, comment):
    outcome = "INSERT INTO crm_dealoutcome (deal_id, won, reason_id, comment, at) VALUES (%s, false, %s, %s, now())"
    with pytest.raises(IntegrityError, match="crm_lost_needs_reason_and_comment"):
        sql(outcome, deal.pk, LostReason.objects.first().pk, comment)
    with pytest.raises(IntegrityError, match="crm_lost_needs_reason_and_comment"):
        sql(outcome, deal.pk, None, "дорого")


def test_an_outcome_cannot_be_taken_away_or_given_to_an_open_deal(deal, anna):
    with pytest.raises(IntegrityError, match="open and has an outcome"):
        sql("INSERT INTO crm_dealoutcome (deal_id, won, comment, at) VALUES (%s, true, '', now())", deal.pk)
    actions.win_deal(deal, amount=50000, by=anna, at=NOW)
    with pytest.raises(IntegrityError, match="without an outcome"):
        sql("DELETE FROM crm_dealoutcome WHERE deal_id = %s", deal.pk)
    with pytest.raises(IntegrityError):
        sql("UPDATE crm_dealoutcome SET won = false, reason_id = 1, comment = 'x' WHERE deal_id = %s", deal.pk)


def test_other_promises(deal, anna):
    task = actions.set_task(kind="call", title="Позвонить", deadline=NOW, deal=deal, by=anna, at=NOW)
    for text in (
        f"UPDATE crm_task SET done_at = now(), result = ' ' WHERE id = {task.pk}",
        f"UPDATE crm_deal SET amount = -1 WHERE id = {deal.pk}",
        f"UPDATE crm_deal SET person_id = NULL WHERE id = {deal.pk}",
        "INSERT INTO crm_note (text, at) VALUES ('x', now())",
        f"INSERT INTO crm_note (text, at, deal_id) VALUES (' ', now(), {deal.pk})",
        (
            "INSERT INTO crm_contactpoint (kind, value, raw, extension, region, operator, is_valid, created_at)"
            " VALUES ('phone', '+79160000001', '', '', '', '', true, now())"
        ),
        "INSERT INTO crm_contactowner (point_id, is_primary, since) SELECT id, true, now() FROM crm_contactpoint",
    ):
        with pytest.raises(IntegrityError):
            sql(text)


def test_the_first_pipeline_is_there():
    pipeline = Pipeline.objects.get(is_default=True)
    kinds = list(pipeline.stages.values_list("kind", flat=True))
    assert kinds == ["unsorted", "open", "open", "open", "open", "open", "won", "lost", "warm_up"]
    assert LostReason.objects.count() >= 5
    assert Deal.objects.count() == 0
