"""Every kind of made-up Mango call comes out at its stage, through the same door as the webhook."""

from datetime import datetime
from typing import Any

import pytest

from perezvon.crm.models import ContactPoint
from perezvon.journey.models import Fact
from perezvon.telephony.models import Call, Provider, RawEvent
from perezvon.telephony.testing import KINDS, mango_call, store_events

from .conftest import CLIENT, LINE

STAGES = {
    "answered": "talked", "answered_direct": "talked", "lines_busy": "L01", "off_hours": "L02", "ivr_hangup": "L03",
    "ivr_no_choice": "L04", "queue_abandoned": "L05", "queue_timeout": "L06", "no_answer": "L07", "dropped": "L08",
    "outbound": "talked", "outbound_no_answer": "",
}  # fmt: skip


def test_every_kind_is_here() -> None:
    assert set(STAGES) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_kind_ends_at_its_stage(kind: str, mango: Provider, noon: datetime, drain: Any) -> None:
    store_events(mango, mango_call(kind, caller=CLIENT, line=LINE, started_at=noon))
    drain(at=noon)
    call = Call.objects.get()
    assert (call.stage, call.state, call.observed) == (STAGES[kind], "ended", True)
    assert call.phone == CLIENT
    assert call.line == LINE
    assert call.person_id == ContactPoint.objects.get().owners.get().person_id
    assert not RawEvent.objects.exclude(state="done").exists()


def test_a_talk_is_told_from_ring_to_end(mango: Provider, noon: datetime, drain: Any, anna: Any) -> None:
    anna.extension = "101"
    anna.save()
    store_events(mango, mango_call("answered", caller=CLIENT, line=LINE, started_at=noon, wait=20, talk=60))
    drain(at=noon)
    facts = list(Fact.objects.filter(kind__startswith="call.").order_by("id"))
    assert [fact.kind for fact in facts] == [
        "call.started", "call.queued", "call.ringing", "call.connected", "call.ended",
    ]  # fmt: skip
    connected, ended = facts[3], facts[4]
    assert (connected.by_id, connected.seconds) == (anna.pk, 28)
    assert (ended.by_id, ended.seconds, ended.details["stage"], ended.details["cause"]) == (
        anna.pk, 60, "talked", "caller_hangup",
    )  # fmt: skip
    assert "9161234567" not in str([fact.details for fact in facts])
