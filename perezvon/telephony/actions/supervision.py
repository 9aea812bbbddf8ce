"""A supervisor steps into a call, or leads people: listen, prompt, join, take over, move, hand over, queues, states.

Who did what to whom is written down before the exchange is asked, and its answer afterwards: an order that
nobody could carry out stands in the history too. The exchange is asked outside of any transaction.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record
from perezvon.staff.actions import set_presence
from perezvon.staff.models import User

from .. import facts, telephones
from ..models import Call, Extension, Queue, Supervision
from ..pbx import control
from . import pausing
from .queues import set_member

Way, State = Supervision.Way, Supervision.State
Refused = control.ControlError


def listen(call: Call, *, way: str = Way.LISTEN, by: Any, at: datetime) -> Supervision:
    """Ring the supervisor's telephone and put him into the talk: unheard, heard by the employee, or by both.

    ControlError when nobody talks, when it is his own call, or the exchange cannot do it.
    """
    way = Way(way)
    order = {Way.LISTEN: control.listen, Way.WHISPER: control.whisper, Way.BARGE: control.barge}[way]
    if call.user_id is None or call.state not in (Call.State.TALKING, Call.State.HELD):
        raise Refused(_("Nobody talks in this call."))
    if call.user_id == by.pk:
        raise Refused(_("This is your own call."))
    own = number_at(by, call.provider_id)
    return _do(call, way, lambda: order(call.provider, own, call.key), by=by, at=at)


def take_over(call: Call, *, by: Any, at: datetime) -> Supervision:
    """Lead the client to the supervisor's own telephone, out of a queue or from whoever talks to him. ControlError."""
    own = number_at(by, call.provider_id)
    return _do(call, Way.TAKE_OVER, lambda: control.take_over(call.provider, own, call.key), by=by, at=at)


def move(call: Call, queue: Queue, *, by: Any, at: datetime) -> Supervision:
    """Put a client into another queue of the same exchange. ControlError."""
    if queue.provider_id != call.provider_id:
        raise Refused(_("The queue is at another exchange."))
    return _do(call, Way.MOVE, lambda: control.move(call.provider, call.key, queue), by=by, at=at, to=queue.name)


def hand(call: Call, employee: User, *, by: Any, at: datetime) -> Supervision:
    """Ring another employee and give him the client. ControlError."""
    number = number_at(employee, call.provider_id)
    order = lambda: control.transfer(call.provider, call.key, number)  # noqa: E731
    return _do(call, Way.HAND, order, by=by, at=at, to=employee.name)


def put_into_queue(employee: User, queue: Queue, skill: int | None, *, by: Any, at: datetime) -> Supervision:
    """Let an employee answer a queue with this skill (None = no longer), now and after the next start of the exchange.

    ValidationError for a skill out of 1..10 or an employee without a number; ControlError when the running exchange
    did not take it: the setting stands, and comes into force when the configuration is applied.
    """
    number = number_at(employee, queue.provider_id)
    with transaction.atomic():
        before = set_member(queue, employee.pk, skill, by=by, at=at)
        to = queue.name if skill is None else f"{queue.name}: {skill}"
        row = _write(Way.QUEUES, by=by, at=at, employee=employee, department_id=employee.department_id, to=to)

    def order() -> None:
        for node in queue.provider.nodes():
            if skill is not None:
                control.join_queue(node, queue, number, skill=skill, name=employee.name)
            elif before is not None:
                control.leave_queue(node, queue, number)
        if skill is not None:
            pausing.follow([employee.pk], at)  # somebody on a break is not rung from his new queue either

    return _carry_out(row, order, at)


@transaction.atomic
def set_state(employee: User, state: str, *, reason: str = "", by: Any, at: datetime) -> Supervision:
    """Change what an employee is said to do: a break, back on the line. Our own exchange follows it by itself."""
    presence = set_presence(employee, state, reason=reason, by=by, at=at)
    to = reason or str(presence.state)
    row = _write(Way.STATE, by=by, at=at, employee=employee, department_id=employee.department_id, to=to)
    return _settle(row, State.DONE, at)


def number_at(user: Any, provider_id: int) -> str:
    """The internal number of somebody at an exchange. ControlError when he has none there."""
    found = sorted(number for provider, number in telephones.numbers_of(user.pk) if provider == provider_id)
    known = found or list(Extension.objects.filter(user=user.pk, provider=provider_id).values_list("number", flat=True))
    if not known:
        raise Refused(_("%(name)s has no telephone at this exchange.") % {"name": user.name})
    return known[0]


def _do(call: Call, way: str, order: Callable[[], Any], *, by: Any, at: datetime, to: str = "") -> Supervision:
    row = _write(way, by=by, at=at, employee=call.user, department_id=call.department_id, call=call, to=to)
    return _carry_out(row, order, at)


def _write(way: str, *, by: Any, at: datetime, **fields: Any) -> Supervision:
    return Supervision.objects.create(way=way, by=by, at=at, **fields)


def _carry_out(row: Supervision, order: Callable[[], Any], at: datetime) -> Supervision:
    """Ask the exchange, then write down what came of it."""
    try:
        answer = order()
    except Refused as error:
        row.error = error.reason[:200]
        _settle(row, State.REFUSED, at)
        raise
    row.own_key = answer if isinstance(answer, str) else ""
    return _settle(row, State.DONE, at)


@transaction.atomic
def _settle(row: Supervision, state: str, at: datetime) -> Supervision:
    row.state = state
    row.save(update_fields=["state", "error", "own_key"])
    if state == State.DONE:
        kind = facts.CALL_SUPERVISED if row.call_id else facts.STAFF_SUPERVISED
        record(
            kind, at=at, by=row.by, owner_id=row.employee_id, department_id=row.department_id, call_id=row.call_id,
            person_id=row.call.person_id if row.call else None, channel="call" if row.call_id else "", way=row.way,
            name=row.employee.name if row.employee else "", to=row.to,
        )  # fmt: skip
    return row
