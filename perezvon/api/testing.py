"""Programs of the cast: a client that shows a token."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from perezvon.staff.actions import issue_token
from perezvon.staff.testing import JOINED


class Program:
    """Speaks JSON to /api/v1 with a token."""

    def __init__(self, text: str, **headers: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {text}", **headers})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = "" if body is None else json.dumps(body)
        kind = "application/json" if body is not None else ""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.generic(method, f"/api/v1/{path}", data, content_type=kind, headers=names)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.send("DELETE", path, **headers)


@pytest.fixture
def program(db: Any) -> Callable[..., Program]:
    """``program(anna)`` calls with a token of Anna's; more words are limits of the token."""

    def make(user: Any, **limits: Any) -> Program:
        _token, text = issue_token(user, "test", at=JOINED, **limits)
        return Program(text)

    return make
