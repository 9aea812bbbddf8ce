"""What every setting of an exchange must be, whoever asks: names, hosts, places, ranges.

Whatever ends up in a configuration file is checked for characters that would begin a line or a comment of their own.
"""

import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_network
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..destinations import Book, uses_of
from ..models import Way

_HOST = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*\.?"
)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f;\[\]\\\"]")


def one_line(values: Mapping[str, Any], *names: str) -> None:
    """ValidationError for a control character, a semicolon, a bracket, a quote or a backslash in the named texts."""
    wrong = [name for name in names if _UNSAFE.search(str(values.get(name) or ""))]
    if wrong:
        raise ValidationError(
            {name: _("Quotes, brackets, semicolons and line breaks cannot be used.") for name in wrong}
        )


def ranges(values: Mapping[str, Any], limits: Mapping[str, tuple[int, int]]) -> None:
    """ValidationError for a figure outside its limits; what is not given is not looked at."""
    wrong = {
        name: _("From %(least)s to %(most)s.") % {"least": least, "most": most}
        for name, (least, most) in limits.items()
        if name in values and not least <= int(values[name]) <= most
    }
    if wrong:
        raise ValidationError(wrong)


def is_host(text: str) -> bool:
    """Whether it is a host name or an address."""
    return bool(_HOST.fullmatch(text)) or is_network(text)


def is_network(text: str) -> bool:
    """Whether it is an IP address or a network such as 10.0.0.0/8."""
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


def places(book: Book, values: Mapping[str, Any], ways: Iterable[Way], *names: str) -> None:
    """ValidationError for a place that is not there, or that cannot follow here; "" is no place yet."""
    allowed = {way.value for way in ways}
    wrong = {}
    for name in names:
        text = str(values.get(name) or "")
        if text and text.partition(":")[0] not in allowed:
            wrong[name] = _("A call cannot be sent there from here.")
        elif text and not book.knows(text):
            wrong[name] = _("There is no such place any more: choose another one.")
    if wrong:
        raise ValidationError(wrong)


def refuse_if_used(place: str) -> None:
    """ValidationError when something still leads to the place."""
    found = uses_of(place)
    if found:
        where = ", ".join(use.name for use in found)
        raise ValidationError(_("Calls are still sent there from: %(places)s.") % {"places": where})
