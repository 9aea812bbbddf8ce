"""Our own files: scripts, styles, icons."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile


class Static(WhiteNoiseMiddleware):  # type: ignore[misc]
    """WhiteNoise that answers with bytes: under ASGI a file response would be read in a thread, chunk by chunk."""

    sync_capable, async_capable = True, False

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        body = b""
        if found.file is not None:
            with found.file as file:
                body = file.read()
        response = HttpResponse(body, status=int(found.status))
        del response["content-type"]
        for name, value in found.headers:
            response[name] = value
        return response
