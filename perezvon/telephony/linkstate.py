"""Is the trunk alive? Asked of Asterisk itself, while somebody looks at the screen."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from .models import Trunk
from .pbx.ami import Ami, AmiError
from .pbx.control import ControlError, link
from .pbx.plan import Trunk as Planned
from .providers.asterisk.ami import Fields

GOOD, BAD, UNKNOWN = "good", "bad", "unknown"


@dataclass(frozen=True, slots=True)
class State:
    """How the trunk is: ``tone`` good, bad or unknown, and the words for the screen."""

    tone: str
    words: str


def state_of(trunk: Trunk) -> State:
    """Registered or not, reachable or not; unknown when the exchange cannot be asked."""
    name = Planned(trunk.pk, trunk.key).endpoint
    try:
        with link(trunk.provider) as ami:
            registrations = _listed(ami, "PJSIPShowRegistrationsOutbound") if trunk.registers else []
            return told(trunk, name, registrations, _listed(ami, "PJSIPShowEndpoint", Endpoint=name))
    except ControlError:
        return State(UNKNOWN, _("the exchange does not answer"))


def _listed(ami: Ami, name: str, **fields: str) -> list[Fields]:
    """A list; Asterisk answers with an error when there is nothing to list."""
    try:
        return ami.list_action(name, **fields)
    except AmiError as error:
        if "answer" in str(error) or "lost" in str(error):
            raise
        return []


def told(trunk: Trunk, name: str, registrations: Iterable[Fields], details: Iterable[Fields]) -> State:
    """What Asterisk's lists say of the trunk (OutboundRegistrationDetail, ContactStatusDetail of Asterisk 22)."""
    known = list(details)
    if not known:
        return State(UNKNOWN, _("not applied yet: the exchange does not know it"))
    if trunk.registers:
        mine = [one for one in registrations if str(one.get("ObjectName")) == name]
        status = str(mine[0].get("Status", "")) if mine else ""
        if status != "Registered":
            return State(BAD, _("not registered: %(status)s") % {"status": status or "—"})
        return State(GOOD, _("registered"))
    status = next((str(one["Status"]) for one in known if one.get("Event") == "ContactStatusDetail"), "")
    if status == "Reachable":
        return State(GOOD, _("answers"))
    if status == "Unreachable":
        return State(BAD, _("does not answer"))
    return State(UNKNOWN, _("not asked by the exchange yet"))
