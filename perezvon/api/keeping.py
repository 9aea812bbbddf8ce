"""Idempotency keys: the same request sent again gets the answer that it got, and changes nothing."""

import json
from hashlib import sha256

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from .models import Answer
from .nouns import Caller
from .problems import ApiProblem, wrong

HEADER = "Idempotency-Key"
_KEPT_HEADERS = ("Location", "ETag")
_CLAIM = """
INSERT INTO api_answer (who, key, digest, status, headers, body, at) VALUES (%s, %s, %s, 0, '{}', '', %s)
ON CONFLICT (who, key) DO NOTHING RETURNING id
"""


def claimed(request: HttpRequest, caller: Caller) -> tuple[int | None, HttpResponse | None]:
    """(id of the place for the answer, None), or (None, the answer given before); (None, None) without a key.

    Called in the transaction of the change: a second request with the key waits here until the first has committed.
    ApiProblem 409 when the key came with another request.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return None, None
    if not key.strip() or len(key) > 200 or not key.isascii() or not key.isprintable():
        raise wrong(f"header.{HEADER}", _("A key is 1 to 200 printable ASCII characters."))
    digest = _digest(request)
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [caller.key, key, digest, caller.at])
        made = cursor.fetchone()
    if made is not None:
        return made[0], None
    kept = Answer.objects.get(who=caller.key, key=key)
    if kept.digest != digest:
        raise ApiProblem(409, "idempotency_key_reused", _("This key came with another request before."))
    if not kept.status:
        raise ApiProblem(409, "idempotency_key_unclear", _("It was begun with this key; what came of it is not known."))
    return None, _again(kept)


def _digest(request: HttpRequest) -> str:
    start = f"{request.method} {request.get_full_path()}\n".encode()
    return sha256(start + request.body).hexdigest()


def _again(kept: Answer) -> HttpResponse:
    kind = "application/json" if kept.body else ""
    response = HttpResponse(kept.body, status=kept.status, content_type=kind)
    for name, value in kept.headers.items():
        response[name] = value
    response["Idempotent-Replayed"] = "true"
    return response


def keep(place: int | None, response: HttpResponse) -> None:
    """Write the answer down at its place, in the same transaction."""
    if place is not None:
        headers = {name: response[name] for name in _KEPT_HEADERS if name in response}
        body = response.content.decode()
        Answer.objects.filter(pk=place).update(
            status=response.status_code, body=body, headers=json.loads(json.dumps(headers))
        )
