"""Delivering facts to readers: at least once, in order per ticket, never past a slow transaction.

Ids are handed out before commit, so "id > last seen" would skip a slow transaction for ever. A
reader's place is (epoch, txid, id) and it only reads rows of transactions older than every
transaction still running (``pg_snapshot_xmin``): the method of PostgreSQL's own documentation of
transaction snapshots (section 9.27, pg_current_snapshot).
"""

import logging
import traceback
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction

from .models import Fact, Parked, Reader
from .registry import BATCH, FactReader, readers
from .statements import listed, prepared

log = logging.getLogger(__name__)

_HORIZON = "(epoch, txid) < (%s, pg_snapshot_xmin(pg_current_snapshot()))"
_AFTER = "(epoch, txid, id) > (%s, %s::text::xid8, %s)"
_NEXT = f"SELECT *, txid::text::bigint AS tx FROM journey_fact WHERE {_AFTER} AND {_HORIZON} ORDER BY epoch, txid, id LIMIT %s"
_MOVE = "UPDATE journey_reader SET epoch = %s, txid = %s, fact_id = %s, moved_at = %s WHERE id = %s"
_RETRY = timedelta(seconds=30)
_LONGEST = timedelta(hours=6)


def _epoch() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM journey_epoch")
        return cursor.fetchone()[0]


# The newest fact that may be read is looked up once, not once for every reader.
_BEHIND = """
WITH newest AS (
    SELECT f.epoch, f.txid, f.id FROM journey_fact f
     WHERE (f.epoch, f.txid) < ((SELECT coalesce(max(id), 0) FROM journey_epoch), pg_snapshot_xmin(pg_current_snapshot()))
     ORDER BY f.epoch DESC, f.txid DESC, f.id DESC LIMIT 1)
SELECT r.name, coalesce((n.epoch, n.txid, n.id) > (r.epoch, r.txid::text::xid8, r.fact_id), false),
       EXISTS (SELECT 1 FROM journey_parked p WHERE p.reader = r.name AND p.next_try_at <= %s)
  FROM journey_reader r LEFT JOIN newest n ON true
"""


def behind(*, at: datetime) -> tuple[set[str], set[str]]:
    """The readers that have new facts, and those that have parked ones to try again. New readers get their places."""
    rows = prepared(_BEHIND, [at])
    if new := readers.keys() - {row[0] for row in rows}:
        _begin(new)
        rows = prepared(_BEHIND, [at])
    late = {name for name, is_late, _parked in rows if is_late}
    return late, {name for name, _late, has_parked in rows if has_parked}


@transaction.atomic
def _begin(names: Iterable[str]) -> None:
    """Give new readers their places, all at once: before any of them moves, those that act know where the others are.

    In a new base that is the beginning. In an old one a reader that acts begins where the last of the others stands:
    nothing that anybody has still to hear of is lost to it.
    """
    last = Reader.objects.filter(name__in=readers.keys()).order_by("epoch", "txid", "fact_id").first() or Reader()
    here = {"epoch": last.epoch, "txid": last.txid, "fact_id": last.fact_id}
    rows = [Reader(name=name, **(here if readers[name].acts else {})) for name in sorted(names)]
    Reader.objects.bulk_create(rows, ignore_conflicts=True)


_PASS = """
UPDATE journey_reader SET epoch = %s, txid = %s, fact_id = %s, moved_at = %s WHERE id IN (
    SELECT id FROM journey_reader WHERE name = ANY(%s) AND epoch = %s AND txid = %s AND fact_id = %s
    FOR UPDATE SKIP LOCKED) RETURNING name
"""


def pass_over(names: Iterable[str], *, at: datetime, page: "Page") -> dict[str, int]:
    """Move those of the readers at one go for whom the next batch has nothing: name -> how many facts it has moved over.

    Most facts concern two or three readers of a dozen; the others would each lock and write a place of their own.
    """
    moved: dict[str, int] = {}
    for place in Reader.objects.filter(name__in=list(names)).order_by("epoch", "txid", "fact_id", "name"):
        if place.name in moved:
            continue
        facts = _next_facts(place, BATCH, page)
        kinds = {fact.kind for fact in facts}
        deaf = [name for name in names if not any(readers[name].hears(kind) for kind in kinds)]
        if not facts or place.name not in deaf:
            continue
        last = facts[-1]
        with connection.cursor() as cursor:
            after = [last.epoch, last.tx, last.id, at]  # type: ignore[attr-defined]
            cursor.execute(_PASS, [*after, deaf, place.epoch, place.txid, place.fact_id])
            moved |= {row[0]: len(facts) for row in cursor.fetchall()}
    return moved


Page = dict[tuple[int, int, int, int], list[Fact]]  # what follows a place, by the place and how much was asked for


