"""The company of the benchmark, laid with set-based SQL: people, requests, deals, tasks, calls.

The rows are what the product itself would have left; triggers and foreign keys are off while they
are laid, indexes are built after. Nothing is shaped for the queries: times are spread evenly over
14 months, clients and sources by fixed arithmetic, so that every run measures the same company.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection, models

MONTHS = 14
LINE = "+74950000001"


@dataclass(frozen=True)
class Size:
    """How many of everything. ``deals`` of the requests have a deal, ``open_deals`` of those are open."""

    people: int = 1_000_000
    requests: int = 1_000_000
    open_requests: int = 200_000
    deals: int = 200_000
    open_deals: int = 50_000
    calls: int = 2_000_000

    @classmethod
    def small(cls) -> Size:
        return cls(10_000, 10_000, 2_000, 2_000, 500, 20_000)


def run(sql: str, *values: Any) -> Any:
    """Execute a statement; its first value if it returns rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def _literal(field: models.Field[Any, Any]) -> str:
    if field.null:
        return "NULL"
    default = field.get_default()
    if isinstance(default, bool):
        return str(default)
    if isinstance(default, (list, dict)):
        return "'[]'::jsonb" if isinstance(default, list) else "'{}'::jsonb"
    if isinstance(default, (int, float)):
        return str(default)
    return "''" if default in (None, "") else f"'{default}'"


def lay(name: str, rows: str, /, **expressions: str) -> None:
    """INSERT into the model ``name`` one row for each of ``rows``; fields not named get their defaults."""
    model = apps.get_model(name)
    fields = [f for f in model._meta.concrete_fields if not f.generated]
    left = dict(expressions)
    values = [left.pop(str(f.attname), "") or _literal(f) for f in fields]
    if left:
        raise ValueError(f"{name} has no {', '.join(left)}")
    columns = ", ".join(f'"{f.column}"' for f in fields)
    run(f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {", ".join(values)} FROM {rows}')
    run(
        f"SELECT setval(pg_get_serial_sequence('{model._meta.db_table}', 'id'), (SELECT max(id) FROM \"{model._meta.db_table}\"))"
    )


TABLES = ("crm_person", "crm_company", "crm_contactpoint", "crm_contactowner", "crm_deal", "crm_task", "crm_dealoutcome",
          "telephony_call", "tickets_ticket", "tickets_contact", "journey_fact")  # fmt: skip
BUSY = 7  # the client whose card has so many facts
BUSY_FACTS = 2_000


def build(size: Size, *, now: datetime, tell: Callable[[str], None], people_only: bool = False) -> None:
    """Lay the whole company, a minute or several; or only its clients, for who measures calls."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        cursor.execute("SET synchronous_commit = off")
    indexes = _without_indexes()
    steps = (_people, _addresses, _companies, _requests, _deals, _tasks, _calls, _facts)
    for step in steps[:1] if people_only else steps:
        start = time.perf_counter()
        step(size, now)
        tell(f"{step.__name__.strip('_')}: {time.perf_counter() - start:.0f} s")
    start = time.perf_counter()
    for definition in indexes:
        run(definition)
    run("SET session_replication_role = DEFAULT")
    from perezvon.crm.vocabulary import learn_everything

    learn_everything()
    for table in TABLES:
        run(f"VACUUM ANALYZE {table}")
    run("CHECKPOINT")
    tell(f"indexes: {time.perf_counter() - start:.0f} s")


def _without_indexes() -> list[str]:
    """Drop what is built faster afterwards; the definitions to build them again."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN "
            "(SELECT conname FROM pg_constraint)",
            [list(TABLES)],
        )
        for name, definition in cursor.fetchall():
            found.append(definition.replace(" ON ONLY ", " ON "))  # a partitioned table's
            cursor.execute(f'DROP INDEX "{name}"')
    return found


