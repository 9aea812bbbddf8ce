"""Carriers, numbers, extensions: names that meet, values that break out of their line, unknown codecs."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from ..generate.sip import CODECS
from ..generate.text import is_safe
from ..plan import Plan, Trunk
from .node import is_host, is_network
from .problem import Problem

_NUMBER = re.compile(r"\+?\d{3,15}")
_EXTENSION = re.compile(r"\d{2,6}")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}", re.IGNORECASE)
_USER = re.compile(r"[A-Za-z0-9._~!$&+=*-]{0,80}")


def look(plan: Plan) -> Iterator[Problem]:
    """Everything about single rows and about names."""
    for trunk in plan.trunks:
        yield from _trunk(trunk)
    yield from _lines(plan)
    yield from _people(plan)
    for queue in plan.queues:
        place = queue_place(queue.name, queue.key)
        if not _KEY.fullmatch(queue.key):
            yield Problem(place, _("its key is Latin letters, digits and hyphens"), "queue", queue.id)
        yield from _unsafe(place, "queue", queue.id, (queue.name,))
    for menu in plan.menus:
        if not _KEY.fullmatch(menu.key):
            yield Problem(menu_place(menu.name), _("its key is Latin letters, digits and hyphens"), "menu", menu.id)
        yield from _unsafe(menu_place(menu.name), "menu", menu.id, (menu.name, *(key.label for key in menu.keys)))
    yield from _twice(plan)


def queue_place(name: str, key: str = "") -> str:
    """A queue in the words of the screen."""
    return _("Queue “%(name)s”") % {"name": name or key}


def menu_place(name: str) -> str:
    """A menu in the words of the screen."""
    return _("Voice menu “%(name)s”") % {"name": name}


def line_place(name: str, number: str) -> str:
    """A line in the words of the screen."""
    return _("Line “%(name)s”") % {"name": name or number}


def trunk_place(name: str) -> str:
    """A trunk in the words of the screen."""
    return _("Trunk “%(name)s”") % {"name": name}


def _unsafe(place: str, kind: str, pk: int, values: Iterable[str]) -> Iterator[Problem]:
    for value in values:
        if not is_safe(value):
            says = _("“%(text)s” holds a line break or a semicolon") % {"text": " ".join(value.split())[:40]}
            yield Problem(place, says, kind, pk)


def _trunk(trunk: Trunk) -> Iterator[Problem]:
    place = trunk_place(trunk.name)

    def problem(says: str) -> Problem:
        return Problem(place, says, "trunk", trunk.id)

    yield from _unsafe(
        place, "trunk", trunk.id, (trunk.name, trunk.host, trunk.username, trunk.caller_id, trunk.codecs)
    )
    if not is_host(trunk.host):
        yield problem(_("“%(text)s” is no address") % {"text": trunk.host[:60]})
    if not _USER.fullmatch(trunk.username):
        yield problem(_("the SIP user may hold only Latin letters, digits and the signs . _ - + ="))
    unknown = [name for name in trunk.codecs.replace(" ", "").split(",") if name not in CODECS]
    if unknown:
        yield problem(_("unknown codecs: %(names)s; known are %(known)s") % {
            "names": ", ".join(unknown)[:60], "known": ", ".join(CODECS),
        })  # fmt: skip
    wrong = [one for one in trunk.addresses if not is_network(str(one))]
    if wrong:
        yield problem(_("“%(text)s” is no address") % {"text": str(wrong[0])[:60]})
    if trunk.registers and not (trunk.username and trunk.has_password):
        yield problem(_("to register it needs a SIP user and a password"))
    if trunk.caller_id and not _NUMBER.fullmatch(trunk.caller_id):
        yield problem(_("“%(text)s” is no telephone number") % {"text": trunk.caller_id[:20]})


def _lines(plan: Plan) -> Iterator[Problem]:
    for line in plan.lines:
        place = line_place(line.name, line.number)
        if not _NUMBER.fullmatch(line.number):
            yield Problem(place, _("“%(text)s” is no telephone number") % {"text": line.number[:20]}, "line", line.id)
        yield from _unsafe(place, "line", line.id, (line.name,))
    if plan.live_lines() and not plan.live_trunks():
        yield Problem(
            _("The exchange"), _("it has numbers but no trunk: nobody can call in"), "provider", is_warning=True
        )


def _people(plan: Plan) -> Iterator[Problem]:
    for person in plan.people:
        place = _("Employee “%(name)s”") % {"name": person.name}
        if not _EXTENSION.fullmatch(person.number):
            says = _("the internal number “%(text)s” is not 2 to 6 digits") % {"text": person.number[:20]}
            yield Problem(place, says, "extension", person.user)
        yield from _unsafe(place, "extension", person.user, (person.name,))


def _twice(plan: Plan) -> Iterator[Problem]:
    """Two things under one name."""
    for name in _repeated(trunk.endpoint for trunk in plan.trunks):
        yield Problem(_("Trunks"), _("two are called “%(name)s”") % {"name": name}, "trunk")
    for name in _repeated(person.number for person in plan.people):
        yield Problem(_("Internal numbers"), _("two people have %(name)s") % {"name": name}, "extension")
    for name in _repeated(queue.key.lower() for queue in plan.queues):
        yield Problem(_("Queues"), _("two are called “%(name)s”") % {"name": name}, "queue")
    for name in _repeated(menu.key.lower() for menu in plan.menus):
        yield Problem(_("Voice menus"), _("two are called “%(name)s”") % {"name": name}, "menu")
    for name in _repeated(line.number for line in plan.lines):
        yield Problem(_("Lines"), _("two have the number %(name)s") % {"name": name}, "line")


def _repeated(names: Iterable[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)