def deliver(reader: FactReader, *, at: datetime, page: Page | None = None) -> int:
    """Give a reader its next batch; how many facts its place has moved over (0 = nothing new).

    Another process working for the same reader is not waited for (SKIP LOCKED). ``page`` keeps what was read for
    readers that stand at the same place, which is nearly all of them; it is for one round only.
    """
    with transaction.atomic():
        place = _locked_place(reader.name)
        if place is None:
            return 0
        facts = _next_facts(place, reader.batch, {} if page is None else page)
        if facts:
            heard = [fact for fact in facts if reader.hears(fact.kind)]
            if heard:
                _hand_over(reader, heard, at)
            _move(place, facts[-1], at)
        return len(facts)


def _locked_place(name: str) -> Reader | None:
    """The place of a reader, or None while another process has it."""
    free = "WHERE name = %s FOR UPDATE SKIP LOCKED"
    found = listed(Reader, free, [name])
    if not found and not Reader.objects.filter(name=name).exists():
        Reader.objects.bulk_create([Reader(name=name)], ignore_conflicts=True)
        found = listed(Reader, free, [name])
    return found[0] if found else None


def _next_facts(place: Reader, limit: int, page: Page) -> list[Fact]:
    key = (place.epoch, place.txid, place.fact_id, limit)
    if key not in page:
        page[key] = list(Fact.objects.raw(_NEXT, [place.epoch, place.txid, place.fact_id, _epoch(), limit]))
    return page[key]


def _move(place: Reader, last: Fact, at: datetime) -> None:
    place.epoch, place.txid, place.fact_id, place.moved_at = last.epoch, last.tx, last.id, at  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [place.epoch, place.txid, place.fact_id, at, place.pk])


def _hand_over(reader: FactReader, facts: list[Fact], at: datetime) -> None:
    blocked = {row[0] for row in prepared("SELECT ordering_key FROM journey_parked WHERE reader = %s", [reader.name])}
    free = [fact for fact in facts if fact.ordering_key not in blocked]
    for fact in facts:
        if fact.ordering_key in blocked:
            _park(reader, fact, "", at)
    if free and _failure(reader, free) is not None:
        _one_by_one(reader, free, at)


def _one_by_one(reader: FactReader, facts: list[Fact], at: datetime) -> None:
    blocked: set[str] = set()
    for fact in facts:
        error = "" if fact.ordering_key in blocked else _failure(reader, [fact])
        if error is not None:
            blocked.add(fact.ordering_key)
            _park(reader, fact, error, at)


def _failure(reader: FactReader, facts: list[Fact]) -> str | None:
    """Run the handler in a savepoint; None when it went well, else what went wrong."""
    try:
        with transaction.atomic():
            reader.handle(facts)
    except Exception:  # noqa: BLE001 - whatever a handler throws must not stop the others
        return traceback.format_exc(limit=8)
    return None


def _park(reader: FactReader, fact: Fact, error: str, at: datetime) -> None:
    if error:
        log.error("reader %s parked fact %s", reader.name, fact.id)
    Parked.objects.get_or_create(
        reader=reader.name,
        fact_id=fact.id,
        defaults={
            "ordering_key": fact.ordering_key,
            "error": error,
            "tries": 1 if error else 0,
            "parked_at": at,
            "next_try_at": at + _RETRY,
        },
    )


def retry_due(reader: FactReader, *, at: datetime) -> int:
    """Try the first parked fact of every ordering key again; those behind it follow; how many went through."""
    done = 0
    for key in _keys_to_try(reader, at):
        with transaction.atomic():
            if _locked_place(reader.name) is None:
                return done
            done += _unpark(reader, key, at)
    return done


def _keys_to_try(reader: FactReader, at: datetime) -> list[str]:
    waiting = Parked.objects.filter(reader=reader.name, next_try_at__lte=at)
    return list(waiting.values_list("ordering_key", flat=True).distinct()[:100])


def _unpark(reader: FactReader, key: str, at: datetime) -> int:
    rows = list(Parked.objects.filter(reader=reader.name, ordering_key=key))
    by_id = {row.fact_id: row for row in rows}
    facts = Fact.objects.raw(
        "SELECT *, txid::text::bigint AS tx FROM journey_fact WHERE id = ANY(%s) ORDER BY epoch, txid, id",
        [list(by_id)],
    )
    done = 0
    for fact in facts:
        row, error = by_id[fact.id], _failure(reader, [fact])
        if error is not None:
            row.error, row.tries = error, row.tries + 1
            row.next_try_at = at + min(_RETRY * 2 ** min(row.tries, 16), _LONGEST)
            row.save(update_fields=["error", "tries", "next_try_at"])
            break
        row.delete()
        done += 1
    return done


def backlog(name: str) -> int:
    """How many facts a reader has not been given yet (counted up to 100,000)."""
    place = Reader.objects.filter(name=name).first() or Reader(name=name)
    sql = f"SELECT count(*) FROM (SELECT 1 FROM journey_fact WHERE {_AFTER} LIMIT 100000) AS unread"
    with connection.cursor() as cursor:
        cursor.execute(sql, [place.epoch, place.txid, place.fact_id])
        return cursor.fetchone()[0]


def backlogs() -> dict[str, int]:
    """The backlog of every registered reader."""
    return {name: backlog(name) for name in sorted(readers)}
