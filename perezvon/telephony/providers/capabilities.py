"""What we may ask of an exchange, as far as it can do it: the optional half of the contract.

An adapter that can do something puts a function of the type described here on its ``Adapter``; None = it cannot.
All of them talk to the exchange over the network, so they are called outside of transactions, from jobs and from
views that may wait a few seconds; all raise ExchangeError, whose ``retry_after`` says whether it is worth asking again.

    click_to_call(account, dial) -> Dialled         ring the employee, then the client
    fetch_record(account, record) -> context manager of kit.outgoing.Stream: the sound as it comes
    statistics(account, since, until) -> iterable of contract.Event: their own account of every call that began in
        [since, until), one event a call, named STATISTICS. Interpreted alone it gives their call in canonical form;
        stored beside our events it mends ours.
    route(account, route) -> None                   lead a call that is still in the menu to an employee
    employees(account) -> Roster                    who and which queues the exchange knows
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from perezvon.kit.outgoing import Stream

if TYPE_CHECKING:
    from .contract import Account, Event

STATISTICS = "statistics.call"  # our own raw event: what the exchange's statistics say of a call
ASKED = "asked.call"  # our own raw event: whom a call is for whose name we chose ourselves


@dataclass(frozen=True, slots=True)
class Dial:
    """A call that an employee wants: he is rung first, then the client.

    ``extension`` is his number or login at this exchange, ``phone`` the client's number and ``line`` our number that
    the client will see (both E.164; "" = the exchange decides). ``ask`` is our own name of this wish.
    """

    extension: str
    phone: str
    line: str = ""
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """The typed form of our own ASKED: the client's number and whose telephone is rung first."""

    phone: str
    extension: str


@dataclass(frozen=True, slots=True)
class Dialled:
    """What the exchange said: its name of the call (``Call.key``), where it tells it; "" otherwise."""

    call_key: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A recording at the exchange: ``id`` is ``Call.record``, ``call_key`` is ``Call.key``."""

    id: str
    call_key: str
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A call in the menu and the employee to whom it is to be led; ``leg`` is the exchange's name of the leg."""

    call_key: str
    leg: str
    extension: str
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """An employee as the exchange knows him; ``number`` is what its events call him (extension, login or id).

    ``also`` are further numbers by which he can be rung there.
    """

    number: str
    name: str
    email: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A queue or group of the exchange; ``key`` is what its events call it."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody and every queue that the exchange knows."""

    seats: tuple[Seat, ...] = ()
    groups: tuple[Group, ...] = ()


ClickToCall = Callable[["Account", Dial], Dialled]
FetchRecord = Callable[["Account", Record], AbstractContextManager[Stream]]
Statistics = Callable[["Account", datetime, datetime], Iterable["Event"]]
SendRoute = Callable[["Account", Route], Any]
Employees = Callable[["Account"], Roster]
