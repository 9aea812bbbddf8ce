"""What Mango Office can be asked: to route, to call, a recording, statistics, its employees and groups.

Source: "API ВАТС": commands/route, commands/callback, queries/recording/post, stats/request and stats/result,
config/users/request, groups. Limits: 10 requests a second, callback 4 a second, recordings 10 a second; statistics, users
and route one in 2 seconds, a result of statistics one in 5; statistics of a month at most.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from perezvon.kit.outgoing import Limits, Reply, Stream

from ..capabilities import STATISTICS, Dial, Dialled, Group, Record, Roster, Route, Seat
from ..contract import KEY_LIMIT, Account, Event, ExchangeError, clean, digest_of, text_of, whole
from ..remote import Pace, Remote, refused, sound
from .webhook import sign

BASE = "https://app.mango-office.ru/vpbx"
ANY, CALLBACK, RECORDS = Pace("any", 0.1), Pace("callback", 0.25), Pace("records", 0.1)
ROUTE, STATS, RESULT, USERS = Pace("route", 2.0), Pace("statistics", 2.0), Pace("result", 5.0), Pace("users", 2.0)
FIELDS = (
    "records", "start", "finish", "answer", "from_extension", "from_number", "to_extension", "to_number",
    "disconnect_reason", "line_number", "location", "create", "entry_id",
)  # fmt: skip
MONTH = timedelta(days=28)
DONE = 1000
_POLLS = 60  # five minutes
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_LIMITS = Limits(most_bytes=64 * 1024 * 1024)


def _remote(account: Account, most_wait: float = 60.0) -> Remote:
    return Remote(account, str(account.settings.get("api_url") or BASE), most_wait=most_wait)


def form(account: Account, values: Mapping[str, Any]) -> bytes:
    """The signed body of a request."""
    key, salt = account.secrets["api_key"], account.secrets["api_salt"]
    raw = json.dumps(values, ensure_ascii=False)
    signature = sign(key.encode(), raw.encode(), salt.encode()).decode()
    return urlencode({"vpbx_api_key": key, "sign": signature, "json": raw}).encode()


def _post(remote: Remote, path: str, values: Mapping[str, Any], *paces: Pace, tries: int = 1) -> Reply:
    body = form(remote.account, values)
    return remote.send("POST", path, ANY, *paces, headers=_FORM, body=body, limits=_LIMITS, tries=tries)


def _answer(reply: Reply) -> dict[str, Any]:
    """The JSON of an answer; ExchangeError when its ``result`` is none of success."""
    try:
        told = json.loads(reply.body or b"{}")
    except ValueError:
        raise refused(f"{reply.host}: the answer is no JSON") from None
    if not isinstance(told, dict):
        raise refused(f"{reply.host}: the answer is no object")
    code = told.get("result")
    if code is not None and whole(code, "result") != DONE:
        raise refused(f"{reply.host}: refused with code {text_of(code, 10)}")
    return told


def route(account: Account, route: Route) -> None:
    """Lead a call that is in the menu to an employee; his schedule and distribution are honoured there."""
    values = {"command_id": route.ask or route.leg, "call_id": route.leg, "to_number": route.extension}
    _answer(_post(_remote(account, most_wait=8.0), "/commands/route", values, ROUTE))


def click_to_call(account: Account, dial: Dial) -> Dialled:
    """Ring the employee, then the client."""
    values: dict[str, Any] = {
        "command_id": dial.ask or f"dial-{dial.extension}", "from": {"extension": dial.extension},
        "to_number": dial.phone.lstrip("+"),
    }  # fmt: skip
    if dial.line:
        values["line_number"] = dial.line.lstrip("+")
    _answer(_post(_remote(account, most_wait=2.0), "/commands/callback", values, CALLBACK))
    return Dialled()


@contextmanager
def fetch_record(account: Account, record: Record) -> Iterator[Stream]:
    """The recording: we are sent to an address that works once, follow it, and keep it nowhere."""
    remote = _remote(account)
    remote.turn(ANY, RECORDS)
    body = form(account, {"recording_id": record.id, "action": "download"})
    with sound(f"{remote.base}/queries/recording/post", method="POST", headers=_FORM, body=body) as stream:
        yield stream


def employees(account: Account) -> Roster:
    """Employees by internal number, groups by theirs."""
    remote = _remote(account, most_wait=10.0)
    people = _answer(_post(remote, "/config/users/request", {}, USERS, tries=3)).get("users") or ()
    try:
        groups = _answer(_post(remote, "/groups", {})).get("groups") or ()
    except ExchangeError:
        groups = ()  # not every tariff has them
    return Roster(
        tuple(seat for one in people if isinstance(one, dict) and (seat := _seat(one)).number),
        tuple(group for one in groups if isinstance(one, dict) and (group := _group(one)).key),
    )


def _seat(row: Mapping[str, Any]) -> Seat:
    general, telephony = row.get("general") or {}, row.get("telephony") or {}
    return Seat(text_of(telephony.get("extension"), 48), text_of(general.get("name")), text_of(general.get("email")))


def _group(row: Mapping[str, Any]) -> Group:
    return Group(text_of(row.get("extension") or row.get("group_id"), 80), text_of(row.get("name")))


def statistics(account: Account, since: datetime, until: datetime) -> Iterator[Event]:
    """Their account of the calls that began in [since, until): one event a call, with a row per leg."""
    remote, calls = _remote(account, most_wait=300.0), {}
    ahead = timedelta(seconds=whole(account.settings.get("clock_offset") or 0))
    first = since
    while first < until:
        last = min(first + MONTH, until)
        # A leg may begin after the period in which its call did.
        for row in _rows(remote, first + ahead, last + ahead + timedelta(hours=1)):
            calls.setdefault(text_of(row["entry_id"], KEY_LIMIT), {}).setdefault(tuple(row.items()), row)
        first = last
    for key, rows in sorted(calls.items()):
        began = min(whole(row["create"] or row["start"], "create") for row in rows.values())
        if key and since <= datetime.fromtimestamp(began, UTC) - ahead < until:
            payload = clean({"rows": [rows[one] for one in sorted(rows)]})
            text = json.dumps(payload, sort_keys=True, ensure_ascii=False)
            yield Event(STATISTICS, key, payload, digest_of(STATISTICS, key, text))


def _rows(remote: Remote, since: datetime, until: datetime) -> Iterator[dict[str, str]]:
    values = {
        "date_from": str(int(since.timestamp())),
        "date_to": str(int(until.timestamp())),
        "fields": ",".join(FIELDS),
    }
    key = _answer(_post(remote, "/stats/request", values, STATS, tries=3)).get("key")
    if not key:
        raise refused("Mango Office: no key of the statistics", retry_after=60.0)
    for _ in range(_POLLS):
        reply = _post(remote, "/stats/result", {"key": key}, STATS, RESULT, tries=3)
        if reply.status == 200:
            yield from _read(reply.body)
            return
        if reply.status == 404:
            raise refused("Mango Office: the statistics are gone", retry_after=60.0)
    raise refused("Mango Office: the statistics are not ready", retry_after=600.0)


def _read(body: bytes) -> Iterator[dict[str, str]]:
    for row in csv.reader(io.StringIO(body.decode("utf-8-sig", "replace")), delimiter=";"):
        if len(row) >= len(FIELDS) and row[0] != FIELDS[0]:
            yield dict(zip(FIELDS, row, strict=False))
