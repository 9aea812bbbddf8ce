"""Bodies of WebDAV: questions as texts, answers as dictionaries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as tree
from xml.sax.saxutils import escape

DAV, CAL = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
_NAMES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"'

PRINCIPAL = f"<d:propfind {_NAMES}><d:prop><d:current-user-principal/></d:prop></d:propfind>"
HOME = f"<d:propfind {_NAMES}><d:prop><c:calendar-home-set/></d:prop></d:propfind>"
CALENDARS = (
    f"<d:propfind {_NAMES}><d:prop><d:resourcetype/><d:displayname/><c:supported-calendar-component-set/>"
    "</d:prop></d:propfind>"
)
TAGS = f"<d:propfind {_NAMES}><d:prop><d:getetag/><d:resourcetype/></d:prop></d:propfind>"


def since(token: str) -> str:
    """What has changed since a token (RFC 6578); "" = everything."""
    return (
        f"<d:sync-collection {_NAMES}><d:sync-token>{escape(token)}</d:sync-token><d:sync-level>1</d:sync-level>"
        "<d:prop><d:getetag/></d:prop></d:sync-collection>"
    )


def several(hrefs: Iterable[str]) -> str:
    """The texts of these events."""
    wanted = "".join(f"<d:href>{escape(href)}</d:href>" for href in hrefs)
    return (
        f"<c:calendar-multiget {_NAMES}><d:prop><d:getetag/><c:calendar-data/></d:prop>{wanted}</c:calendar-multiget>"
    )


@dataclass(slots=True)
class Part:
    """What a server says of one thing: its path, and the properties that it has."""

    href: str
    is_gone: bool = False
    props: dict[str, tree.Element] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The text of a property; "" for none."""
        found = self.props.get(name)
        return (found.text or "").strip() if found is not None else ""

    def inner(self, name: str) -> str:
        """The address inside a property."""
        found = self.props.get(name)
        href = found.find(f"{DAV}href") if found is not None else None
        return (href.text or "").strip() if href is not None else ""

    @property
    def kinds(self) -> set[str]:
        """What kind of thing it is."""
        found = self.props.get(f"{DAV}resourcetype")
        return {one.tag for one in found} if found is not None else set()

    @property
    def takes_events(self) -> bool:
        """Whether it is a calendar of events; a server that does not say has one."""
        found = self.props.get(f"{CAL}supported-calendar-component-set")
        return found is None or not len(found) or any(one.get("name") == "VEVENT" for one in found)


def read(body: bytes) -> tree.Element:
    """An answer as a tree. ValueError for no XML, and for one that declares entities: no honest server does."""
    if b"<!" in body.replace(b"<![CDATA[", b""):
        raise ValueError("an answer with declarations")
    try:
        return tree.fromstring(body)  # noqa: S314 - declarations were refused above
    except tree.ParseError as error:
        raise ValueError("the answer is no XML") from error


def parts(root: tree.Element) -> Iterator[Part]:
    """The things of a multistatus."""
    for response in root.iter(f"{DAV}response"):
        href = response.findtext(f"{DAV}href", "").strip()
        part = Part(path_of(href), " 404" in response.findtext(f"{DAV}status", ""))
        for status in response.iter(f"{DAV}propstat"):
            if " 200" in status.findtext(f"{DAV}status", " 200"):
                part.props |= {one.tag: one for holder in status.iter(f"{DAV}prop") for one in holder}
        yield part


def path_of(href: str) -> str:
    """The path of an address, one spelling for all servers."""
    return unquote(urlsplit(href).path)
