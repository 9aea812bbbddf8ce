"""What a crmapi exchange can be asked: a call, its history, recordings by link, users and groups.

Source: "REST API ВАТС (CRM)": /users, /groups, /history/json, /makecall, header X-API-KEY. The vendor names no limits; we
ask once in a second. Some operators answer 501 to the history: then there is no balance.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from perezvon.kit.outgoing import Limits, Stream

from ..capabilities import STATISTICS, Dial, Dialled, Group, Record, Roster, Seat
from ..contract import KEY_LIMIT, Account, Event, clean, digest_of, text_of
from ..remote import Pace, Remote, refused, sound
from .events import moment_of_row

ANY = Pace("any", 1.0)
ROWS = 1000
_SHORTEST = timedelta(minutes=5)
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_LIMITS = Limits(most_bytes=32 * 1024 * 1024)
_MOST_PAGES = 100


def _remote(account: Account, most_wait: float = 60.0) -> Remote:
    return Remote(account, str(account.settings["api_url"]), most_wait=most_wait)


def _headers(account: Account) -> dict[str, str]:
    return {"X-API-KEY": account.secrets["api_key"], "Accept": "application/json"}


def click_to_call(account: Account, dial: Dial) -> Dialled:
    """Ring the employee, then the client."""
    values = {"phone": dial.phone.lstrip("+"), "user": dial.extension}
    if dial.line:
        values["clid"] = dial.line.lstrip("+")
    headers = {**_headers(account), **_FORM}
    answer = _remote(account, most_wait=3.0).json(
        "POST", "/makecall", ANY, headers=headers, body=urlencode(values).encode()
    )
    return Dialled(text_of(answer.get("callid") or answer.get("uid"), KEY_LIMIT) if isinstance(answer, dict) else "")


def fetch_record(account: Account, record: Record) -> AbstractContextManager[Stream]:
    """The recording by its link. It leads to another host as a rule: our key is not sent there."""
    return sound(record.id)


def employees(account: Account) -> Roster:
    """Employees by login, departments by name: so their events call them."""
    remote = _remote(account, most_wait=10.0)
    return Roster(
        tuple(_seat(row) for row in _all(remote, account, "/users") if row.get("login")),
        tuple(_group(row) for row in _all(remote, account, "/groups") if row.get("realName") or row.get("name")),
    )


def _seat(row: Mapping[str, Any]) -> Seat:
    also = tuple(filter(None, [text_of(row.get("ext"), 48)]))
    return Seat(text_of(row.get("login"), 48), text_of(row.get("name")), text_of(row.get("email")), also)


def _group(row: Mapping[str, Any]) -> Group:
    name = text_of(row.get("realName") or row.get("name"))
    return Group(name, name)


def _all(remote: Remote, account: Account, path: str) -> Iterator[dict[str, Any]]:
    """Every item of a list: plain in old versions, in pages in new ones."""
    start = ""
    for _ in range(_MOST_PAGES):
        answer = remote.json(
            "GET", path + (f"?start={start}" if start else ""), ANY, headers=_headers(account), tries=3
        )
        rows = answer.get("items") if isinstance(answer, dict) else answer
        yield from (row for row in rows or () if isinstance(row, dict))
        info = answer.get("info") if isinstance(answer, dict) else None
        start = text_of(info.get("next")) if isinstance(info, dict) else ""
        if not start:
            return


def statistics(account: Account, since: datetime, until: datetime) -> Iterator[Event]:
    """Their account of the calls that began in [since, until): one event a call."""
    remote, seen = _remote(account, most_wait=300.0), set()
    for row in _history(remote, account, since, until):
        key = text_of(row.get("uid") or row.get("callid"), KEY_LIMIT)
        if not key or key in seen or not since <= moment_of_row(row) < until:
            continue
        seen.add(key)
        payload = clean(row)
        text = json.dumps(payload, sort_keys=True, ensure_ascii=False)
        yield Event(STATISTICS, key, payload, digest_of(STATISTICS, key, text))


def _history(remote: Remote, account: Account, since: datetime, until: datetime) -> Iterator[dict[str, Any]]:
    """The rows of a period; a page has no next one, so a full answer is asked for again in halves."""
    query = urlencode({"start": _stamp(since), "end": _stamp(until), "type": "all", "limit": str(ROWS)})
    rows = remote.json("GET", f"/history/json?{query}", ANY, headers=_headers(account), limits=_LIMITS, tries=3)
    if not isinstance(rows, list):
        raise refused("the history is no list")
    if len(rows) >= ROWS and until - since > _SHORTEST:
        middle = since + (until - since) / 2
        yield from _history(remote, account, since, middle)
        yield from _history(remote, account, middle, until)
    else:
        yield from (row for row in rows if isinstance(row, dict))


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
