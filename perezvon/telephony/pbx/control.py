"""Orders to the running exchange, for views and actions of web processes: small, synchronous, two seconds at most.

Each opens a connection of its own to AMI on the loopback (some milliseconds), so nothing is shared between threads. All
raise ``ControlError``: its text is for the reader. They record nothing: the action that calls them does (who listened to
whom, who took a call away). Call them after the commit. A call is named by ``Call.key``, a telephone by the internal number.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ..models import Extension, Provider, Queue
from ..providers.asterisk.channels import BROWSER_SIGN
from ..providers.contract import ExchangeError
from .ami import Ami, AmiError, Silent
from .generate.base import MANAGER
from .generate.queues import RING_ALL, TOP_SKILL
from .generate.text import plain
from .live import Channel, channels
from .node import Node
from .nodes import node_for
from .plan import interface_of

RING_SECONDS = 25
LISTEN, WHISPER, BARGE = "listen", "whisper", "barge"
_SPY = {LISTEN: "qS", WHISPER: "qwS", BARGE: "qBS"}
QUEUES = "queues.conf"


class ControlError(ExchangeError):
    """The exchange could not do it; the text says why, in the reader's language.

    ``is_certain`` = it did not; else it was asked, its answer did not come, and it may have done it.
    """

    def __init__(self, reason: str, *, is_certain: bool = True) -> None:
        super().__init__(reason, 502)
        self.is_certain = is_certain


@dataclass(frozen=True, slots=True)
class Telephone:
    """A telephone of a person: its endpoint ("201w") and whether it is connected right now."""

    endpoint: str
    is_browser: bool
    is_connected: bool
    state: str


@contextmanager
def link(provider: Provider) -> Iterator[Ami]:
    """A connection to the exchange's manager. ControlError."""
    is_asked = False
    secret, username = provider.secrets.get("secret", ""), provider.secrets.get("username") or MANAGER
    try:
        with Ami(node_for(provider), secret, username=username) as ami:
            is_asked = True
            yield ami
    except AmiError as error:
        is_certain = not (is_asked and isinstance(error, Silent))
        raise ControlError(
            _("The exchange could not do it: %(why)s") % {"why": error}, is_certain=is_certain
        ) from error


def node_of(provider: Provider, extension: str) -> Provider:
    """The node at which a telephone of this number is connected; a node that does not answer has none.

    ``provider`` itself when it has no twins, or when the number is connected nowhere.
    """
    nodes = provider.nodes()
    for node in nodes if len(nodes) > 1 else ():
        try:
            with link(node) as ami:
                _connected(ami, node, extension)
        except ControlError:
            continue
        return node
    return provider


# --- calls out ----------------------------------------------------------------


def click(
    provider: Provider,
    extension: str,
    phone: str,
    *,
    line: str = "",
    shown: str = "",
    key: str = "",
    endpoint: str = "",
) -> str:
    """Ring the employee's telephone, then the client ``phone`` (E.164); returns the key of the call that begins.

    ``line`` is our number to show the client; ``shown`` is what the employee's telephone shows ("" = no number at all: the
    client's is never sent to it); ``endpoint`` chooses one of his telephones.
    """
    digits = _digits(phone)
    key = key or new_key(node_for(provider))
    with link(provider) as ami:
        chosen = endpoint or _connected(ami, provider, extension)
        _ring(
            ami,
            chosen,
            key,
            "click",
            "s",
            shown,
            {"PZ_TO": digits, "PZ_SHOW": line.removeprefix("+"), "PZ_PHONE": extension},
        )
    return key


