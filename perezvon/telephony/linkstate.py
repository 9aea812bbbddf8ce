"""Is the trunk alive? Asked of Asterisk itself through AMI, while somebody looks at the screen."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .models import Trunk
from .providers.asterisk.ami import Ami, AmiError, Fields

_SECONDS = 3.0
GOOD, BAD, UNKNOWN = "good", "bad", "unknown"


@dataclass(frozen=True, slots=True)
class State:
    """How the trunk is: ``tone`` good, bad or unknown, and the words for the screen."""

    tone: str
    words: str


def state_of(trunk: Trunk) -> State:
    """Registered or not, reachable or not; unknown when the exchange cannot be asked."""
    try:
        registrations, contacts = asyncio.run(_asked(trunk))
    except (AmiError, OSError, TimeoutError):
        return State(UNKNOWN, _("the exchange does not answer"))
    return told(trunk, registrations, contacts)


async def _asked(trunk: Trunk) -> tuple[list[Fields], list[Fields]]:
    async def ignore(_event: Fields) -> None:
        """Events are for the listener."""

    ami, provider = Ami(ignore, timeout=_SECONDS), trunk.provider
    try:
        settings = provider.settings
        await ami.connect(
            str(settings.get("host") or "127.0.0.1"), int(settings.get("port") or 5038),
            provider.secrets.get("username", ""), provider.secrets.get("secret", ""),
        )  # fmt: skip
        registrations = await _listed(ami, "PJSIPShowRegistrationsOutbound") if trunk.registers else []
        return registrations, await _listed(ami, "PJSIPShowEndpoint", Endpoint=trunk.key)
    finally:
        await ami.close()


async def _listed(ami: Ami, name: str, **fields: Any) -> list[Fields]:
    """A list that may be refused because there is nothing to list."""
    try:
        return await ami.list_action(name, **fields)
    except AmiError as error:
        if "no answer" in str(error) or "lost" in str(error):
            raise
        return []


def told(trunk: Trunk, registrations: Iterable[Fields], contacts: Iterable[Fields]) -> State:
    """What Asterisk's lists say of the trunk (OutboundRegistrationDetail, ContactStatusDetail of Asterisk 22)."""
    known = list(contacts)
    if not known:
        return State(UNKNOWN, _("not applied yet: the exchange does not know it"))
    if trunk.registers:
        mine = [one for one in registrations if str(one.get("ObjectName")) == trunk.key]
        status = str(mine[0].get("Status", "")) if mine else ""
        if status != "Registered":
            return State(BAD, _("not registered: %(status)s") % {"status": status or "—"})
        return State(GOOD, _("registered"))
    status = next((str(one["Status"]) for one in known if one.get("Event") == "ContactStatusDetail"), "")
    if status == "Reachable":
        return State(GOOD, _("answers"))
    return (
        State(BAD, _("does not answer"))
        if status == "Unreachable"
        else State(UNKNOWN, _("not asked by the exchange yet"))
    )
