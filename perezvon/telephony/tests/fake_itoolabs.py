"""The crmapi of ITooLabs: a key in a header, lists plain or in pages."""

from typing import Any

from .fake_exchange import SOUND, Asked, FakeExchange, Said, as_json, moment, payload

KEY = "itl-key"


class FakeItoolabs(FakeExchange):
    def __init__(self) -> None:
        super().__init__()
        self.history: list[dict[str, Any]] = payload("itoolabs", "history.json")
        self.status = 200

    def answer(self, asked: Asked) -> Said:
        if asked.path.startswith("/records/"):
            assert "X-API-KEY" not in asked.headers
            return Said(SOUND, 200, {"Content-Type": "audio/mpeg"})
        if asked.headers["X-API-KEY"] != KEY:
            return Said(b"", 401)
        if self.status != 200:
            return Said(b"", self.status)
        return getattr(self, "_" + asked.path.removeprefix("/crmapi/v1/").replace("/", "_"))(asked)

    def _users(self, asked: Asked) -> Said:
        told = payload("itoolabs", "users.json")
        first = asked.query.get("start") != "1"
        items = told["items"][:1] if first else told["items"][1:]
        return as_json({"items": items, "info": {**told["info"], **({"next": 1} if first else {})}})

    def _groups(self, asked: Asked) -> Said:
        return as_json(payload("itoolabs", "groups.json")["items"])

    def _makecall(self, asked: Asked) -> Said:
        return as_json({"callid": "made-1"} if asked.form["user"] == "anna" else {}, 200)

    def _history_json(self, asked: Asked) -> Said:
        since, until = (moment(asked.query[name], "%Y%m%dT%H%M%SZ") for name in ("start", "end"))
        rows = [row for row in self.history if since <= moment(row["start"], "%Y-%m-%dT%H:%M:%SZ") < until]
        return as_json(rows[: int(asked.query["limit"])])
