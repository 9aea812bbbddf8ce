"""Bodies of public posts: bytes of any kind become plain text fields or a reason for refusal."""

import codecs
import json
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.http import parse_header_parameters

LIMIT = 64 * 1024
MOST_FIELDS = 200
LONGEST_NAME, LONGEST_VALUE = 80, 4_000
# Russian sites still speak it; also what urlencoded text is when it is not UTF-8.
_OLD_ENCODING = "cp1251"


class BadBody(ValueError):
    """The body cannot be read; ``reason`` is a word for the log and the list of rejected posts."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read(content_type: str, body: bytes) -> dict[str, str]:
    """Fields of a JSON, urlencoded or multipart body. BadBody with its reason for anything else.

    Values are text without NUL; of a name that comes twice all values are kept, separated by commas.
    """
    if len(body) > LIMIT:
        raise BadBody("too large")
    kind, parameters = parse_header_parameters(content_type or "")
    charset = _charset(parameters.get("charset", ""))
    if kind == "application/json" or kind.endswith("+json"):
        return _fields(_json(body, charset))
    if kind == "multipart/form-data":
        return _fields(_multipart(content_type, body, charset))
    if kind in ("application/x-www-form-urlencoded", ""):
        return _fields(_urlencoded(body, charset))
    if kind == "text/plain":  # what a script without preflight sends
        return _fields(_json(body, charset) if body.lstrip()[:1] == b"{" else _urlencoded(body, charset))
    raise BadBody("unknown content type")


def beginning(body: bytes, longest: int = 2_000) -> str:
    """The beginning of a body for the eye, whatever it is."""
    return clean(body[:longest].decode("utf-8", "replace"), longest)


def clean(text: str, longest: int) -> str:
    """Text that PostgreSQL takes: no NUL, no lone surrogates, not too long."""
    return text.replace("\x00", "")[:longest].encode("utf-8", "replace").decode("utf-8")


def _charset(name: str) -> str:
    try:
        info = codecs.lookup(name.strip()) if name.isascii() and len(name) < 40 else None
    except (LookupError, ValueError):
        return ""
    # Codecs such as "zip" or "rot13" turn bytes into something that is no text.
    return info.name if info is not None and getattr(info, "_is_text_encoding", False) else ""


def _text(raw: bytes, charset: str) -> str:
    for name in (charset, "utf-8-sig"):
        if name:
            try:
                return raw.decode(name)
            except (UnicodeError, LookupError):
                continue
    return raw.decode(_OLD_ENCODING, "replace")


def _json(body: bytes, charset: str) -> Iterator[tuple[str, Any]]:
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        charset = "utf-16"
    try:
        found = json.loads(_text(body, charset), object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        raise BadBody("broken JSON") from None
    if not isinstance(found, _Pairs):
        raise BadBody("JSON is not an object")
    return iter(found)


class _Pairs(list[tuple[str, Any]]):
    """An object of JSON with everything that was in it, names that come twice too."""


def _urlencoded(body: bytes, charset: str) -> Iterator[tuple[str, str]]:
    try:
        # latin-1 keeps the bytes as they are; the encoding is told field by field after unquoting.
        pairs = parse_qsl(
            body.decode("latin-1"), keep_blank_values=True, encoding="latin-1", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise BadBody("too many fields") from None
    return ((_text(name.encode("latin-1"), charset), _text(value.encode("latin-1"), charset)) for name, value in pairs)


class _NoFiles(FileUploadHandler):
    """Files are not for us: they are skipped, the rest of the form is taken."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


def _multipart(content_type: str, body: bytes, charset: str) -> Iterator[tuple[str, str]]:
    meta = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": len(body)}
    try:
        post, files = MultiPartParser(meta, BytesIO(body), [_NoFiles()], "latin-1").parse()
    except (MultiPartParserError, SuspiciousOperation, ValueError, LookupError):
        raise BadBody("broken multipart") from None
    if body and not post and not files:
        raise BadBody("broken multipart")
    for name, values in post.lists():
        for value in values:
            yield str(name), _text(str(value).encode("latin-1", "replace"), charset)


def _fields(pairs: Iterable[tuple[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        name, text = clean(name, LONGEST_NAME), clean(_word(value), LONGEST_VALUE)
        if name in found and text and text not in found[name].split(", "):
            text = f"{found[name]}, {text}" if found[name] else text
            found[name] = text[:LONGEST_VALUE]
        elif name not in found:
            if len(found) >= MOST_FIELDS:
                raise BadBody("too many fields")
            found[name] = text
    return found


def _word(value: Any) -> str:
    """A JSON value as text; nested things are kept as JSON."""
    if value is None or isinstance(value, bool):
        return {True: "true", False: "false", None: ""}[value]
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int | float):
        return str(value)
    try:
        return json.dumps(_plain(value), ensure_ascii=False)
    except (ValueError, RecursionError):
        raise BadBody("nested too deep") from None


def _plain(value: Any, depth: int = 0) -> Any:
    if depth > 30:
        raise RecursionError
    if isinstance(value, _Pairs):
        return {name: _plain(one, depth + 1) for name, one in value}
    if isinstance(value, list):
        return [_plain(one, depth + 1) for one in value]
    return value