def keep_place(
    provider: Provider, queue: Queue, phone: str, *, key: str, place: int = 1, line: str = "", call_key: str = ""
) -> None:
    """Let a stand-in wait in the queue for a client who asked to be called back; ``key`` names its call (``new_key``).

    When an employee has taken it, the client ``phone`` is rung and the two talk. ``place`` counts from 1; ``call_key`` is
    the call in which he asked.
    """
    digits = _digits(phone)
    variables = {"PZ_PLACE": max(1, place), "PZ_SHOW": line.removeprefix("+"), "PZ_FROM": call_key}
    with link(provider) as ami:
        ami.action(
            "Originate", Channel=f"Local/{digits}@queue-{queue.pk}-client/n", Context=f"queue-{queue.pk}-place", Exten="s",
            Priority=1, Timeout=10_000, Async="true", ChannelId=key, OtherChannelId=f"{key}-2",
            CallerID=f"<{digits}>", Variable=[f"{name}={value}" for name, value in variables.items()],
        )  # fmt: skip


# --- calls that last ----------------------------------------------------------


def live(provider: Provider) -> list[Channel]:
    """All channels of the exchange now."""
    with link(provider) as ami:
        return channels(ami.list_action("CoreShowChannels"))


def listen(provider: Provider, extension: str, call_key: str, *, mode: str = LISTEN) -> str:
    """Ring the supervisor's telephone and let him hear the call; returns the key of his own call.

    ``mode``: LISTEN hears both, WHISPER is heard by the employee only, BARGE by both.
    """
    key = new_key(node_for(provider))
    with link(provider) as ami:
        spied = _talking(_of(ami, call_key))
        chosen = _connected(ami, provider, extension)
        ami.action(
            "Originate", Channel=f"PJSIP/{chosen}", Application="ChanSpy", Data=f"{spied.name},{_SPY[mode]}",
            Timeout=RING_SECONDS * 1000, Async="true", ChannelId=key, CallerID=f"{mode} <{spied.extension or mode}>",
            Variable=[f"PZ_PHONE={extension}", *_asked_for(key)],
        )  # fmt: skip
    return key


def whisper(provider: Provider, extension: str, call_key: str) -> str:
    """Listen, and speak to the employee without the client hearing it."""
    return listen(provider, extension, call_key, mode=WHISPER)


def barge(provider: Provider, extension: str, call_key: str) -> str:
    """Join the talk."""
    return listen(provider, extension, call_key, mode=BARGE)


def take_over(provider: Provider, extension: str, call_key: str) -> None:
    """Lead the client away from whoever talks to him (or from the queue) to this employee's telephone."""
    with link(provider) as ami:
        client = _client(_of(ami, call_key))
        _connected(ami, provider, extension)
        ami.action("Redirect", Channel=client.name, Context="people", Exten=extension, Priority=1)


def transfer(provider: Provider, call_key: str, to: str) -> None:
    """Hand the client over without asking: to an internal number or to a telephone number (E.164)."""
    with link(provider) as ami:
        client = _client(_of(ami, call_key))
        ami.action("Redirect", Channel=client.name, Context="transfer", Exten=_place(to), Priority=1)


def consult(provider: Provider, call_key: str, to: str) -> None:
    """Put the client on hold and ring a colleague first; ``hang_up`` of the employee then connects the two."""
    with link(provider) as ami:
        employee = _talking(_of(ami, call_key))
        ami.action("Atxfer", Channel=employee.name, Context="transfer", Exten=_place(to))


def return_to_client(provider: Provider, call_key: str) -> None:
    """Give up asking the colleague and go back to the client."""
    with link(provider) as ami:
        ami.action("CancelAtxfer", Channel=_talking(_of(ami, call_key)).name)


def move(provider: Provider, call_key: str, queue: Queue) -> None:
    """Put a client into another queue: one who waits, or one who talks."""
    with link(provider) as ami:
        client = _client(_of(ami, call_key))
        ami.action("Redirect", Channel=client.name, Context=f"queue-{queue.pk}", Exten="s", Priority=1)


def hang_up(provider: Provider, call_key: str, *, extension: str = "") -> None:
    """End the call, or only the leg of one employee."""
    with link(provider) as ami:
        legs = _of(ami, call_key)
        chosen = [leg for leg in legs if not extension or leg.extension == extension]
        if not chosen:
            raise ControlError(_("The call is over."))
        ami.action("Hangup", Channel=chosen[0].name, Cause=16)
        for leg in chosen[1:]:
            with suppress(AmiError):  # it went with the first
                ami.action("Hangup", Channel=leg.name, Cause=16)


