"""Asking a CalDAV server: discovery, what has changed, reading, writing on condition.

Every request goes out by ``kit.outgoing``: https only, public addresses only, the checked address is the one that is
connected to. A redirect is followed on the same host only, so that the password goes nowhere else; and so are the
addresses that a server names in its answers.
"""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from perezvon.kit.outgoing import Limits, OutgoingError, Reply, send

from . import xml

_LIMITS = Limits(whole=45.0)
_REDIRECTS, _HOPS, _AT_ONCE = (301, 302, 303, 307, 308), 3, 50
_OK, _MULTI = (200, 201, 204), 207


class DavError(Exception):
    """A server that cannot be used as asked; ``reason`` is fit to be shown. ``is_denied`` = login or password."""

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.status = reason, status

    @property
    def is_denied(self) -> bool:
        """Whether the server does not know the login or the password."""
        return self.status in (401, 403)


class Conflict(DavError):
    """The event was changed there since we read it."""


class Missing(DavError):
    """The event is not there."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A calendar at a server."""

    url: str
    name: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What lies in a calendar (``is_whole``) or what has changed since the token; ``tags`` are ETags by path."""

    token: str
    tags: dict[str, str]
    gone: frozenset[str]
    is_whole: bool


class Client:
    """One person's access to one server. Every method raises DavError when the server does not do it."""

    def __init__(self, url: str, login: str, password: str) -> None:
        self.url = url
        self._head = "Basic " + b64encode(f"{login}:{password}".encode()).decode()

    def calendars(self) -> list[Collection]:
        """The calendars of events that this login has."""
        home = self.url
        principal = self._first(self.url, xml.PRINCIPAL, f"{xml.DAV}current-user-principal")
        if not principal:
            well_known = urljoin(self.url, "/.well-known/caldav")
            principal = self._first(well_known, xml.PRINCIPAL, f"{xml.DAV}current-user-principal")
        if principal:
            home = self._first(principal, xml.HOME, f"{xml.CAL}calendar-home-set") or principal
        found = self._parts("PROPFIND", home, xml.CALENDARS, depth="1")
        return [
            Collection(
                self._full(one.href), one.text(f"{xml.DAV}displayname") or one.href.rstrip("/").rpartition("/")[2]
            )
            for one in found
            if f"{xml.CAL}calendar" in one.kinds and one.takes_events
        ]

    def _first(self, url: str, body: str, name: str) -> str:
        """The address in the first answer that has it; "" when none has, or the place is not there."""
        try:
            found = [one.inner(name) for one in self._parts("PROPFIND", url, body, depth="0")]
        except Missing:
            return ""
        return next((self._full(href) for href in found if href), "")

    def changes(self, calendar: str, token: str) -> Changes:
        """What has changed since ``token``; everything when the server no longer knows it or keeps no tokens."""
        for known in dict.fromkeys((token, "")):
            try:
                return self._since(calendar, known)
            except DavError as error:
                if error.is_denied and error.status == 401:
                    raise
                if error.status not in (400, 403, 405, 409, 410, 412, 415, 501):
                    raise
        rows = self._parts("PROPFIND", calendar, xml.TAGS, depth="1")
        tags = {one.href: one.text(f"{xml.DAV}getetag") for one in rows if f"{xml.DAV}collection" not in one.kinds}
        return Changes("", tags, frozenset(), True)

    def _since(self, calendar: str, token: str) -> Changes:
        root = self._multi(self._ask("REPORT", calendar, xml.since(token), {"Depth": "0"}))
        own, found = xml.path_of(calendar), list(xml.parts(root))
        tags = {one.href: one.text(f"{xml.DAV}getetag") for one in found if not one.is_gone and one.href != own}
        gone = frozenset(one.href for one in found if one.is_gone)
        return Changes(root.findtext(f"{xml.DAV}sync-token", "").strip(), tags, gone, not token)

    def texts(self, calendar: str, paths: Sequence[str]) -> dict[str, tuple[str, str]]:
        """(ETag, text) of events by path; those that are gone meanwhile are left out."""
        found: dict[str, tuple[str, str]] = {}
        for start in range(0, len(paths), _AT_ONCE):
            hrefs = [quote(path) for path in paths[start : start + _AT_ONCE]]
            for one in self._parts("REPORT", calendar, xml.several(hrefs), depth="1"):
                if text := one.text(f"{xml.CAL}calendar-data"):
                    found[one.href] = (one.text(f"{xml.DAV}getetag"), text)
        return found

    def put(self, path: str, text: bytes, tag: str | None) -> str:
        """Write an event: a new one (``tag`` None), or one that has this ETag ("" = whatever it has). Its ETag, or "".

        Conflict when it was changed, or is there already; Missing when it is gone.
        """
        condition = {"If-None-Match": "*"} if tag is None else {"If-Match": tag or "*"}
        reply = self._ask("PUT", path, text, {"Content-Type": "text/calendar; charset=utf-8", **condition})
        return reply.headers.get("etag", "")

    def delete(self, path: str, tag: str) -> None:
        """Remove an event that has this ETag ("" = whatever it has). Conflict, Missing."""
        self._ask("DELETE", path, b"", {"If-Match": tag} if tag else {})

    def _parts(self, method: str, url: str, body: str, *, depth: str) -> Iterable[xml.Part]:
        return list(xml.parts(self._multi(self._ask(method, url, body, {"Depth": depth}))))

    def _multi(self, reply: Reply) -> xml.tree.Element:
        if reply.status != _MULTI:
            raise DavError(f"{reply.host}: HTTP {reply.status}", status=reply.status)
        try:
            return xml.read(reply.body)
        except ValueError:
            raise DavError(f"{reply.host}: this is no CalDAV server") from None

    def _full(self, href: str) -> str:
        """An address named by the server; only its own host is believed."""
        url = urljoin(self.url, href)
        if _place(url) != _place(self.url):
            raise DavError(f"{urlsplit(self.url).hostname}: it points to another host")
        return url

    def _ask(self, method: str, url: str, body: str | bytes, headers: dict[str, str]) -> Reply:
        url, data = self._full(url), body.encode() if isinstance(body, str) else body
        head = {"Authorization": self._head, "Content-Type": "application/xml; charset=utf-8", **headers}
        for _hop in range(_HOPS):
            try:
                reply = send(method, _quoted(url), headers=head, body=data, limits=_LIMITS)
            except OutgoingError as error:
                raise DavError(error.reason, status=error.status) from None
            if reply.status not in _REDIRECTS:
                return _checked(reply)
            url = self._full(urljoin(url, reply.headers.get("location", "")))
        raise DavError(f"{urlsplit(url).hostname}: too many redirects")


def _checked(reply: Reply) -> Reply:
    if reply.status in _OK or reply.status == _MULTI:
        return reply
    reason = f"{reply.host}: HTTP {reply.status}"
    if reply.status in (404, 410):
        raise Missing(reason, status=reply.status)
    raise (Conflict if reply.status in (409, 412) else DavError)(reason, status=reply.status)


def _quoted(url: str) -> str:
    return quote(url, safe="/:?#[]@!$&'()*+,;=%~")


def _place(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    try:
        return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise DavError("the address cannot be read") from None
