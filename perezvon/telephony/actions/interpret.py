"""Making calls of stored raw events, in batches, exactly once in effect.

A batch claims new events (SKIP LOCKED), then the calls they belong to (advisory locks: two workers
never work on one call), reads all events of those calls and interprets each call afresh. What has
not been told yet goes into the ledger in the same transaction.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

from django.db import connection, transaction

from perezvon.crm.actions.people import identify
from perezvon.journey.actions import NewFact, record_many
from perezvon.journey.statements import listed, prepared

from ..canonical import INTERNAL
from ..canonical import Call as Told
from ..models import Call, Provider, RawEvent
from ..providers import ExchangeError, adapter
from ..providers.capabilities import ASKED, STATISTICS
from ..providers.contract import INFERRED_END, Stored
from .directory import Directory, directory
from .intake import accounts
from .rows import OURS, TOLD, columns_of, differences
from .telling import untold

log = logging.getLogger(__name__)

BATCH = 500
_USED = (RawEvent.State.NEW, RawEvent.State.DONE)
_CLAIM = """
SELECT id, provider_id, call_key FROM telephony_rawevent WHERE state = 'new'
 ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""
_LOCK = """
SELECT k FROM unnest(%s::text[]) AS k WHERE pg_try_advisory_xact_lock(hashtextextended(k, 4711))
"""
_SIGNS = """
UPDATE telephony_provider AS p SET last_event_at = heard.at
  FROM (SELECT provider_id, max(received_at) AS at FROM telephony_rawevent
         WHERE id = ANY(%s) AND name <> ALL(%s) GROUP BY provider_id) AS heard
 WHERE p.id = heard.provider_id AND (p.last_event_at IS NULL OR p.last_event_at < heard.at)
"""
_IDS = "SELECT nextval(pg_get_serial_sequence('telephony_call', 'id')) FROM generate_series(1, %s)"
_EVENTS = """
SELECT id, provider_id, call_key, name, payload::text, received_at FROM telephony_rawevent
 WHERE provider_id = ANY(%s) AND call_key = ANY(%s) AND state = ANY(%s) ORDER BY id
"""
_WRITTEN = (*TOLD, *OURS)
_SAVE = f"""
INSERT INTO telephony_call (id, provider_id, key, {", ".join(_WRITTEN)})
SELECT id, provider_id, key, {", ".join(_WRITTEN)} FROM jsonb_populate_recordset(NULL::telephony_call, %s::jsonb)
    ON CONFLICT (provider_id, key) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _WRITTEN)}
"""  # noqa: S608
_JSON = ("path", "legs", "attempts", "said")
_DONE = "UPDATE telephony_rawevent SET state = 'done' WHERE id = ANY(%s)"
Key = tuple[int, str]  # provider id, the exchange's name of the call
Books = Callable[[Iterable[int]], Directory]


@dataclass(slots=True)
class Batch:
    """What one transaction works on: calls by key, their events, and the new ids among them."""

    new_ids: dict[Key, list[int]]
    events: dict[Key, list[RawEvent]] = field(default_factory=dict)
    rejected: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Reading:
    """A call as it is told now beside the row it goes to."""

    key: Key
    told: Told
    call: Call
    is_changed: bool = True


def interpret_pending(limit: int = BATCH, books: Books = directory) -> int:
    """Interpret up to ``limit`` new raw events; how many were done (0 = nothing to do).

    All calls at once; if that breaks, one by one, so that a broken call stops nobody else.
    """
    try:
        claimed = _at_once(limit, books)
    except Exception:  # noqa: BLE001 - whatever it is, the others go on
        log.exception("a batch of calls failed; trying them one by one")
        claimed = _one_by_one(limit)
    if claimed:
        signs.note(claimed)
    return sum(map(len, claimed.values()))


def _at_once(limit: int, books: Books) -> dict[Key, list[int]]:
    with transaction.atomic():
        claimed = _claim(limit)
        if claimed:
            settle(claimed, books(provider for provider, _key in claimed))
        return claimed


def _one_by_one(limit: int) -> dict[Key, list[int]]:
    with transaction.atomic():
        claimed = _claim(limit)
        for key, ids in claimed.items():
            _alone(key, ids)
        return claimed