def _moments(size: int, now: datetime, column: str = "i") -> str:
    """The moment of row ``i``: spread evenly over the months up to now."""
    start = now - timedelta(days=MONTHS * 30.4)
    span = (now - start).total_seconds()
    return f"(timestamptz '{start.isoformat()}' + {column}::float8 / {size} * interval '{span} seconds')"


_RAW = (
    "(ARRAY['+7 (900) ' || substr(n, 5, 3) || '-' || substr(n, 8, 2) || '-' || substr(n, 10, 2), "
    "'8 900 ' || substr(n, 5, 3) || ' ' || substr(n, 8, 4), '+' || n, '8' || substr(n, 2)])[i % 4 + 1]"
)


def phone(number: int) -> str:
    """The E.164 number of the person with this id."""
    return f"+7900{number:07d}"


def spellings(number: int) -> tuple[str, ...]:
    """How people type the number of a person."""
    digits = f"900{number:07d}"
    head, middle, last, end = digits[:3], digits[3:6], digits[6:8], digits[8:]
    return (
        f"+7{digits}", f"8{digits}", f"+7 ({head}) {middle}-{last}-{end}", f"8 ({head}) {middle}-{last}-{end}",
        f"8 {head} {middle} {last}{end}", f"7{digits}", f"+7 {head} {middle} {last} {end}",
    )  # fmt: skip


FIRST_NAMES = (
    "Анна", "Борис", "Вера", "Глеб", "Дарья", "Егор", "Жанна", "Захар", "Ирина", "Кирилл", "Алёна", "Пётр", "Мария",
    "Олег", "Наталья", "Сергей", "Татьяна", "Фёдор", "Юлия", "Яна",
)  # fmt: skip
SURNAMES = (
    "Смирнова", "Орлов", "Иванова", "Сидоров", "Ким", "Волков", "Петрова", "Лебедев", "Королёва", "Соловьёв", "Кузнецова",
    "Попов", "Васильева", "Морозов", "Новикова", "Фёдоров", "Михайлова", "Зайцев", "Борисова", "Яковлев", "Григорьева",
    "Романов", "Воробьёва", "Сергеев", "Фролова", "Александров", "Дмитриева", "Козлов", "Степанова", "Никитин", "Захарова",
    "Шевченко", "Гусева", "Титов", "Максимова", "Чернов", "Полякова", "Савельев", "Щербакова", "Цветков",
)  # fmt: skip
BOXES = ("anna", "boris", "vera", "orlov", "smirnova", "info", "office", "ivanova", "kim", "travel")


def _array(words: tuple[str, ...]) -> str:
    return "ARRAY[" + ",".join(f"'{word}'" for word in words) + "]"


def _people(size: Size, now: datetime) -> None:
    rows = f"(SELECT i, '7900' || lpad(i::text, 7, '0') AS n FROM generate_series(1, {size.people}) AS i) AS g"
    at = _moments(size.people, now)
    names = f"({_array(FIRST_NAMES)})[abs(hashint4(i)) % {len(FIRST_NAMES)} + 1]"
    surnames = f"({_array(SURNAMES)})[abs(hashint4(i + 1)) % {len(SURNAMES)} + 1]"
    regions = "(ARRAY['Москва','Санкт-Петербург','Казань','Екатеринбург','Самара','Новосибирск',''])[i % 7 + 1]"
    lay("crm.Person", rows, id="i", name=f"{names} || ' ' || {surnames} || ' ' || i", region=regions, created_at=at,
        entered_at=at, last_contact_at=at, responsible_id="(abs(hashint4(i + 2)) % 20 + 1)", version="1")  # fmt: skip
    lay("crm.ContactPoint", rows, id="i", kind="'phone'", value="'+' || n", raw=_RAW, region=regions, created_at=at)
    lay("crm.ContactOwner", rows, id="i", point_id="i", person_id="i", since=at, is_primary="true")