# --- queues -------------------------------------------------------------------


def join_queue(provider: Provider, queue: Queue, extension: str, *, skill: int = 5, name: str = "") -> None:
    """Let an employee answer a queue from now on, also after the exchange has started anew."""
    interface, hint = _interface(provider, extension)
    penalty = 0 if queue.strategy == RING_ALL else TOP_SKILL - skill
    _change_members(
        provider, queue, interface, ",".join((interface, str(penalty), plain(name) or extension, *filter(None, [hint])))
    )


def leave_queue(provider: Provider, queue: Queue, extension: str) -> None:
    """Take an employee out of a queue."""
    _change_members(provider, queue, _interface(provider, extension)[0], "")


def _change_members(provider: Provider, queue: Queue, interface: str, line: str) -> None:
    """Write the member's line anew in the exchange's own file ("" = take it out) and let it read its queues again.

    A member that stands in queues.conf cannot be removed in any other way ("Member not dynamic"), and one that was added
    otherwise would be forgotten at the next start.
    """
    acts: list[dict[str, str]] = []
    with link(provider) as ami:
        told = ami.action("GetConfig", Filename=QUEUES, Category=queue.key)
        lines = [str(value).partition("=")[2].lstrip("> ") for name, value in told.items() if name.startswith("Line-")]
        for known in lines:
            if known.partition(",")[0] == interface:
                acts.append({"Action": "Delete", "Cat": queue.key, "Var": "member", "Match": known})
        if line:
            acts.append({"Action": "Append", "Cat": queue.key, "Var": "member", "Value": f">{line}"})
        if acts:
            fields = {f"{name}-{place:06}": value for place, act in enumerate(acts) for name, value in act.items()}
            ami.action("UpdateConfig", SrcFilename=QUEUES, DstFilename=QUEUES, Reload="app_queue", **fields)


def pause(provider: Provider, extension: str, *, reason: str = "", queue: Queue | None = None) -> None:
    """Ring the employee no more, in one queue or in all of them; ``reason`` is shown to supervisors."""
    _pause(provider, extension, "true", reason, queue)


def unpause(provider: Provider, extension: str, *, queue: Queue | None = None) -> None:
    """Ring the employee again."""
    _pause(provider, extension, "false", "", queue)


def _pause(provider: Provider, extension: str, paused: str, reason: str, queue: Queue | None) -> None:
    fields: dict[str, Any] = {"Interface": _interface(provider, extension)[0], "Paused": paused, "Reason": reason}
    with link(provider) as ami:
        ami.action("QueuePause", **fields, **({"Queue": queue.key} if queue else {}))


def queue_status(provider: Provider) -> list[dict[str, Any]]:
    """What AMI's QueueStatus tells: QueueParams, QueueMember and QueueEntry events with their fields."""
    with link(provider) as ami:
        return ami.list_action("QueueStatus")


def telephones(provider: Provider) -> list[Telephone]:
    """All telephones and whether they are connected."""
    with link(provider) as ami:
        states = _states(ami)
    numbers = Extension.objects.filter(provider=provider.first_id, devices__is_enabled=True)
    rows = numbers.values_list("number", "devices__kind").order_by("number", "devices__kind")
    found = []
    for number, kind in rows:
        endpoint = number + BROWSER_SIGN if kind == "browser" else number
        state = states.get(endpoint, "UNKNOWN")
        found.append(Telephone(endpoint, kind == "browser", state not in _AWAY, state))
    return found


# --- the exchange itself ------------------------------------------------------


def reload(provider: Provider, module: str = "") -> None:
    """Read one module's files anew, or everything."""
    with link(provider) as ami:
        ami.action("Reload", **({"Module": module} if module else {}))


def console(provider: Provider, command: str) -> str:
    """What the exchange's own console answers."""
    with link(provider) as ami:
        return ami.command(command)


