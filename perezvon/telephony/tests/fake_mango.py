"""Mango Office's API: signed forms, statistics that are not ready at once, recordings at an address that works once."""

import csv
import hashlib
import io
import json
from typing import Any

from .fake_exchange import PAYLOADS, SOUND, Asked, FakeExchange, Said, as_json

KEY, SALT = "m-key", "m-salt"


class FakeMango(FakeExchange):
    def __init__(self) -> None:
        super().__init__()
        self.rows = list(csv.reader(io.StringIO((PAYLOADS / "mango" / "statistics.csv").read_text()), delimiter=";"))
        self.not_ready = 2
        self.periods: dict[str, dict[str, Any]] = {}
        self.links: set[str] = set()

    def answer(self, asked: Asked) -> Said:
        if asked.method == "GET":
            if asked.path not in self.links:
                return Said(b"gone", 404)
            self.links.discard(asked.path)
            return Said(SOUND, 200, {"Content-Type": "audio/mpeg"})
        raw = asked.form.get("json", "")
        if asked.form.get("sign") != hashlib.sha256((KEY + raw + SALT).encode()).hexdigest():
            return as_json({"result": 3102}, 401)
        return getattr(self, "_" + asked.path.strip("/").replace("/", "_"))(json.loads(raw))

    def _commands_route(self, told: dict[str, Any]) -> Said:
        return as_json({"result": 1000 if {"command_id", "call_id", "to_number"} <= told.keys() else 3100})

    def _commands_callback(self, told: dict[str, Any]) -> Said:
        return as_json({"result": 1000 if told["from"]["extension"] == "101" else 3105})

    def _queries_recording_post(self, told: dict[str, Any]) -> Said:
        if told["recording_id"] != "rec1":
            return Said(b"", 404)
        link = f"/once/{len(self.asked)}.mp3"
        self.links.add(link)
        return Said(b"", 302, {"Location": self.address + link})

    def _config_users_request(self, told: dict[str, Any]) -> Said:
        people = [("Анна", "anna@veter.example", "101"), ("Олег", "", "102"), ("Без номера", "", "")]
        rows = [{"general": {"name": n, "email": e}, "telephony": {"extension": x}} for n, e, x in people]
        return as_json({"users": rows})

    def _groups(self, told: dict[str, Any]) -> Said:
        return as_json({"groups": [{"group_id": 7, "name": "Отдел продаж", "extension": "1"}]})

    def _stats_request(self, told: dict[str, Any]) -> Said:
        if int(told["date_to"]) - int(told["date_from"]) > 31 * 86_400:
            return as_json({"result": 3100})
        key = f"k{len(self.periods)}"
        self.periods[key] = {**told, "polls": 0}
        return as_json({"key": key})

    def _stats_result(self, told: dict[str, Any]) -> Said:
        period = self.periods.get(told["key"])
        if period is None:
            return Said(b"", 404)
        period["polls"] += 1
        if period["polls"] <= self.not_ready:
            return Said(b"", 204)
        found = [row for row in self.rows if int(period["date_from"]) <= int(row[1]) <= int(period["date_to"])]
        text = io.StringIO()
        csv.writer(text, delimiter=";", lineterminator="\n").writerows(found)
        return Said(text.getvalue().encode(), 200, {"Content-Type": "text/csv"})
