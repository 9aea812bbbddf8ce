"""Exchanges, our numbers, queues, internal numbers, callers who are not put through."""

from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from perezvon.api.ids import named
from perezvon.api.nouns import Caller, Expansion, Noun, register
from perezvon.api.schemas import Field, Id, In, Moment, Out
from perezvon.crm.models import Product
from perezvon.kit import phones
from perezvon.staff.models import Department, User

from ..actions import blocking, lines, queues
from ..models import BlockedNumber, Extension, Line, Provider, Queue, QueueMember
from .calls import masked


class ExchangeOut(Out):
    """A connected exchange; its keys are never told."""

    id: int
    kind: str
    name: str
    slug: str
    department_id: int | None
    is_enabled: bool
    created_at: datetime
    last_event_at: datetime | None


register(Noun(
    "exchanges", "exchange", _("Exchanges"), ExchangeOut, lambda user, verb: Provider.objects.visible_to(user, verb), "provider",
))  # fmt: skip


class LineOut(Out):
    """A number that clients dial."""

    id: int
    number: str = Field(description=_("E.164."))
    name: str
    department_id: int | None
    product_id: int | None
    provider_id: int | None
    is_enabled: bool
    is_sticky: bool = Field(description=_("First to the client's own manager."))


class LineChange(In):
    """Only the fields that are sent are changed."""

    name: Annotated[str, Field(max_length=80)] = ""
    department_id: Id | None = None
    product_id: Id | None = None
    is_enabled: bool = True
    is_sticky: bool = True


class LineIn(LineChange):
    """One of our numbers."""

    number: Annotated[str, Field(min_length=1, max_length=64, description=_("With +7, 8, spaces, brackets, dashes."))]


LINES = register(Noun(
    "lines", "line", _("Our numbers"), LineOut, lambda user, verb: Line.objects.visible_to(user, verb), "number",
    narrow={"number": "number", "department": "department_id"},
))  # fmt: skip


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    near = {"department_id": Department.objects.all(), "product_id": Product.objects.filter(is_archived=False)}
    return {
        name.removesuffix("_id"): named(near[name], value, name) if name in near else value
        for name, value in given.items()
    }


@LINES.adds(LineIn, right="provider.administer")
def add_line(caller: Caller, body: LineIn) -> Line:
    """One more number."""
    values = _columns({name: value for name, value in body.given().items() if name != "number"})
    return lines.add_line(phones.normalise(body.number) or body.number[:20], by=caller.user, at=caller.at, **values)


@LINES.changes(LineChange, right="provider.administer")
def change_line(caller: Caller, line: Line, body: LineChange, version: int | None) -> Line:
    """The number with other values."""
    return lines.change_line(line, by=caller.user, at=caller.at, **_columns(body.given()))


class QueueOut(Out):
    """A queue of an exchange."""

    id: int
    provider_id: int
    key: str = Field(description=_("The exchange's own name of it."))
    name: str
    department_id: int | None
    strategy: Queue.Strategy
    most_wait_seconds: int
    answer_within_seconds: int
    is_recorded: bool
    is_enabled: bool


QUEUES = register(Noun(
    "queues", "queue", _("Queues"), QueueOut, lambda user, verb: Queue.objects.visible_to(user, verb), "provider",
    narrow={"provider": "provider_id", "key": "key"}, expand={"provider": Expansion("exchanges", "provider_id")},
))  # fmt: skip


class QueueMemberIn(In):
    """Who answers, and how well: of those who are free the higher skill is rung first; null takes him out."""

    user_id: Id
    skill: Annotated[int, Field(ge=1, le=10)] | None = 5


@QUEUES.verb("member", _("Queues: who answers"), QueueMemberIn, right="provider.administer")
def member(caller: Caller, queue: Queue, body: QueueMemberIn) -> Queue:
    """In, out, or with another skill."""
    named(User.objects.working(), body.user_id, "user_id")
    queues.set_member(queue, body.user_id, body.skill, by=caller.user, at=caller.at)
    return queue


class QueueMemberOut(Out):
    """Who answers a queue."""

    id: int
    queue_id: int
    user_id: int
    skill: int


def _members(user: Any, verb: str) -> Any:
    return QueueMember.objects.filter(queue__in=Queue.objects.visible_to(user, verb).order_by().values("pk"))


register(Noun(
    "queue-members", "queue_member", _("Who answers queues"), QueueMemberOut, _members, "provider",
    narrow={"queue": "queue_id", "user": "user_id"}, expand={"queue": Expansion("queues", "queue_id")},
))  # fmt: skip


class ExtensionOut(Out):
    """Whose internal number it is at an exchange."""

    id: int
    provider_id: int
    number: str
    user_id: int


register(Noun(
    "extensions", "extension", _("Internal numbers"), ExtensionOut, lambda user, verb: Extension.objects.visible_to(user, verb),
    "provider", narrow={"provider": "provider_id", "user": "user_id", "number": "number"},
))  # fmt: skip


class BlockedOut(Out):
    """A caller who is not put through."""

    id: int
    phone: str
    reason: str
    by_id: int | None
    at: datetime
    until: datetime | None = Field(description=_("null = for good."))


class BlockedIn(In):
    """Whom, why and until when; the same number again changes why and until when."""

    phone: Annotated[str, Field(min_length=1, max_length=64, description=_("With +7, 8, spaces, brackets, dashes."))]
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    until: Moment | None = None


BLOCKED = register(Noun(
    "blocked-numbers", "blocked_number", _("Blocked callers"), BlockedOut,
    lambda user, verb: BlockedNumber.objects.visible_to(user, verb), "number", dress=masked("phone"),
))  # fmt: skip


@BLOCKED.adds(BlockedIn, right="edit")
def block(caller: Caller, body: BlockedIn) -> BlockedNumber:
    """Not put through any more."""
    number = phones.normalise(body.phone) or body.phone
    return blocking.block_number(number, body.reason, until=body.until, by=caller.user, at=caller.at)


@BLOCKED.removes()
def unblock(caller: Caller, blocked: BlockedNumber) -> None:
    """Put through again."""
    blocking.unblock_number(blocked, by=caller.user, at=caller.at)
