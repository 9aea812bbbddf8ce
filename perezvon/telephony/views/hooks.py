"""Where exchanges knock. As little as possible happens here."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from perezvon.kit import clock

from ..actions.intake import accept, accounts

LIMIT = 262_144  # bytes; the longest real event is a hundredth of it


@csrf_exempt
def receive(request: HttpRequest, slug: str, path: str = "") -> HttpResponse:
    """One event of an exchange: 200 only after it is stored for good."""
    account = accounts.of(slug)
    if account is None:
        return HttpResponse(b"no such exchange", status=404, content_type="text/plain")
    if request.method != "POST":
        return HttpResponse(b"POST only", status=405, content_type="text/plain", headers={"Allow": "POST"})
    body = request.read(LIMIT + 1)
    if len(body) > LIMIT:
        return HttpResponse(b"too long", status=413, content_type="text/plain")
    answer = accept(account, body, request.headers, clock.now(), path=path)
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