class Signs:
    """When each exchange was heard last, to the second; noted after the commit, so that workers do not wait for one another."""

    SECONDS = 1.0

    def __init__(self) -> None:
        self._noted: dict[int, float] = {}

    def note(self, claimed: dict[Key, list[int]]) -> None:
        """Write it down for those of which it was not done within the last second."""
        now = monotonic()
        due = {one for one, _key in claimed if now - self._noted.get(one, -self.SECONDS) >= self.SECONDS}
        ids = [pk for (one, _key), own in claimed.items() if one in due for pk in own]
        if ids:
            with connection.cursor() as cursor:
                cursor.execute(_SIGNS, [ids, [ASKED, INFERRED_END, STATISTICS]])
            self._noted.update(dict.fromkeys(due, now))


signs = Signs()


def _claim(limit: int) -> dict[Key, list[int]]:
    """New events by call, of calls that no other worker holds."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [limit])
        found: dict[Key, list[int]] = {}
        for pk, provider_id, call_key in cursor.fetchall():
            found.setdefault((provider_id, call_key), []).append(pk)
        names = {f"{provider_id}/{call_key}": (provider_id, call_key) for provider_id, call_key in found}
        cursor.execute(_LOCK, [sorted(names)])
        return {names[row[0]]: found[names[row[0]]] for row in cursor.fetchall()}


def _alone(key: Key, ids: list[int]) -> None:
    try:
        with transaction.atomic():
            settle({key: ids})
    except Exception as error:
        log.exception("a call cannot be interpreted", extra={"call": key[1]})
        RawEvent.objects.filter(pk__in=ids).update(state=RawEvent.State.REJECTED, reason=repr(error)[:200])


def settle(claimed: dict[Key, list[int]], book: Directory | None = None) -> list[Reading]:
    """Interpret these calls, store what changed, tell what is new; the caller holds their locks."""
    batch = Batch(claimed)
    _load(batch)
    book = book or directory(provider for provider, _key in claimed)
    _learn_clocks(batch, book)
    readings = _read(batch, book)
    if readings:
        _place(readings, book, max(e.received_at for events in batch.events.values() for e in events))
        _number(readings)
        news = _news(readings, book)
        _save(readings)
        record_many(news)
    _finish(batch)
    return readings


def claim_calls(wanted: dict[Key, list[int]]) -> None:
    """Wait for the locks of these calls, in one order; for who works on calls he chose himself."""
    names = sorted(f"{provider_id}/{key}" for provider_id, key in wanted)
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 4711))", [name])


def would_be(
    wanted: dict[Key, list[int]], extra: Mapping[Key, Sequence[Stored]] | None = None
) -> dict[Key, dict[str, Any]]:
    """The columns these calls would have by their stored events, and by ``extra`` ones; nothing is written."""
    batch = Batch(wanted)
    _load(batch)
    for (provider_id, key), events in (extra or {}).items():
        rows = batch.events.setdefault((provider_id, key), [])
        rows += [
            RawEvent(provider_id=provider_id, call_key=key, name=e.name, payload=e.payload, received_at=e.received_at)
            for e in events
        ]
    book = directory(provider for provider, _key in wanted)
    return {reading.key: columns_of(reading.told) for reading in _read(batch, book)}


def _load(batch: Batch) -> None:
    """All events of the calls in one statement."""
    for pk, provider_id, key, name, payload, received_at in prepared(_EVENTS, [*_apart(batch.new_ids), list(_USED)]):
        if (provider_id, key) in batch.new_ids:  # another exchange may have a call of the same name
            row = RawEvent(pk, provider_id, received_at, None, name, key, json.loads(payload))
            batch.events.setdefault((provider_id, key), []).append(row)


def _apart(keys: Iterable[Key]) -> tuple[list[int], list[str]]:
    """Exchanges and names of calls, as two lists for ANY."""
    wanted = list(keys)
    return list({provider for provider, _key in wanted}), [key for _provider, key in wanted]


def _learn_clocks(batch: Batch, book: Directory) -> None:
    """An exchange whose clock runs ahead of UTC gives itself away; remember by how much."""
    for (provider_id, key), ids in sorted(batch.new_ids.items()):
        provider = book.providers[provider_id]
        if "clock_offset" in provider.settings:
            continue
        told = (_ahead(provider, row) for row in batch.events.get((provider_id, key), ()) if row.pk in ids)
        seconds = next(filter(None, told), 0)
        if seconds:
            provider.settings["clock_offset"] = seconds
            provider.save(update_fields=["settings"])
            accounts.forget()


def _ahead(provider: Provider, row: RawEvent) -> int | None:
    try:
        return adapter(provider.kind).clock_offset(_stored(row))
    except (ExchangeError, ValueError):
        return None


def _stored(row: RawEvent) -> Stored:
    return Stored(row.name, row.payload, row.received_at)


def _read(batch: Batch, book: Directory) -> list[Reading]:
    rules = {provider_id: book.rules(provider_id) for provider_id in book.providers}
    stored = _stored_calls(list(batch.new_ids))
    readings = []
    for key, rows in batch.events.items():
        exchange = adapter(book.providers[key[0]].kind)
        told = exchange.interpret(key[1], _typed(rows, batch, exchange.read), rules[key[0]])
        if told is not None:
            readings.append(_reading(key, told, stored.get(key)))
    return readings


def _typed(rows: Sequence[RawEvent], batch: Batch, read: Any) -> list[Any]:
    """The typed events; one that makes no sense is put aside with the reason, the rest goes on."""
    typed = []
    for row in rows:
        try:
            typed.append(read(_stored(row)))
        except (ExchangeError, ValueError, TypeError, KeyError, OverflowError) as error:
            batch.rejected[row.pk] = str(error)[:200]
    return typed


def _stored_calls(keys: list[Key]) -> dict[Key, Call]:
    found = listed(Call, "WHERE provider_id = ANY(%s) AND key = ANY(%s)", _apart(keys))
    for call in found:
        for name in _JSON:
            setattr(call, name, json.loads(getattr(call, name)))
    return {(call.provider_id, call.key): call for call in found}


def _reading(key: Key, told: Told, call: Call | None) -> Reading:
    columns = columns_of(told)
    if call is None:
        return Reading(key, told, Call(provider_id=key[0], key=key[1], **columns))
    changed = differences(call, columns)
    for name, (_stored_value, value) in changed.items():
        setattr(call, name, value)
    if "phone" in changed:
        call.person_id = None
    return Reading(key, told, call, bool(changed))


def _place(readings: list[Reading], book: Directory, at: datetime) -> None:
    """Who the client, the employee and the department are, in bulk."""
    strangers: dict[str, datetime] = {}
    for r in sorted(readings, key=lambda r: r.told.started_at):
        if r.told.phone and not r.call.person_id and r.told.direction != INTERNAL:
            strangers.setdefault(r.told.phone, r.told.started_at)
    people = identify(strangers, at=at, seen=strangers) if strangers else {}
    for reading in readings:
        call, told = reading.call, reading.told
        user = book.user_of(call.provider_id, told.extension)
        ours = (call.person_id or people.get(told.phone), user, book.department_of(call.provider_id, told, user))
        if ours != (call.person_id, call.user_id, call.department_id):
            call.person_id, call.user_id, call.department_id = ours
            reading.is_changed = True


def _number(readings: list[Reading]) -> None:
    """New calls get their ids now, so that facts can name them before the one write."""
    new = [reading.call for reading in readings if reading.call.pk is None]
    if new:
        with connection.cursor() as cursor:
            cursor.execute(_IDS, [len(new)])
            for call, (pk,) in zip(new, cursor.fetchall(), strict=True):
                call.pk = pk


def _news(readings: list[Reading], book: Directory) -> list[NewFact]:
    """What the ledger does not know yet, in the order in which it happened."""
    news: list[tuple[datetime, int, NewFact]] = []
    for reading in readings:
        before = len(reading.call.said)
        new = untold(reading.call, reading.told, book)
        reading.is_changed = reading.is_changed or len(reading.call.said) != before
        news += [(fact.at, number, fact) for number, fact in enumerate(new)]
    return [fact for _at, _number, fact in sorted(news, key=lambda item: item[:2])]


def _save(readings: list[Reading]) -> None:
    changed = [reading.call for reading in readings if reading.is_changed]
    if changed:
        rows = [{name: getattr(call, name) for name in ("id", "provider_id", "key", *_WRITTEN)} for call in changed]
        with connection.cursor() as cursor:  # one text: quoting each value would cost more than the write
            cursor.execute(_SAVE, [json.dumps(rows, default=str, ensure_ascii=False)])


def _finish(batch: Batch) -> None:
    """Mark the events: done, or put aside with the reason."""
    ids = [pk for own in batch.new_ids.values() for pk in own]
    with connection.cursor() as cursor:
        cursor.execute(_DONE, [[pk for pk in ids if pk not in batch.rejected]])
    for pk, reason in batch.rejected.items():
        RawEvent.objects.filter(pk=pk).update(state=RawEvent.State.REJECTED, reason=reason)
