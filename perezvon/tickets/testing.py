"""What tests of requests lean on: calls as telephony tells them, without an exchange behind."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction

from perezvon.crm.actions import identify
from perezvon.journey.actions import record
from perezvon.journey.models import Fact
from perezvon.journey.pump import fire_due
from perezvon.journey.registry import readers
from perezvon.telephony.models import Call, Provider

from .models import Ticket

MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)  # ten in the morning in Moscow
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LINE = "+74955550101"
CLIENT = "+79161234567"
_numbers = count(1)
_heard = [0]


def exchange() -> Provider:
    """An exchange for calls to belong to."""
    return Provider.objects.get_or_create(
        slug="test", defaults={"kind": "mango", "name": "Test", "created_at": MONDAY}
    )[0]


def ring(phone: str = CLIENT, *, at: datetime, direction: str = "in", **fields: Any) -> Call:
    """A call starts and the ledger is told; "" is a hidden number."""
    person = identify([phone], at=at).get(phone) if phone else None
    call = Call.objects.create(
        provider=exchange(), key=f"call-{next(_numbers)}", direction=direction, phone=phone, person_id=person,
        line=fields.pop("line", LINE), started_at=at, **fields,
    )  # fmt: skip
    tell("call.started", call, at)
    return call


def hang_up(
    call: Call, stage: str, *, at: datetime, cause: str = "caller_hangup", by: Any = None, observed: bool = True
) -> Call:
    """The call is over at a stage; the ledger is told."""
    talked = stage in ("talked", "L08")
    call.state, call.stage, call.cause, call.ended_at, call.observed = "ended", stage, cause, at, observed
    call.user = by
    call.answered_at = call.started_at + timedelta(seconds=15) if talked else None
    call.talk_seconds = int((at - call.answered_at).total_seconds()) if call.answered_at else 0
    call.save()
    tell("call.ended", call, at)
    return call


def tell(kind: str, call: Call, at: datetime) -> None:
    """Record a fact about a call."""
    with transaction.atomic():
        record(kind, at=at, call_id=call.pk, person_id=call.person_id, department_id=call.department_id, channel="call")


def had(phone: str = CLIENT, stage: str = "L05", *, at: datetime, minutes: float = 2, **fields: Any) -> Call:
    """A whole call, not yet read by anybody."""
    by = fields.pop("by", None)
    observed = fields.pop("observed", True)
    cause = fields.pop("cause", "caller_hangup")
    call = ring(phone, at=at, **fields)
    return hang_up(call, stage, at=at + timedelta(minutes=minutes), by=by, observed=observed, cause=cause)


def lived(at: datetime) -> None:
    """This room has heard everything and its timers up to ``at`` have fired, inside the test's transaction.

    The real pump reads only what is committed (``tests/test_readers.py`` has it).
    """
    for _round in range(20):
        untold = Fact.objects.raw("SELECT * FROM journey_fact WHERE id > %s ORDER BY id", [_heard[-1]])
        facts = list(untold)
        if facts:
            _heard.append(facts[-1].id)
        for name in ("tickets.intake", "tickets.progress", "tickets.routing", "tickets.times"):
            own = [fact for fact in facts if readers[name].hears(fact.kind)]
            if own:
                readers[name].handle(own)
        if not fire_due(at=at) and not facts:
            return
    raise AssertionError("the room does not come to rest")


def request_of(phone: str = CLIENT) -> Ticket:
    """The only request of a client."""
    return Ticket.objects.get(person__contact_owners__point__value=phone)