def _addresses(size: Size, now: datetime) -> None:
    """Every second client has an address of mail as well."""
    rows = f"(SELECT i * 2 AS i FROM generate_series(1, {size.people // 2}) AS i) AS g"
    at = _moments(size.people, now)
    lay("crm.ContactPoint", rows, id=f"{size.people} + i / 2", kind="'email'", raw="''", created_at=at,
        value=f"({_array(BOXES)})[abs(hashint4(i)) % {len(BOXES)} + 1] || i || '@' || (ARRAY['mail.ru','yandex.ru','gmail.com'])[i % 3 + 1]")  # fmt: skip
    lay("crm.ContactOwner", rows, id=f"{size.people} + i / 2", point_id=f"{size.people} + i / 2", person_id="i", since=at,
        is_primary="true")  # fmt: skip


def _companies(size: Size, now: datetime) -> None:
    rows = f"generate_series(1, {size.people // 50}) AS i"
    kinds = "(ARRAY['Альфа','Берёзка','Вектор','Горизонт','Дельта','Ель','Жемчуг','Заря'])[i % 8 + 1]"
    lay("crm.Company", rows, id="i", name=f"'ООО «' || {kinds} || ' ' || i || '»'", inn="'77' || lpad(i::text, 8, '0')",
        region="'Москва'", created_at=_moments(size.people // 50, now), responsible_id="(i % 20 + 1)", version="1")  # fmt: skip


def _requests(size: Size, now: datetime) -> None:
    """Every request belongs to a client; a client has at most one open request."""
    every = size.requests // size.open_requests
    per_deal = size.requests // size.deals
    deal = f"i % {per_deal} = 0"
    open_deal = f"i % {size.requests // size.open_deals} = 0"
    won = f"({deal} AND NOT {open_deal} AND i % 7 < 4)"
    lost = f"({deal} AND NOT {open_deal} AND i % 7 >= 4)"
    is_open = f"(i % {every} = {min(1, every - 1)} OR {open_deal})"
    client = f"CASE WHEN {is_open} THEN i ELSE 1 + (i::bigint * 7919 % {size.people}) END"
    rank = (
        f"CASE WHEN {won} THEN (ARRAY[2000, 2010, 2010, 2020])[i / 11 % 4 + 1] "
        f"WHEN {deal} THEN 1001 + 10 * (i / 3 % 6 + 1) ELSE (ARRAY[0,10,20,30,40,50,60,70,80,70,60])[i / 13 % 11 + 1] END"
    )
    loss = (
        f"CASE WHEN {lost} THEN 'L13' WHEN {deal} OR {is_open} THEN '' WHEN i % 3 = 0 THEN '' "
        "ELSE (ARRAY['L01','L02','L04','L05','L07','L08','L09','L10','L11','L10','L09'])[i / 13 % 11 + 1] END"
    )
    rows = (
        f"(SELECT i, {client} AS client, {rank} AS rank, {loss} AS loss, {is_open} AS is_open, {won} AS won, {deal} AS has_deal "
        f"FROM generate_series(1, {size.requests}) AS i) AS g"
    )
    at = _moments(size.requests, now)
    lay("tickets.Ticket", rows, id="i", number="'B-' || lpad(i::text, 9, '0')", person_id="client",
        state="CASE WHEN is_open THEN 'open' ELSE 'closed' END", channel="CASE WHEN i % 9 = 0 THEN 'form' ELSE 'call' END",
        line=f"'{LINE}'", source_id="(i / 5 % 12 + 1)", product_id="(i / 17 % 8 + 1)", is_new="i % 4 > 0",
        region="(ARRAY['Москва','Санкт-Петербург','Казань','Екатеринбург','Самара','Новосибирск',''])[client % 7 + 1]",
        department_id="(SELECT min(id) FROM staff_department) + i % 3", responsible_id="(i % 20 + 1)", opened_at=at, last_contact_at=at,
        first_response_due=at, first_response_at=f"CASE WHEN rank >= 60 THEN {at} END",
        step="CASE WHEN rank >= 2000 THEN 'won' WHEN rank > 1000 THEN 'deal' ELSE 'talk' END", rank="rank", loss="loss",
        lost_at=f"CASE WHEN loss <> '' THEN {at} END", healed="CASE WHEN i % 23 = 0 AND rank > 50 THEN 'L07' ELSE '' END",
        recovery="CASE WHEN i % 23 = 0 AND rank > 50 THEN 'by_us' ELSE '' END", is_short="(loss = 'L05' AND i % 5 = 0)",
        deal_id="CASE WHEN has_deal THEN i END", amount="CASE WHEN won THEN 20000 + i % 60000 ELSE 0 END",
        paid="CASE WHEN won THEN 20000 + i % 60000 ELSE 0 END", won_at=f"CASE WHEN won THEN {at} END", changed_at=at)  # fmt: skip


def _deals(size: Size, now: datetime) -> None:
    per_deal = size.requests // size.deals
    run("CREATE TEMP TABLE open_stages AS SELECT id, row_number() OVER (ORDER BY \"order\") - 1 AS n FROM crm_stage "
        "WHERE kind IN ('unsorted', 'open') AND pipeline_id = (SELECT min(id) FROM crm_pipeline)")  # fmt: skip
    count = run("SELECT count(*) FROM open_stages")
    won, lost = (run("SELECT min(id) FROM crm_stage WHERE kind = %s", kind) for kind in ("won", "lost"))
    status = "CASE WHEN t.won_at IS NOT NULL THEN 'won' WHEN t.state = 'open' THEN 'open' ELSE 'lost' END"
    stage = f"CASE WHEN t.won_at IS NOT NULL THEN {won} WHEN t.state = 'open' THEN s.id ELSE {lost} END"
    rows = f"tickets_ticket AS t JOIN open_stages AS s ON s.n = t.id / {per_deal} % {count} WHERE t.deal_id IS NOT NULL"
    action = f"CASE WHEN t.state = 'open' AND t.id % 3 > 0 THEN timestamptz '{now.isoformat()}' + (t.id % 20 - 10) * interval '1 day' END"
    lay("crm.Deal", rows, id="t.id", title="'Поездка № ' || t.id", person_id="t.person_id", pipeline_id="(SELECT min(id) FROM crm_pipeline)",
        stage_id=stage, stage_since="t.opened_at", status=status, product_id="t.product_id", amount="20000 + t.id % 60000",
        responsible_id="t.responsible_id", department_id="t.department_id", source_id="t.source_id", ticket_id="t.id",
        next_action_at=action, next_action_kind="CASE WHEN t.state = 'open' AND t.id % 3 > 0 THEN 'call' ELSE '' END",
        next_action_title="CASE WHEN t.state = 'open' AND t.id % 3 > 0 THEN 'Позвонить' ELSE '' END",
        created_at="t.opened_at", closed_at="CASE WHEN t.state <> 'open' THEN t.opened_at END", version="1")  # fmt: skip
    lay("crm.DealOutcome", "crm_deal AS d WHERE d.status <> 'open'", id="d.id", deal_id="d.id", won="d.status = 'won'",
        reason_id="CASE WHEN d.status = 'lost' THEN (SELECT min(id) FROM crm_lostreason) END", comment="'-'", at="d.closed_at")  # fmt: skip


def _tasks(size: Size, now: datetime) -> None:
    lay("crm.Task", "crm_deal AS d WHERE d.next_action_at IS NOT NULL", id="d.id", kind="'call'", title="'Позвонить'",
        person_id="d.person_id", deal_id="d.id", ticket_id="d.ticket_id", responsible_id="d.responsible_id",
        department_id="d.department_id", deadline="d.next_action_at", origin="'next_step'", created_at="d.created_at")  # fmt: skip


def _calls(size: Size, now: datetime) -> None:
    per = max(1, size.calls // size.requests)
    rows = (
        f"(SELECT i, t.*, t.id AS request, t.opened_at + (i % {per}) * interval '1 hour' AS start FROM generate_series(1, {size.calls}) AS i "
        f"JOIN tickets_ticket AS t ON t.id = (i - 1) / {per} + 1) AS g"
    )
    talked, stage = "g.rank >= 60", "CASE WHEN g.rank >= 60 THEN 'talked' WHEN g.loss <> '' THEN g.loss ELSE 'L07' END"
    person = "'+7900' || lpad(g.person_id::text, 7, '0')"
    lay("telephony.Call", rows, id="g.i", provider_id="(SELECT min(id) FROM telephony_provider)", key="'bench-' || g.i", direction="'in'",
        state="'ended'", phone=person, person_id="g.person_id", line=f"'{LINE}'", user_id=f"CASE WHEN {talked} THEN g.responsible_id END",
        department_id="g.department_id", started_at="g.start", answered_at=f"CASE WHEN {talked} THEN g.start + interval '20 seconds' END",
        ended_at="g.start + interval '140 seconds'", wait_seconds="20", talk_seconds=f"CASE WHEN {talked} THEN 120 ELSE 0 END",
        stage=stage, cause="'caller_hangup'")  # fmt: skip
    lay("tickets.Contact", "telephony_call AS c JOIN tickets_ticket AS t ON t.id = (c.id - 1) / " + str(per) + " + 1", id="c.id",
        ticket_id="t.id", kind="'call'", ref_id="c.id", direction="'in'", at="c.started_at", answered_at="c.answered_at",
        ended_at="c.ended_at", stage="c.stage", cause="c.cause", seconds="c.talk_seconds", by_id="c.user_id")  # fmt: skip


def _facts(size: Size, now: datetime) -> None:
    """What the ledger would know of the calls and the requests, and one client with a long history."""
    from perezvon.journey.partitions import make_partitions
    from perezvon.journey.registry import readers

    start = now - timedelta(days=MONTHS * 30.4)
    make_partitions(at=start, ahead=MONTHS + 3)
    columns = "kind, at, recorded_at, by_id, owner_id, department_id, person_id, ticket_id, call_id, channel, seconds, details"
    talk = "CASE WHEN c.stage = 'talked' THEN 'talked' ELSE c.stage END"
    run(f"INSERT INTO journey_fact ({columns}) SELECT 'call.ended', c.ended_at, c.ended_at, c.user_id, c.user_id, c.department_id, "
        "c.person_id, t.ticket_id, c.id, 'call', c.talk_seconds, "
        f"jsonb_build_object('stage', {talk}, 'line', c.line, 'direction', c.direction, 'cause', c.cause) "
        "FROM telephony_call AS c JOIN tickets_contact AS t ON t.id = c.id")  # fmt: skip
    run(f"INSERT INTO journey_fact ({columns}) SELECT 'ticket.opened', t.opened_at, t.opened_at, NULL, t.responsible_id, t.department_id, "
        "t.person_id, t.id, NULL, t.channel, NULL, jsonb_build_object('number', t.number, 'channel', t.channel) FROM tickets_ticket AS t")  # fmt: skip
    kinds = "(ARRAY['note.added','task.set','task.done','deal.changed','call.ended'])[i % 5 + 1]"
    run(f"INSERT INTO journey_fact ({columns}) SELECT {kinds}, m.at, m.at, i % 20 + 1, 1, NULL, {BUSY}, NULL, NULL, '', 60, "
        "jsonb_build_object('text', 'Просил перезвонить после обеда, выбирает отель', 'title', 'Позвонить', 'kind', 'call', 'stage', 'talked', "
        "'direction', 'in', 'fields', '[]'::jsonb, 'result', 'Дозвонились') "
        f"FROM generate_series(1, {BUSY_FACTS}) AS i, LATERAL (SELECT {_moments(BUSY_FACTS, now)} AS at) AS m")  # fmt: skip
    for name in readers:
        run("INSERT INTO journey_reader (name, epoch, txid, fact_id) SELECT %s, f.epoch, f.txid::text::bigint, f.id FROM journey_fact AS f "
            "ORDER BY f.txid DESC, f.id DESC LIMIT 1 ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch, "
            "txid = excluded.txid, fact_id = excluded.fact_id", name)  # fmt: skip
