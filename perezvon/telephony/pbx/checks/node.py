"""Ports and addresses of the node itself."""

import ipaddress
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from ..generate.text import is_safe
from ..plan import Plan
from .problem import Problem

PORTS = ("port", "sip_port", "http_port", "agi_port")
_NODE = re.compile(r"[a-zA-Z0-9-]{1,20}")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?")


def look(plan: Plan) -> Iterator[Problem]:
    """What the exchange's own form says."""
    node, place = plan.node, _("The exchange")
    for name, value in node.settings.items():
        if isinstance(value, str) and not is_safe(value):
            yield Problem(place, _("“%(name)s” holds a sign that may not be there") % {"name": name}, "provider")
    ports = [node.number(name) for name in PORTS]
    if len(set(ports)) < len(ports):
        yield Problem(place, _("two of its ports are the same"), "provider")
    first, last = node.number("rtp_from"), node.number("rtp_to")
    if any(not 1024 <= port <= 65_535 for port in (*ports, first, last)):
        yield Problem(place, _("a port is a number from 1024 to 65535"), "provider")
    if last - first < 20:
        yield Problem(place, _("too few ports for the sound: at least 20 are needed"), "provider")
    if not _NODE.fullmatch(node.text("node")):
        yield Problem(place, _("the node's name is Latin letters, digits and hyphens"), "provider")
    if node.text("ami_from") and not is_network(node.text("ami_from")):
        yield Problem(place, _("“%(text)s” is no IP address") % {"text": node.text("ami_from")}, "provider")
    for name in ("bind", "http_bind", "host", "agi_host"):
        if not is_address(node.text(name)):
            yield Problem(place, _("“%(text)s” is no IP address") % {"text": node.text(name)}, "provider")


def is_address(text: str) -> bool:
    """Whether it is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_host(text: str) -> bool:
    """Whether it is a host name or an IP address."""
    return is_address(text) or (bool(_HOST.fullmatch(text)) and ".." not in text)


def is_network(text: str) -> bool:
    """Whether it is an IP address, a network ("10.0.0.0/8") or a host name."""
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return is_host(text)
    return True
