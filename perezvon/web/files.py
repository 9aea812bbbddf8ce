"""Files that a player of the browser asks for in parts."""

import re
from pathlib import Path

from django.http import HttpRequest, HttpResponse

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def file_answer(request: HttpRequest, path: Path, content_type: str) -> HttpResponse:
    """The file, or the part of it that ``Range`` names: 206, and 416 for a part that is not there (RFC 9110, 14).

    Several parts at once are not served: the whole file is a lawful answer to that. Nobody but the person keeps it.
    """
    size = path.stat().st_size
    found = _RANGE.fullmatch(request.headers.get("Range", ""))
    first, last = _span(found, size) if found else (0, size - 1)
    if found and not 0 <= first <= last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    with path.open("rb") as file:
        file.seek(first)
        body = file.read(last - first + 1)
    response = HttpResponse(body, status=206 if found else 200, content_type=content_type)
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "private, max-age=300"
    if found:
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response


def _span(found: re.Match[str], size: int) -> tuple[int, int]:
    """The first and the last byte; (-1, -1) for what cannot be."""
    start, end = found.groups()
    if not start and not end:
        return -1, -1
    if not start:  # the last so many bytes
        return (max(0, size - int(end)), size - 1) if int(end) else (-1, -1)
    return (int(start), min(int(end), size - 1) if end else size - 1) if int(start) < size else (-1, -1)
