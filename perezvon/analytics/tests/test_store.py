"""The columnar store: poured atomically, never behind, checked every night."""

import os
import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from perezvon.analytics.actions import check_balance, mark_dirty, pour_dirty, pour_everything
from perezvon.analytics.actions.storing import ENOUGH, PATIENCE
from perezvon.analytics.models import Dirty, Month
from perezvon.analytics.reads import Reading, Slice, balance
from perezvon.analytics.store import manifest
from perezvon.journey.actions import record
from perezvon.kit.periods import Period
from perezvon.tickets.models import Ticket

from .cast import MONDAY, client, journey, sale

pytestmark = pytest.mark.django_db
PERIOD = Period(MONDAY - timedelta(days=60), MONDAY + timedelta(days=60))
LATER = MONDAY + timedelta(days=40)


def ranks() -> dict[int, int]:
    """Clients by rank, as a reader sees them now."""
    return {int(rank): int(count) for rank, count in Reading.now().counted(Slice(PERIOD, by=("rank",)))}


def change(ticket: Any, **fields: Any) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(**fields)


def test_months_become_files_and_the_manifest_names_them(store):
    journey(30, at=MONDAY - timedelta(days=31), person=client())
    journey(40, person=client())
    assert pour_everything(at=LATER) == 2
    poured = manifest.current()
    assert sorted(poured.months) == ["2026-01", "2026-03"] or sorted(poured.months) == ["2026-01", "2026-02", "2026-03"]
    assert poured.rows == 2
    assert all((store / "journeys" / month.file).exists() for month in poured.months.values())
    assert not list((store / "journeys").rglob("*.csv"))
    assert ranks() == {30: 1, 40: 1}


def test_only_files_of_the_period_are_read():
    journey(30, at=MONDAY - timedelta(days=31), person=client())
    journey(40, person=client())
    pour_everything(at=LATER)
    march = Period(MONDAY - timedelta(hours=1), MONDAY + timedelta(days=1))
    spec = Slice(march)
    assert len(manifest.current().files(spec.since, spec.until)) == 1


def test_a_change_is_seen_before_it_is_poured():
    ticket = journey(30, person=client(), loss="L05")
    pour_everything(at=LATER)
    change(ticket, rank=60, loss="")
    assert ranks() == {30: 1}
    mark_dirty([ticket.pk])
    assert ranks() == {60: 1}
    assert Reading.now().freshness.changed == 1


def test_a_new_journey_of_a_month_without_a_file_is_seen():
    journey(30, person=client())
    pour_everything(at=LATER)
    fresh = journey(40, person=client(), at=MONDAY + timedelta(days=45))
    mark_dirty([fresh.pk])
    assert ranks() == {30: 1, 40: 1}


def test_facts_mark_journeys_dirty(drain, django_capture_on_commit_callbacks):
    ticket = journey(30, person=client())
    pour_everything(at=LATER)
    change(ticket, rank=60)
    from perezvon.analytics.readers import note_changes
    from perezvon.journey.models import Fact

    record("deal.won", at=MONDAY, ticket_id=ticket.pk, amount=1, person_id=ticket.person_id)
    note_changes(list(Fact.objects.filter(ticket_id=ticket.pk)))
    assert ranks() == {60: 1}


def test_enough_changes_are_poured_at_once_and_few_after_a_while():
    tickets = [journey(30, person=client()) for _ in range(3)]
    pour_everything(at=LATER)
    version = manifest.current().version
    change(tickets[0], rank=60)
    mark_dirty([tickets[0].pk])
    assert pour_dirty(at=LATER + timedelta(seconds=60)) == 0
    assert pour_dirty(at=LATER + PATIENCE) == 1
    assert (Dirty.objects.count(), manifest.current().version) == (0, version + 1)
    assert ranks() == {30: 2, 60: 1}
    Dirty.objects.bulk_create(
        Dirty(ticket_id=10_000_000 + n, month=MONDAY.date().replace(day=1), since=LATER) for n in range(ENOUGH)
    )
    assert pour_dirty(at=LATER + PATIENCE) == 1


def test_the_first_pouring_happens_by_itself():
    journey(30, person=client())
    assert pour_dirty(at=LATER) == 1
    assert pour_dirty(at=LATER) == 0


def test_a_change_during_the_pouring_stays_marked(monkeypatch):
    ticket = journey(30, person=client())
    pour_everything(at=LATER)
    mark_dirty([ticket.pk])
    from perezvon.analytics.store import pouring

    plain = pouring.pour_month

    def meanwhile(month: Any, *, at: Any) -> Any:
        poured = plain(month, at=at)
        change(ticket, rank=80)
        mark_dirty([ticket.pk])
        return poured

    monkeypatch.setattr(pouring, "pour_month", meanwhile)
    pour_dirty(at=LATER + PATIENCE)
    assert Dirty.objects.filter(ticket_id=ticket.pk).exists()
    assert ranks() == {80: 1}


def test_a_reader_that_started_earlier_finds_its_files():
    ticket = journey(30, person=client())
    pour_everything(at=LATER)
    early = Reading.now()
    change(ticket, rank=60)
    pour_everything(at=LATER)
    manifest.sweep()
    assert [int(row[0]) for row in early.counted(Slice(PERIOD, by=("rank",)))] == [30]
    assert ranks() == {60: 1}


def test_old_files_are_swept_after_a_while(store):
    journey(30, person=client())
    pour_everything(at=LATER)
    pour_everything(at=LATER)
    files = list((store / "journeys").glob("month=*/*"))
    assert len(files) == 2
    for file in files:
        past = time.time() - manifest.KEEP_SECONDS - 1
        os.utime(file, (past, past))
    assert manifest.sweep() == 1
    assert ranks() == {30: 1}


def test_a_failed_pouring_leaves_the_store_as_it_was(store, monkeypatch):
    journey(30, person=client())
    pour_everything(at=LATER)
    from perezvon.analytics.store import pouring

    monkeypatch.setattr(pouring, "_pack", lambda raw, packed: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        pour_everything(at=LATER)
    assert ranks() == {30: 1}
    assert not list(store.rglob("*.csv"))
    assert not list(store.rglob("*.tmp"))


def test_the_balance_finds_what_was_spilled(client_of, admin):
    ticket = sale(100, person=client())
    pour_everything(at=LATER)
    assert check_balance(at=LATER) == []
    assert balance().is_even
    change(ticket, amount=200)  # behind the ledger's back
    wrong = check_balance(at=LATER)
    assert [row.difference for row in wrong] == ["revenue 10000/20000"]
    assert "revenue 10000/20000" in client_of(admin).get("/funnel/").content.decode()
    pour_everything(at=LATER)
    assert check_balance(at=LATER) == []
    assert Month.objects.get().checked_at == LATER


def test_nothing_to_pour():
    assert pour_everything(at=LATER) == 0
    assert ranks() == {}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_pouring_holds_no_transaction():
    """A long transaction would hold back every reader of the ledger (see journey/reading.py)."""
    journey(30, person=client())
    from perezvon.analytics.store import pouring

    assert not connection.in_atomic_block
    pouring.pour_month(MONDAY.date().replace(day=1), at=LATER)
    assert not connection.in_atomic_block
