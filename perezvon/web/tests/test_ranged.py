"""Ranges of a file: what browsers, players and the curious ask for."""

import pytest
from django.test import RequestFactory

from perezvon.web.ranged import MOST, Content, Unsatisfiable, asked, ranged

BYTES = bytes(range(100))
CONTENT = Content(100, "audio/mpeg", '"1"', lambda start, end: iter([BYTES[start:end]]))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-", (0, 100)),
        ("bytes=10-19", (10, 20)),
        ("bytes=10-1000", (10, 100)),
        ("bytes=-5", (95, 100)),
        ("bytes=-500", (0, 100)),
        ("Bytes = 99-99", (99, 100)),
        ("", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=9-5", None),
        ("bytes=a-b", None),
        ("bytes=1-2,5-6", None),
        ("bytes=٣-٥", None),
        ("seconds=1-2", None),
        ("bytes=99999999999999999999-", None),
    ],
)
def test_what_a_header_asks_for(header: str, expected: tuple[int, int] | None) -> None:
    assert asked(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=200-300", "bytes=-0"])
def test_what_is_outside_cannot_be_had(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        asked(header, 100)


def got(header: str = "", method: str = "get", **more: str) -> tuple[int, bytes, dict[str, str]]:
    headers = {"Range": header, **more} if header else more
    answer = ranged(getattr(RequestFactory(), method)("/", headers=headers), CONTENT)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, body, dict(answer.items())


def test_the_whole_file() -> None:
    status, body, headers = got()
    assert (status, body, headers["Content-Length"], headers["Accept-Ranges"]) == (200, BYTES, "100", "bytes")
    assert headers["Cache-Control"] == "private, no-store"


def test_a_part() -> None:
    status, body, headers = got("bytes=10-19")
    assert (status, body) == (206, BYTES[10:20])
    assert (headers["Content-Range"], headers["Content-Length"]) == ("bytes 10-19/100", "10")


def test_nothing_there() -> None:
    status, body, headers = got("bytes=100-")
    assert (status, body, headers["Content-Range"]) == (416, b"", "bytes */100")


def test_head_has_no_body() -> None:
    assert got("bytes=0-9", "head")[:2] == (206, b"")


def test_another_version_is_sent_whole() -> None:
    assert got("bytes=10-19", **{"If-Range": '"2"'})[0] == 200
    assert got("bytes=10-19", **{"If-Range": '"1"'})[0] == 206


def test_an_open_end_is_answered_in_portions_and_a_download_is_whole() -> None:
    big = Content(3 * MOST, "audio/mpeg", '"1"', lambda start, end: iter([b"x" * (end - start)]))
    request = RequestFactory().get("/", headers={"Range": "bytes=5-"})
    assert ranged(request, big)["Content-Range"] == f"bytes 5-{MOST + 4}/{3 * MOST}"
    assert ranged(request, big, filename="Звонок.mp3")["Content-Range"] == f"bytes 5-{3 * MOST - 1}/{3 * MOST}"
    assert "filename*=utf-8''" in ranged(request, big, filename="Звонок.mp3")["Content-Disposition"]
