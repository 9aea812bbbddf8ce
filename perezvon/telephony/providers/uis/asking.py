"""What the platform can be asked: its reports, recordings, a call, its employees.

Source: "Data API" v2.0 and "Call API" v4.0, JSON-RPC. Limits are points a minute and a day, told with every answer; a
report covers three months at most; moments are of the account's zone.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from perezvon.kit import phones
from perezvon.kit.outgoing import Limits, Stream

from ..capabilities import STATISTICS, Dial, Dialled, Record, Roster, Seat
from ..contract import KEY_LIMIT, Account, Event, clean, digest_of, text_of, zone_of
from ..remote import Pace, Remote, refused, sound
from .events import moment

ANY = Pace("any", 0.1)
ROWS = 1000
LONGEST = timedelta(days=89)
_DAY = timedelta(days=1)
_LIMITS = Limits(most_bytes=32 * 1024 * 1024)
_JSON = {"Content-Type": "application/json; charset=UTF-8"}
_MINUTE_OVER, _DAY_OVER = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Platform:
    """Where one of the brands lives."""

    data: str
    call: str
    media: str


PLATFORMS = {
    "uiscom.ru": Platform(
        "https://dataapi.uiscom.ru/v2.0", "https://callapi.uiscom.ru/v4.0", "https://media.uiscom.ru"
    ),
    "comagic.ru": Platform(
        "https://dataapi.comagic.ru/v2.0", "https://callapi.comagic.ru/v4.0", "https://app.comagic.ru/system/media/talk"
    ),
    "callgear.com": Platform(
        "https://dataapi.callgear.com/v2.0",
        "https://callapi.callgear.com/v4.0",
        "https://app.callgear.com/system/media/talk",
    ),
    "novofon.ru": Platform(
        "https://dataapi-jsonrpc.novofon.ru/v2.0", "https://callapi-jsonrpc.novofon.ru/v4.0", "https://media.novofon.ru"
    ),
}
CALL_FIELDS = (
    "id", "start_time", "finish_time", "finish_reason", "direction", "is_lost", "talk_duration", "wait_duration",
    "total_duration", "contact_phone_number", "virtual_phone_number", "call_records", "last_answered_employee_id",
    "last_talked_employee_id", "scenario_name",
)  # fmt: skip
LEG_FIELDS = (
    "id", "call_session_id", "start_time", "connect_time", "total_duration", "finish_reason", "is_operator", "is_coach",
    "employee_id", "action_name", "direction",
)  # fmt: skip


def _platform(account: Account) -> Platform:
    found = PLATFORMS.get(str(account.settings.get("platform") or "uiscom.ru"), PLATFORMS["uiscom.ru"])
    own = str(account.settings.get("api_url") or "")
    return Platform(own + "/data", own + "/call", own + "/media") if own else found


class Rpc:
    """One of the two programming interfaces of an account."""

    def __init__(self, account: Account, base: str, *, most_wait: float = 300.0) -> None:
        self.account, self.remote = account, Remote(account, base, most_wait=most_wait)

    def ask(self, method: str, values: Mapping[str, Any], *, tries: int = 1) -> Any:
        """The ``result`` of a method, asked up to ``tries`` times. ExchangeError in the platform's words when it refuses."""
        body = {
            "jsonrpc": "2.0", "id": 1, "method": method,
            "params": {"access_token": self.account.secrets["access_token"], **values},
        }  # fmt: skip
        text = json.dumps(body).encode()
        answer = self.remote.json("POST", "", ANY, headers=_JSON, body=text, limits=_LIMITS, tries=tries)
        if not isinstance(answer, dict) or not isinstance(answer.get("result"), dict):
            raise _refusal(answer)
        self._rest(answer["result"])
        return answer["result"]

    def _rest(self, result: Mapping[str, Any]) -> None:
        """Wait for new points before anybody asks again, when these were the last of the minute."""
        limits = (result.get("metadata") or {}).get("limits") or {}
        left, reset = limits.get("minute_remaining"), limits.get("minute_reset")
        if isinstance(left, int) and left <= 0 and isinstance(reset, (int, float)):
            self.remote.pause(min(float(reset), _MINUTE_OVER) + 1)

    def pages(self, method: str, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """All rows of a report, page by page."""
        offset = 0
        while True:
            rows = self.ask(method, {**values, "limit": ROWS, "offset": offset}, tries=3).get("data") or []
            yield from (row for row in rows if isinstance(row, dict))
            if len(rows) < ROWS:
                return
            offset += len(rows)


def _refusal(answer: Any) -> Exception:
    error = answer.get("error") if isinstance(answer, dict) else None
    error = error if isinstance(error, dict) else {}
    data = error.get("data")
    mnemonic = text_of(data.get("mnemonic")) if isinstance(data, dict) else ""
    again = _DAY_OVER if "day" in mnemonic else _MINUTE_OVER if "limit" in mnemonic else None
    words = text_of(error.get("message"), 120) or "no answer that we know"
    return refused(f"{words} ({mnemonic})" if mnemonic else words, retry_after=again)


def statistics(account: Account, since: datetime, until: datetime) -> Iterator[Event]:
    """Their account of the calls that began in [since, until), with all legs: one event a call."""
    rpc, zone = Rpc(account, _platform(account).data), ZoneInfo(zone_of(account.settings))
    first = since
    while first < until:
        last = min(first + LONGEST, until)
        yield from _of_period(rpc, first, last, zone)
        first = last


def _of_period(rpc: Rpc, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Event]:
    span = {"date_from": _stamp(since, zone), "date_till": _stamp(until, zone)}
    late = {**span, "date_till": _stamp(until + _DAY, zone)}  # the legs of a call may begin after the period
    legs: dict[str, list[dict[str, Any]]] = {}
    for leg in rpc.pages("get.call_legs_report", {**late, "fields": LEG_FIELDS}):
        legs.setdefault(text_of(leg.get("call_session_id"), KEY_LIMIT), []).append(leg)
    for call in rpc.pages("get.calls_report", {**span, "fields": CALL_FIELDS}):
        key = text_of(call.get("id"), KEY_LIMIT)
        if not key or not since <= _began(call, zone) < until:
            continue
        own = sorted(legs.get(key, ()), key=lambda leg: json.dumps(leg, sort_keys=True, default=str))
        payload = clean({"call": call, "legs": own})
        text = json.dumps(payload, sort_keys=True, ensure_ascii=False)
        yield Event(STATISTICS, key, payload, digest_of(STATISTICS, key, text))


def _began(call: Mapping[str, Any], zone: ZoneInfo) -> datetime:
    return moment(call.get("start_time"), "start_time").replace(tzinfo=zone)


def _stamp(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def fetch_record(account: Account, record: Record) -> AbstractContextManager[Stream]:
    """The recording: by its link where a notification told it, else by the call and the recording's own name."""
    if record.id.startswith(("https://", "http://")):
        return sound(record.id)
    return sound(f"{_platform(account).media}/{record.id}")


def click_to_call(account: Account, dial: Dial) -> Dialled:
    """Ring the employee, then the client. ExchangeError when the employee is no id of the platform."""
    line = phones.normalise(dial.line or str(account.settings.get("line") or ""))
    if not dial.extension.isdecimal() or not line:
        raise refused("the employee's id at the exchange and our own number are needed to call")
    values: dict[str, Any] = {
        "first_call": "employee", "direction": "out", "virtual_phone_number": line.lstrip("+"),
        "contact": dial.phone.lstrip("+"), "employee": {"id": int(dial.extension)},
    }  # fmt: skip
    if dial.ask:
        values["external_id"] = dial.ask
    result = Rpc(account, _platform(account).call, most_wait=2.0).ask("start.employee_call", values)
    return Dialled(text_of((result.get("data") or {}).get("call_session_id"), KEY_LIMIT))


def employees(account: Account) -> Roster:
    """Everybody with his id, by which notifications name him, and the telephones on which he can be reached."""
    rpc = Rpc(account, _platform(account).data, most_wait=10.0)
    fields = ("id", "full_name", "email", "phone_numbers", "extension")
    return Roster(tuple(_seat(row) for row in rpc.pages("get.employees", {"fields": fields}) if row.get("id")))


def _seat(row: Mapping[str, Any]) -> Seat:
    own = [text_of(one.get("phone_number")) for one in row.get("phone_numbers") or () if isinstance(one, dict)]
    inner = row.get("extension")
    if isinstance(inner, dict):
        own.append(text_of(inner.get("extension_phone_number")))
    also = tuple(dict.fromkeys(phones.normalise(one) or one for one in own if one))
    return Seat(text_of(row.get("id"), 48), text_of(row.get("full_name")), text_of(row.get("email")), also)