def restart_when_idle(provider: Provider) -> None:
    """Let the exchange end as soon as no call lasts; `perezvon up` (or what else keeps it) starts it anew."""
    with link(provider) as ami:
        ami.order("core stop when convenient")


def new_key(node: Node) -> str:
    """A name for a call that we begin; unique over nodes."""
    return f"{node.text('node')}-our-{secrets.token_hex(8)}"


# --- below --------------------------------------------------------------------

_AWAY = frozenset({"UNAVAILABLE", "INVALID", "UNKNOWN"})


def _ring(ami: Ami, endpoint: str, key: str, context: str, exten: str, shown: str, variables: dict[str, Any]) -> None:
    ami.action(
        "Originate", Channel=f"PJSIP/{endpoint}", Context=context, Exten=exten, Priority=1, Timeout=RING_SECONDS * 1000,
        Async="true", ChannelId=key, CallerID=f"<{_shown(shown)}>",
        Variable=[*(f"{name}={value}" for name, value in variables.items() if value != ""), *_asked_for(key)],
    )  # fmt: skip


def _asked_for(key: str) -> list[str]:
    """Tell a telephone that its owner made it ring: it answers by itself, and may ask which call this is.

    As variables, for PreDialGoSub does nothing in an Originate (Asterisk 22.10).
    """
    headers = {"X-Perezvon-Call": key, "X-Perezvon-Click": "1", "Alert-Info": "info=alert-autoanswer"}
    return [f"PJSIP_HEADER(add,{name})={value}" for name, value in headers.items()]


def _shown(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum() or sign in "+ -")[:40].strip() or "client"


def _digits(phone: str) -> str:
    digits = phone.removeprefix("+")
    if not (digits.isascii() and digits.isdecimal()):
        raise ControlError(_("This is not a telephone number."))
    return digits


def _place(text: str) -> str:
    digits = text.removeprefix("+")
    if not (digits.isascii() and digits.isdecimal()):
        raise ControlError(_("A call is handed over to a number."))
    return digits


def _interface(provider: Provider, extension: str) -> tuple[str, str]:
    """The queue's name of a person's telephones, and where their common state is seen ("" = at the telephone itself)."""
    rows = Extension.objects.filter(provider=provider.first_id, number=extension, devices__is_enabled=True)
    kinds = list(rows.order_by("devices__kind", "devices__id").values_list("devices__kind", flat=True))
    if not kinds:
        raise ControlError(_("Number %(number)s has no telephone.") % {"number": extension})
    endpoints = [extension + BROWSER_SIGN if kind == "browser" else extension for kind in kinds]
    return interface_of(extension, endpoints), f"hint:{extension}@phones-of" if len(endpoints) > 1 else ""


def _states(ami: Ami) -> dict[str, str]:
    rows = ami.list_action("DeviceStateList")
    return {str(row.get("Device", "")).partition("/")[2]: str(row.get("State", "")) for row in rows}


def _connected(ami: Ami, provider: Provider, extension: str) -> str:
    """The telephone to ring: the browser's when it is connected, else the desk's. ControlError when neither is."""
    states = _states(ami)
    for endpoint in (extension + BROWSER_SIGN, extension):
        if states.get(endpoint, "UNKNOWN") not in _AWAY:
            return endpoint
    raise ControlError(_("The telephone %(number)s is not connected.") % {"number": extension})


def _of(ami: Ami, call_key: str) -> list[Channel]:
    found = [one for one in channels(ami.list_action("CoreShowChannels")) if one.call_key == call_key]
    if not found:
        raise ControlError(_("The call is over."))
    return found


def _client(legs: list[Channel]) -> Channel:
    """The client's leg: the one that came through a trunk, else the first."""
    return next((leg for leg in legs if leg.is_client), legs[0])


def _talking(legs: list[Channel]) -> Channel:
    """The employee's leg of a talk."""
    found = next((leg for leg in legs if leg.bridge and not leg.is_client and leg.name.startswith("PJSIP/")), None)
    if found is None:
        raise ControlError(_("Nobody talks in this call."))
    return found
