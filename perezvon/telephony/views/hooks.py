"""Where exchanges knock. As little as possible happens here."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from perezvon.kit import clock

from ..actions.intake import accept, accounts
from ..providers import adapter

LIMIT = 262_144  # bytes; the longest real event is a hundredth of it


@csrf_exempt
def receive(request: HttpRequest, slug: str, path: str = "") -> HttpResponse:
    """One event of an exchange: 200 only after it is stored for good."""
    account = accounts.of(slug)
    if account is None:
        return HttpResponse(b"no such exchange", status=404, content_type="text/plain")
    takes_get = adapter(account.kind).takes_get
    if request.method == "GET" and takes_get:
        body = request.META.get("QUERY_STRING", "").encode("latin-1")
    elif request.method == "POST":
        body = request.read(LIMIT + 1)
    else:
        allowed = "GET, POST" if takes_get else "POST"
        return HttpResponse(b"POST only", status=405, content_type="text/plain", headers={"Allow": allowed})
    if len(body) > LIMIT:
        return HttpResponse(b"too long", status=413, content_type="text/plain")
    sender = request.META.get("REMOTE_ADDR", "")
    answer = accept(account, body, request.headers, clock.now(), path=path, sender=sender)
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
