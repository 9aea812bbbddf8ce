"""The API under made-up requests: whatever the document allows and does not allow is answered as it says, never with 500.

One operation, a few requests; ``API_EXAMPLES`` asks for more of them. Rows that the addresses name are really there, and
what comes back has the very shape of the document.
"""

import json
import os
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from schemathesis.generation import GenerationMode

from perezvon.api import limits
from perezvon.api.document import document
from perezvon.api.nouns import nouns
from perezvon.staff.actions import issue_token
from perezvon.staff.testing import JOINED

from .api_company import every_noun
from .test_fuzz import HOST, send

DOCUMENT = document(HOST)
schema = schemathesis.openapi.from_dict(DOCUMENT)
schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
FEW = settings(
    max_examples=int(os.environ.get("API_EXAMPLES", "2")), deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
PROBLEM = "application/problem+json"


OPERATIONS = [one.ok() for one in schema.include(path_regex="^/api/").get_all_operations()]
PARTS = 4
MOST_QUERIES = 10


@pytest.fixture
def token(db: Any, admin: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """One row of every noun, and the administrator's token, which has no limits."""
    monkeypatch.setattr(limits, "ROWS_EXPORTED", 10**9)
    every_noun(admin)
    _token, text = issue_token(admin, "fuzz", per_minute=10**6, at=JOINED)
    return {"Authorization": f"Bearer {text}"}


@pytest.mark.parametrize("part", range(PARTS))
def test_every_operation(part: int, token: dict[str, str]) -> None:
    for operation in OPERATIONS[part::PARTS]:

        @given(case=operation.as_strategy())
        @FEW
        def holds(case: Any) -> None:
            _holds(case, token)  # noqa: B023 - called at once

        holds()


def _holds(case: Any, token: dict[str, str]) -> None:
    operation = DOCUMENT["paths"][case.operation.path][case.operation.method]
    if "pk" in (case.path_parameters or {}):
        noun = nouns().get(case.operation.path.split("/")[3])
        row = noun.rows(_admin(), noun.view).order_by("pk").first() if noun else None
        case.path_parameters["pk"] = row.pk if row is not None else 1
    answer = send(case, token)
    if answer is None:
        return
    said = operation["responses"]
    allowed = {int(status) for status in said} | {404, 405}
    asked = (case.method, case.path, case.body, case.query)
    assert answer.status_code in allowed, (asked, answer.status_code, answer.content[:400])
    kind = answer.get("Content-Type", "")
    if answer.status_code >= 400:
        assert kind == PROBLEM and json.loads(answer.content)["status"] == answer.status_code, asked
    elif kind == "application/json" and "fields" not in (case.query or {}):
        shape = said[str(answer.status_code)]["content"]["application/json"]["schema"]
        _valid(shape, json.loads(answer.content))


def test_every_noun_is_read(token: dict[str, str]) -> None:
    """Each list, its first row, its vocabulary, what has changed: there, in the shape of the document, cheap."""
    program = Client(headers=token)
    for path, operations in DOCUMENT["paths"].items():
        if (
            "get" not in operations
            or not path.startswith("/api/")
            or path.endswith(("/by-phone", "/sound", "/content", "/free-time"))
        ):
            continue
        noun = nouns().get(path.split("/")[3])
        row = noun.rows(_admin(), noun.view).order_by("pk").first() if noun and "{pk}" in path else None
        assert row is not None or "{pk}" not in path, path
        with CaptureQueriesContext(connection) as queries:
            answer = program.get(path.replace("{pk}", str(row.pk if row else 0)))
        assert answer.status_code == 200, (path, answer.content[:300])
        assert len(queries) <= MOST_QUERIES, (path, len(queries))
        shape = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        _valid(shape, answer.json())


def _admin() -> Any:
    from perezvon.staff.models import User

    return User.objects.get(email="adam@veter.example")


def _valid(shape: dict[str, Any], told: Any) -> None:
    jsonschema_rs.validate({**shape, "components": DOCUMENT["components"]}, told)
