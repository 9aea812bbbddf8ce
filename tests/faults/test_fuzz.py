"""Bad input at the public endpoints: never a 500, never a lost valid event.

What the OpenAPI document allows and does not allow is made up by schemathesis; bodies that no document
describes (broken encodings, NUL, nested, huge, twice the same key) are made by hand.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from perezvon.api.document import document
from perezvon.marketing import known_forms, throttle
from perezvon.marketing.actions import add_form
from perezvon.marketing.models import Submission
from perezvon.staff.actions import issue_token
from perezvon.staff.testing import JOINED
from perezvon.telephony.actions.providers import add_provider
from perezvon.telephony.models import Provider, RawEvent

HOST = "http://testserver"
DOCUMENT = document(HOST)
schema = schemathesis.openapi.from_dict(DOCUMENT)
schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
# The database of a test lives through all its examples: that is what we want, twins included.
QUIET = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
VALID = {"name": "Anna", "phone": "+7 495 021-00-88"}


@pytest.fixture
def site(db: Any, admin: Any) -> Iterator[dict[str, str]]:
    """A form, an exchange of each kind, and somebody with a token."""
    known_forms.forget()
    throttle.forget()
    add_form("Ask us", key="ask", limit_per_minute=0, at=JOINED)
    add_provider("mango", "Mango", at=JOINED)
    add_provider("itoolabs", "ITooLabs", at=JOINED)
    add_provider("uis", "UIS", at=JOINED)
    add_provider("zadarma", "Zadarma", api_secret="no secret", at=JOINED)
    add_provider("asterisk", "Asterisk", host="127.0.0.1", username="perezvon", secret="no secret", at=JOINED)
    _token, text = issue_token(admin, "fuzz", at=JOINED)
    yield {"Authorization": f"Bearer {text}"}
    known_forms.forget()


def send(case: Any, headers: dict[str, str]) -> Any:
    """Send a made-up case byte for byte, as a client over the network would."""
    kwargs = case.as_transport_kwargs(base_url=HOST)
    kwargs.pop("cookies", None)
    kwargs["headers"] = {**(kwargs.get("headers") or {}), **headers}
    known = ("method", "url", "headers", "params", "data", "json", "files")
    request = requests.Request(**{name: kwargs[name] for name in known if name in kwargs})
    try:
        ready = request.prepare()
    except (requests.RequestException, UnicodeError, ValueError):
        return None  # no HTTP client could send it
    body = ready.body.encode() if isinstance(ready.body, str) else ready.body or b""
    return raw(ready.method or "GET", ready.path_url, body, {name: str(value) for name, value in ready.headers.items()})


def raw(method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
    """Send bytes; an exception inside the product is raised here."""
    kind = headers.pop("Content-Type", "application/octet-stream")
    headers.pop("Content-Length", None)
    return Client().generic(method, path, body, content_type=kind, headers=headers)


@schema.include(path_regex="^/(f|hooks)/").parametrize()
@QUIET
def test_whatever_the_document_says(case: Any, site: dict[str, str]) -> None:
    if "key" in case.path_parameters:
        case.path_parameters["key"] = "ask"
    if "slug" in case.path_parameters:
        slugs = list(Provider.objects.order_by("id").values_list("slug", flat=True))
        case.path_parameters["slug"] = slugs[len(str(case.body)) % len(slugs)]
    answer = send(case, site)
    if answer is None:
        return
    said = DOCUMENT["paths"][case.operation.path][case.operation.method]["responses"]
    allowed = {int(status) for status in said} | {405}
    assert answer.status_code in allowed, (answer.status_code, answer.content[:300])
    if answer["Content-Type"].startswith("application/json"):
        json.loads(answer.content)


KINDS = [
    "application/json",
    "application/json; charset=utf-16",
    "application/json; charset=no-such",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=koi8-r",
    "multipart/form-data; boundary=xx",
    "multipart/form-data",
    "text/plain",
    "text/xml",
    "",
    ";;;=",
]
BODIES = [
    b"",
    b"\x00",
    b"\xff\xfe\x00\xd8",
    b"{",
    b"null",
    b'"text"',
    b"[" * 50_000,
    b'{"a":' * 20_000,
    b'{"phone": "\xd0"}',
    b'{"phone": "\\ud800", "name": "\\u0000"}',
    b'{"phone": "1", "phone": ["2", {"phone": 3}], "email": {"email": null}}',
    b'{"n": 1e99999, "i": ' + b"7" * 4_000 + b"}",
    b'{"i": ' + b"7" * 5_000 + b"}",
    b'{"x": NaN, "y": -Infinity}',
    b"a=%00&b=%ff%fe&%80=%zz&phone=%D0",
    b"&" * 5_000,
    b"phone=" + b"1" * 60_000,
    b"x" * 70_000,
    b'--xx\r\nContent-Disposition: form-data; name="phone"\r\n\r\n\xff\r\n--xx',
    b"--xx\r\nContent-Disposition: form-data\r\n\r\nx\r\n--xx--",
    b"--xx\r\n" * 3_000,
    b"json=%7B%22entry_id%22%3A%22" + b"z" * 300 + b"%22%7D&sign=0&vpbx_api_key=k",
    b"cmd=event&type=INCOMING&phone=\x00&callid=%00&crm_token=x",
]


@pytest.mark.parametrize("kind", KINDS)
def test_no_body_breaks_us(site: dict[str, str], kind: str) -> None:
    slugs = Provider.objects.values_list("slug", flat=True)
    addresses = ["/f/ask/", *(f"/hooks/{slug}/{tail}" for slug in slugs for tail in ("", "events/call", "route"))]
    for number, body in enumerate(BODIES):
        for address in addresses:
            answer = raw("POST", address, body, {"Content-Type": kind})
            assert answer.status_code < 500, (address, body[:40], answer.content[:300])
        good = json.dumps({**VALID, "message": f"after {number}"}).encode()
        taken = raw("POST", "/f/ask/", good, {"Content-Type": "application/json"})
        assert Submission.objects.get(pk=taken.json()["id"]).phone == "+74950210088"


@given(
    body=st.binary(max_size=2_000),
    kind=st.sampled_from(KINDS) | st.text(st.characters(codec="latin-1"), max_size=60),
    headers=st.dictionaries(
        st.sampled_from(
            ["Origin", "Referer", "Idempotency-Key", "Accept", "Authorization", "X-Forwarded-For", "Cookie"]
        ),
        st.text(st.characters(codec="latin-1"), max_size=200),
    ),
)
@QUIET
def test_any_bytes_and_headers(site: dict[str, str], body: bytes, kind: str, headers: dict[str, str]) -> None:
    for method, address in (("POST", "/f/ask/"), ("OPTIONS", "/f/ask/"), ("GET", "/api/v1/tickets")):
        answer = raw(method, address, body, {"Content-Type": kind, **headers})
        assert answer.status_code < 500, (address, answer.content[:300])


def test_good_events_among_bad_ones_are_all_kept(site: dict[str, str]) -> None:
    """Every valid post that stands between broken ones is there, once each."""
    for number in range(40):
        raw("POST", "/f/ask/", BODIES[number % len(BODIES)], {"Content-Type": KINDS[number % len(KINDS)]})
        good = {**VALID, "message": f"good {number}"}
        for _ in range(2):
            answer = raw("POST", "/f/ask/", json.dumps(good).encode(), {"Content-Type": "application/json"})
            assert answer.status_code == 200
    kept = Submission.objects.filter(state=Submission.State.NEW, message__startswith="good").values_list(
        "message", flat=True
    )
    assert sorted(kept) == sorted(f"good {number}" for number in range(40))
    assert not RawEvent.objects.exists()
