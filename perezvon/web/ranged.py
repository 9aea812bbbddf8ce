"""Parts of a big file over HTTP, streamed and never held in memory.

Source: RFC 9110, sections 14 (ranges) and 13.1.5 (If-Range). One range is served; several at once are answered with
the whole file, which the RFC allows. An open-ended range is answered with at most ``MOST`` bytes: players ask on, and
a slow listener does not hold a thread for the length of a talk.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

MOST = 1_048_576
PARTIAL, NOT_SATISFIABLE = 206, 416


@dataclass(frozen=True, slots=True)
class Content:
    """What is served: ``size`` bytes of ``media``; ``pieces(start, end)`` yields those before ``end``."""

    size: int
    media: str
    tag: str
    pieces: Callable[[int, int], Iterator[bytes]]


class Unsatisfiable(ValueError):
    """The range lies outside of the file."""


def asked(header: str, size: int) -> tuple[int, int] | None:
    """The bytes (from, to before) that a Range header asks for; None = the whole file.

    A header that makes no sense is as good as none; Unsatisfiable when it does and nothing is there.
    """
    unit, _equals, spec = header.partition("=")
    first, dash, last = spec.strip().partition("-")
    first, last = first.strip(), last.strip()
    if unit.strip().lower() != "bytes" or not dash or not (first or last):
        return None
    if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in (first, last) if part):
        return None
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= size or start >= end:
        raise Unsatisfiable
    return start, end


def ranged(request: HttpRequest, content: Content, *, filename: str = "") -> HttpResponseBase:
    """Answer GET or HEAD with the file or the part that is asked for; ``filename`` makes it a download."""
    header = request.headers.get("Range", "")
    if header and request.headers.get("If-Range", content.tag) != content.tag:
        header = ""
    try:
        part = asked(header, content.size) if header else None
    except Unsatisfiable:
        refusal = HttpResponse(status=NOT_SATISFIABLE, content_type="text/plain")
        refusal["Content-Range"] = f"bytes */{content.size}"
        return _dressed(refusal, content)
    start, end = part or (0, content.size)
    if part and not filename:
        end = min(end, start + MOST)
    body = iter(()) if request.method == "HEAD" else content.pieces(start, end)
    answer = StreamingHttpResponse(body, status=PARTIAL if part else 200, content_type=content.media)
    answer["Content-Length"] = str(end - start)
    if part:
        answer["Content-Range"] = f"bytes {start}-{end - 1}/{content.size}"
    if filename:
        answer["Content-Disposition"] = content_disposition_header(True, filename) or "attachment"
    return _dressed(answer, content)


def _dressed(answer: HttpResponseBase, content: Content) -> HttpResponseBase:
    answer["Accept-Ranges"] = "bytes"
    answer["ETag"] = content.tag
    answer["Cache-Control"] = "private, no-store"
    return answer
