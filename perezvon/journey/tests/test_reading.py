"""Readers miss nothing, repeat harmlessly, and one that fails stands in nobody's way."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from perezvon.journey import pump, registry
from perezvon.journey.actions import record, retry_parked, set_timer, start_epoch
from perezvon.journey.bells import EVERYTHING, meant
from perezvon.journey.kinds import declare
from perezvon.journey.models import Due, Epoch, Parked, Reader, Schedule
from perezvon.journey.reading import backlog, deliver, retry_due
from perezvon.journey.registry import FactReader

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOLD = declare("test.told", sentence="told")

pytestmark = pytest.mark.django_db(transaction=True)


class Ear:
    """A reader that remembers what it heard and can be told to fail."""

    def __init__(self, bad: set[int] | None = None, batch: int = 500) -> None:
        self.heard: list[int] = []
        self.bad = bad if bad is not None else set()
        self.reader = FactReader("test.ear", ("test.told",), self.hear, batch, "fast")

    def hear(self, facts):
        for fact in facts:
            if fact.id in self.bad:
                raise ValueError("cannot take this one")
        self.heard += [fact.id for fact in facts]


def tell(**fields) -> int:
    with transaction.atomic():
        return record(TOLD, at=NOON, **fields)


def test_facts_come_once_and_in_order():
    ear, ids = Ear(batch=2), [tell(person_id=n) for n in range(5)]
    while deliver(ear.reader, at=NOON):
        pass
    assert ear.heard == ids
    assert backlog("test.ear") == 0


def test_a_slow_transaction_with_a_lower_id_is_not_skipped():
    ear = Ear()
    slow = connection.copy()
    try:
        slow.set_autocommit(False)
        with slow.cursor() as cursor:
            cursor.execute("INSERT INTO journey_fact (kind, at) VALUES ('test.told', now()) RETURNING id")
            early = cursor.fetchone()[0]
        late = tell()
        assert late > early
        deliver(ear.reader, at=NOON)
        assert ear.heard == []  # the later one waits behind the transaction that is still open
        slow.commit()
    finally:
        slow.close()
    deliver(ear.reader, at=NOON)
    assert ear.heard == [early, late]


def test_a_reader_that_dies_before_commit_gets_the_batch_again():
    ear, fact_id = Ear(), tell()

    class Killed(BaseException):
        pass

    def die(facts):
        ear.heard += [fact.id for fact in facts]
        raise Killed

    with pytest.raises(Killed):
        deliver(FactReader("test.ear", ("test.told",), die, 500, "fast"), at=NOON)
    deliver(ear.reader, at=NOON)
    assert ear.heard == [fact_id, fact_id]


def test_a_failing_fact_is_parked_and_the_rest_goes_on():
    bad, good = tell(person_id=1), tell(person_id=2)
    ear = Ear(bad={bad})
    deliver(ear.reader, at=NOON)
    assert ear.heard == [good]
    parked = Parked.objects.get()
    assert parked.fact_id == bad and "cannot take" in parked.error


def test_facts_of_one_ticket_wait_behind_the_parked_one_and_follow_it():
    bad, behind, other = tell(ticket_id=5), tell(ticket_id=5), tell(ticket_id=6)
    ear = Ear(bad={bad})
    deliver(ear.reader, at=NOON)
    later = tell(ticket_id=5)
    deliver(ear.reader, at=NOON)
    assert ear.heard == [other]
    ear.bad.clear()
    retry_parked("test.ear", at=NOON)
    retry_due(ear.reader, at=NOON)
    assert ear.heard == [other, bad, behind, later]
    assert not Parked.objects.exists()


def test_a_fact_that_keeps_failing_is_tried_ever_more_rarely():
    ear = Ear(bad={tell()})
    deliver(ear.reader, at=NOON)
    first = Parked.objects.get().next_try_at
    assert first > NOON
    retry_due(ear.reader, at=first)
    again = Parked.objects.get()
    assert again.tries == 2 and again.next_try_at - first > first - NOON


def test_two_processes_do_not_read_for_one_reader_at_once():
    ear = Ear()
    tell()
    other = connection.copy()
    try:
        Reader.objects.create(name="test.ear")
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM journey_reader WHERE name = 'test.ear' FOR UPDATE")
        assert deliver(ear.reader, at=NOON) == 0
        other.rollback()  # the server notices a mere hang-up a moment later, and readers wait for open transactions
    finally:
        other.close()
    assert deliver(ear.reader, at=NOON) == 1


def test_after_a_restore_into_another_cluster_new_facts_are_still_read():
    ear, before = Ear(), tell()
    deliver(ear.reader, at=NOON)
    Reader.objects.update(txid=10**15)  # the place came from a cluster that had lived longer
    Epoch.objects.create(started_at=NOON, cluster="another")
    start_epoch(at=NOON)
    after = tell()
    deliver(ear.reader, at=NOON)
    assert ear.heard == [before, after]


def test_a_bell_means_only_those_who_can_act_upon_it():
    assert meant(registry.URGENT, "telephony.interpret") == {"telephony.interpret"}
    assert not meant(registry.OUTSIDE, "telephony.interpret call.ended")
    assert meant(registry.FAST, "call.ended note.added form.shown") >= {"call.ended"}
    assert meant(registry.OUTSIDE, "") is EVERYTHING


def test_the_epoch_stays_while_the_cluster_stays():
    first = start_epoch(at=NOON)
    assert start_epoch(at=NOON + timedelta(days=1)) == first


@pytest.fixture
def bell(monkeypatch):
    rung: list[tuple[str, datetime]] = []

    def ring(dues, at):
        rung.extend((due.key, at) for due in dues)

    monkeypatch.setitem(registry.timers, "test.bell", registry.Timer("test.bell", ring))
    return rung


def test_a_timer_rings_when_due_and_once(bell):
    set_timer("test.bell", 1, NOON)
    set_timer("test.bell", 1, NOON + timedelta(minutes=5))
    assert pump.fire_due(at=NOON) == 0
    assert pump.fire_due(at=NOON + timedelta(minutes=5)) == 1
    assert bell == [("1", NOON + timedelta(minutes=5))]
    assert not Due.objects.exists()


def test_a_timer_that_fails_is_kept_for_later(monkeypatch):
    def fail(dues, at):
        raise ValueError("no")

    monkeypatch.setitem(registry.timers, "test.bell", registry.Timer("test.bell", fail))
    set_timer("test.bell", 1, NOON)
    pump.fire_due(at=NOON)
    due = Due.objects.get()
    assert due.tries == 1 and due.due_at > NOON and "no" in due.error


def test_housekeeping_runs_once_in_its_span(monkeypatch):
    ran: list[datetime] = []
    monkeypatch.setattr(registry, "schedules", {})
    monkeypatch.setattr(pump, "schedules", {"test.sweep": registry.Housekeeping("test.sweep", 60, ran.append)})
    pump.keep_house(at=NOON)
    pump.keep_house(at=NOON + timedelta(seconds=30))
    pump.keep_house(at=NOON + timedelta(seconds=60))
    assert ran == [NOON, NOON + timedelta(seconds=60)]
    assert Schedule.objects.get(name="test.sweep").error == ""


@pytest.fixture
def only():
    """Only these readers are registered."""

    def register(*several: FactReader) -> None:
        registry.readers.clear()
        registry.readers.update({each.name: each for each in several})

    known = dict(registry.readers)
    yield register
    registry.readers.clear()
    registry.readers.update(known)


def test_whom_nothing_concerns_moves_on_with_the_others(only, django_assert_max_num_queries):
    ear = Ear()
    deaf = [FactReader(f"test.deaf{n}", ("nothing.",), ear.hear, 500, "fast") for n in range(9)]
    only(ear.reader, *deaf)
    pump.turn("fast", at=NOON)
    ids = [tell(person_id=n) for n in range(3)]
    with django_assert_max_num_queries(35):
        assert sum(pump.turn("fast", at=NOON).values()) == 30
    assert ear.heard == ids
    places = Reader.objects.filter(name__startswith="test.").values_list("fact_id", flat=True)
    assert set(places) == {ids[-1]}
    assert pump.turn("fast", at=NOON) == {}


def test_a_new_reader_that_acts_leaves_the_past_alone_and_one_that_counts_hears_it(only):
    ear, actor, counter = Ear(), Ear(), Ear()
    acts = FactReader("test.acts", ("test.told",), actor.hear, 500, "fast", acts=True)
    only(ear.reader, acts)
    first = tell()
    pump.turn("fast", at=NOON)
    assert ear.heard == actor.heard == [first]  # in a new base nothing is the past
    Reader.objects.filter(name="test.acts").delete()
    actor.heard.clear()
    unread = tell()
    only(ear.reader, acts, FactReader("test.counts", ("test.told",), counter.hear, 500, "fast"))
    pump.turn("fast", at=NOON)
    assert (actor.heard, counter.heard) == ([unread], [first, unread])
