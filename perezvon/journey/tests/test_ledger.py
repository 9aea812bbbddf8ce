"""The ledger keeps what it is given and refuses everything else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from perezvon.journey import reads
from perezvon.journey.actions import NewFact, record, record_many
from perezvon.journey.kinds import declare, is_among
from perezvon.journey.models import Fact
from perezvon.journey.partitions import make_partitions, missing_months, months_from

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RANG = declare("test.rang", sentence="%(by)s heard %(what)s")
QUIET = declare("test.quiet", sentence="quiet", live=False)

pytestmark = pytest.mark.django_db


def test_a_fact_is_kept_with_its_columns_and_details():
    fact_id = record(RANG, at=NOON, person_id=7, seconds=12, what="a bell")
    fact = Fact.objects.get(pk=fact_id)
    assert (fact.kind, fact.at, fact.person_id, fact.seconds) == (RANG, NOON, 7, 12)
    assert fact.details == {"what": "a bell"}
    assert fact.recorded_at > NOON


def test_many_facts_are_one_statement_and_keep_their_order(django_assert_num_queries):
    with django_assert_num_queries(2):  # the rows, then the bells of readers and live screens
        ids = record_many([NewFact(RANG, NOON, person_id=n) for n in range(50)])
    people = Fact.objects.filter(pk__in=ids).order_by("id").values_list("person_id", flat=True)
    assert list(people) == list(range(50))
    assert ids == sorted(ids)


def test_an_undeclared_kind_is_refused():
    with pytest.raises(LookupError):
        record("test.unheard_of", at=NOON)


def test_two_rooms_cannot_claim_one_kind():
    with pytest.raises(ValueError, match="twice"):
        declare("test.rang", sentence="again")


@pytest.mark.parametrize(
    "sql", ["UPDATE journey_fact SET kind = 'x'", "DELETE FROM journey_fact", "TRUNCATE journey_fact"]
)
def test_the_database_refuses_to_change_the_past(sql):
    record(RANG, at=NOON)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        record(RANG, at=NOON)


def test_the_timeline_is_newest_first_and_pages():
    for hour in range(5):
        record(RANG, at=NOON + timedelta(hours=hour), person_id=7, what=str(hour))
    record(RANG, at=NOON, person_id=8, what="other")
    first = reads.timeline(person_id=7, limit=3)
    rest = reads.timeline(person_id=7, limit=3, before=(first[-1].at, first[-1].id))
    assert [f.details["what"] for f in first + rest] == ["4", "3", "2", "1", "0"]


def test_the_sentence_names_the_actor_and_forgives_a_missing_detail():
    fact = Fact.objects.get(pk=record(RANG, at=NOON, by=3))
    assert reads.sentence(fact, name_of=lambda user_id: f"No {user_id}") == "No 3 heard …"


def test_partitions_are_made_ahead_and_only_once():
    assert make_partitions(at=NOON) != []
    assert make_partitions(at=NOON) == []
    assert missing_months(at=NOON) == []
    assert [m.isoformat() for m in months_from(NOON.date(), 12)][-1] == "2027-02-01"


def test_a_month_without_partition_is_noticed():
    assert missing_months(at=datetime(2031, 5, 5, tzinfo=UTC))


def test_prefixes_and_whole_names():
    assert is_among("call.ended", ("call.",))
    assert not is_among("callback.set", ("call.",))
    assert is_among("form.submitted", ("call.", "form.submitted"))
