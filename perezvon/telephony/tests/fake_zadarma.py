"""Zadarma's API: signed GET requests, statistics in pages, links that live for a short time."""

import base64
import hashlib
import hmac
from datetime import timedelta

from .fake_exchange import SOUND, Asked, FakeExchange, Said, as_json, moment, payload

KEY, SECRET = "z-key", "z-secret"


class FakeZadarma(FakeExchange):
    def __init__(self) -> None:
        super().__init__()
        self.stats = payload("zadarma", "statistics.json")
        self.ahead = 10_800
        self.is_ready = True

    def answer(self, asked: Asked) -> Said:
        if asked.path == "/links/1700.42.mp3":
            return Said(SOUND, 200, {"Content-Type": "audio/mpeg"})
        line = asked.path + asked.raw_query + hashlib.md5(asked.raw_query.encode()).hexdigest()
        mixed = hmac.new(SECRET.encode(), line.encode(), hashlib.sha1).hexdigest()
        if asked.headers["Authorization"] != f"{KEY}:{base64.b64encode(mixed.encode()).decode()}":
            return as_json({"status": "error", "message": "Not authorized"}, 401)
        return getattr(self, "_" + asked.path.removeprefix("/v1/").strip("/").replace("/", "_"))(asked)

    def _request_callback(self, asked: Asked) -> Said:
        return as_json({"status": "success", "from": asked.query["from"], "to": asked.query["to"], "time": 1})

    def _pbx_internal(self, asked: Asked) -> Said:
        return as_json({"status": "success", "pbx_id": 1, "numbers": [101, 102]})

    def _info_timezone(self, asked: Asked) -> Said:
        unix = 1_773_216_000
        local = moment("2026-03-11 08:00:00") + timedelta(seconds=self.ahead)
        return as_json(
            {"status": "success", "unixtime": unix, "datetime": f"{local:%Y-%m-%d %H:%M:%S}", "timezone": "UTC+3"}
        )

    def _pbx_record_request(self, asked: Asked) -> Said:
        if not self.is_ready or asked.query["call_id"] != "1700.42":
            return as_json({"status": "error", "message": "Record not found"})
        return as_json({"status": "success", "link": f"{self.address}/links/1700.42.mp3"})

    def _statistics_pbx(self, asked: Asked) -> Said:
        since, until = (moment(asked.query[name]) for name in ("start", "end"))
        if (until - since).days > 31:
            return as_json({"status": "error", "message": "Period is too long"})
        rows = [row for row in self.stats if since <= moment(row["callstart"]) <= until]
        skip, limit = int(asked.query["skip"]), int(asked.query["limit"])
        return as_json({"status": "success", "version": 2, "stats": rows[skip : skip + limit]})
