"""What Zadarma can be asked: a call, a recording, its statistics, its internal numbers.

Source: "API", sections "Callback", "Statistics", "PBX". Limits: 100 requests a minute, 3 of statistics a minute;
a period of at most a month, 1000 rows at once.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from perezvon.kit.outgoing import Stream

from ..capabilities import STATISTICS, Dial, Dialled, Record, Roster, Seat
from ..contract import KEY_LIMIT, Account, Event, clean, digest_of, text_of, whole
from ..remote import Pace, Remote, refused, sound
from .events import moment
from .signing import of_request, query_of

BASE = "https://api.zadarma.com"
ANY, STATS = Pace("any", 0.6), Pace("statistics", 20.0)
ROWS = 1000
MONTH = timedelta(days=30)
_QUARTER = 900
_FRESH = timedelta(hours=1)


def ask(
    account: Account, path: str, values: Mapping[str, str], *paces: Pace, remote: Remote | None = None, tries: int = 3
) -> Any:
    """The answer to a signed GET, asked up to ``tries`` times. ExchangeError when the exchange says no."""
    remote = remote or _remote(account)
    query = query_of(values)
    sign = of_request(path, query, account.secrets["api_secret"])
    headers = {"Authorization": f"{account.secrets['api_key']}:{sign}", "Accept": "application/json"}
    answer = remote.json("GET", f"{path}?{query}", ANY, *paces, headers=headers, tries=tries)
    if not isinstance(answer, dict) or answer.get("status") != "success":
        told = text_of(answer.get("message"), 120) if isinstance(answer, dict) else ""
        raise refused(f"Zadarma: {told or 'no success'}")
    return answer


def _remote(account: Account, most_wait: float = 300.0) -> Remote:
    return Remote(account, str(account.settings.get("api_url") or BASE), most_wait=most_wait)


def click_to_call(account: Account, dial: Dial) -> Dialled:
    """Ring the employee, then the client."""
    values = {"from": dial.extension, "to": dial.phone.lstrip("+"), "sip": dial.extension}
    ask(account, "/v1/request/callback/", values, remote=_remote(account, most_wait=2.0), tries=1)
    return Dialled()


@contextmanager
def fetch_record(account: Account, record: Record) -> Iterator[Stream]:
    """The recording by its short-lived link, which is never kept."""
    try:
        answer = ask(account, "/v1/pbx/record/request/", {"call_id": record.id, "lifetime": "180"})
    except Exception as error:
        _soon(error, record)
        raise
    link = answer.get("link") or next(iter(answer.get("links") or ()), "")
    if not link:
        raise refused("Zadarma: the recording has no link yet", retry_after=60.0)
    with sound(str(link)) as stream:
        yield stream


def _soon(error: Exception, record: Record) -> None:
    """A recording of a call that has just ended may be on its way."""
    fresh = record.ended_at and datetime.now(UTC) - record.ended_at < _FRESH
    if fresh and getattr(error, "retry_after", 0) is None:
        error.retry_after = 60.0  # type: ignore[attr-defined]


def employees(account: Account) -> Roster:
    """The internal numbers; the exchange tells no names."""
    answer = ask(account, "/v1/pbx/internal/", {})
    return Roster(tuple(Seat(text_of(number, 48), "") for number in answer.get("numbers") or () if text_of(number)))


def statistics(account: Account, since: datetime, until: datetime) -> Iterator[Event]:
    """Their account of the calls that began in [since, until): one event a call."""
    ahead = _ahead(account)
    calls: dict[str, list[dict[str, Any]]] = {}
    # A call's legs may begin after the period: a little more is asked for, and left out by the call's own beginning.
    for row in _rows(account, since, until + timedelta(hours=1), ahead):
        key = text_of(row.get("pbx_call_id"), KEY_LIMIT)
        if key:
            calls.setdefault(key, []).append(row)
    for key, rows in sorted(calls.items()):
        rows.sort(key=lambda row: json.dumps(row, sort_keys=True, default=str))
        began = min(filter(None, (moment(row.get("callstart")) for row in rows)), default=None)
        if began and since <= began.replace(tzinfo=UTC) - timedelta(seconds=ahead) < until:
            payload = clean({"key": key, "ahead": ahead, "rows": rows})
            yield Event(STATISTICS, key, payload, digest_of(STATISTICS, key, json.dumps(payload, sort_keys=True)))


def _ahead(account: Account) -> int:
    """By how many seconds the account's clock runs ahead of UTC now."""
    answer = ask(account, "/v1/info/timezone/", {})
    local = moment(answer.get("datetime"))
    if local is None:
        return 0
    told = local.replace(tzinfo=UTC).timestamp() - whole(answer.get("unixtime"), "unixtime")
    return round(told / _QUARTER) * _QUARTER


def _rows(account: Account, since: datetime, until: datetime, ahead: int) -> Iterator[dict[str, Any]]:
    first = since
    while first < until:
        last = min(first + MONTH, until)
        skip = 0
        while True:
            values = {
                "start": _stamp(first, ahead), "end": _stamp(last - timedelta(seconds=1), ahead), "version": "2",
                "skip": str(skip), "limit": str(ROWS),
            }  # fmt: skip
            rows = ask(account, "/v1/statistics/pbx/", values, STATS).get("stats") or []
            yield from (row for row in rows if isinstance(row, dict))
            if len(rows) < ROWS:
                break
            skip += ROWS
        first = last


def _stamp(at: datetime, ahead: int) -> str:
    return f"{at.astimezone(UTC) + timedelta(seconds=ahead):%Y-%m-%d %H:%M:%S}"
