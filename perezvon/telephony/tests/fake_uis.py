"""The Data API and the Call API of UIS: JSON-RPC with a token, pages, points."""

from typing import Any

from .fake_exchange import SOUND, Asked, FakeExchange, Said, as_json, moment, payload

TOKEN = "uis-token"  # noqa: S105


class FakeUis(FakeExchange):
    def __init__(self) -> None:
        super().__init__()
        self.points = 100
        self.rows = {
            "get.calls_report": payload("uis", "calls_report.json"),
            "get.call_legs_report": payload("uis", "call_legs_report.json"),
            "get.employees": payload("uis", "employees.json"),
        }

    def answer(self, asked: Asked) -> Said:
        if asked.path.startswith("/media/"):
            known = [
                f"/media/{row['id']}/{one}" for row in self.rows["get.calls_report"] for one in row["call_records"]
            ]
            return Said(SOUND, 200, {"Content-Type": "audio/mpeg"}) if asked.path in known else Said(b"", 404)
        told = asked.json()
        values = told["params"]
        if values.pop("access_token") != TOKEN:
            return self._error(-32001, "Access token is invalid", "access_token_invalid")
        if self.points <= 0:
            return self._error(-32029, "Limit of points is exceeded", "limit_exceeded_per_minute")
        if told["method"] == "start.employee_call":
            return as_json({"jsonrpc": "2.0", "id": 1, "result": {"data": {"call_session_id": 9100}}})
        return self._report(self.rows[told["method"]], values)

    def _report(self, rows: list[dict[str, Any]], values: dict[str, Any]) -> Said:
        self.points -= 1
        if "date_from" in values:
            since, until = (moment(values[name]) for name in ("date_from", "date_till"))
            if (until - since).days > 92:
                return self._error(-32602, "The period is too long", "date_period_too_long")
            rows = [row for row in rows if since <= moment(row["start_time"]) <= until]
        found = rows[values["offset"] : values["offset"] + values["limit"]]
        limits = {"minute_remaining": self.points, "minute_reset": 17, "day_remaining": 1000}
        result = {"data": found, "metadata": {"total_items": len(rows), "limits": limits}}
        return as_json({"jsonrpc": "2.0", "id": 1, "result": result})

    @staticmethod
    def _error(code: int, message: str, mnemonic: str) -> Said:
        return as_json(
            {"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": message, "data": {"mnemonic": mnemonic}}}
        )
