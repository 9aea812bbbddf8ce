"""A supervisor on the real exchange: who hears whom at every step, where the client is, what is written down."""

from collections.abc import Callable
from typing import Any

import pytest

from perezvon.journey.models import Fact
from perezvon.kit import clock
from perezvon.staff import reads
from perezvon.telephony.actions import supervision
from perezvon.telephony.models import Call, Supervision
from perezvon.telephony.pbx import control
from perezvon.telephony.testing_pbx.lab import CARRIER, TELEPHONES
from perezvon.telephony.testing_pbx.sipp import Listen

pytestmark = [pytest.mark.pbx, pytest.mark.xdist_group("pbx")]
CLIENT, OLGA, ANNA, BOSS = 500, 800, 1300, 2100  # everybody has a voice of his own, Hz
ALL = (CLIENT, OLGA, ANNA, BOSS)


@pytest.fixture
def floor(new_exchange: Callable[..., Any], operator: Any, anna: Any, boris: Any, new_ear: Any) -> Any:
    """Olga answers the queue of the line, Anna the queue "support", the supervisor none."""
    reads.forget()
    made = new_exchange()
    made.ears = {CLIENT: new_ear(CLIENT, CARRIER)}
    for user, number, voice in ((operator, "101", OLGA), (anna, "102", ANNA), (boris, "100", BOSS)):
        made.seat(user, number)
        made.ears[voice] = new_ear(voice, TELEPHONES)
    made.queue("support", anna)
    made.line(f"queue:{made.queue('sales', operator).pk}")
    made.open()
    for number, voice in (("101", OLGA), ("102", ANNA), ("100", BOSS)):
        made.telephone(number, Listen(60), ear=made.ears[voice])
    return made


def hear(floor: Any, **wanted: set[int]) -> None:
    """Everybody named hears exactly these."""
    voices = {"client": CLIENT, "olga": OLGA, "anna": ANNA, "boss": BOSS}
    for name, tones in wanted.items():
        assert floor.ears[voices[name]].hears_soon(tones, *ALL) == tones, name


def test_everybody_hears_whom_he_should_and_the_client_goes_where_he_is_led(
    floor: Any, operator: Any, anna: Any, boris: Any
) -> None:
    client = floor.dial(Listen(60), ear=floor.ears[CLIENT])
    call: Call = floor.call(client, state="talking", user=operator)
    who: dict[str, Any] = {"by": boris, "at": clock.now()}
    hear(floor, client={OLGA}, olga={CLIENT})

    row = supervision.listen(call, **who)
    hear(floor, boss={CLIENT, OLGA}, client={OLGA}, olga={CLIENT})
    control.hang_up(floor.provider, row.own_key)

    row = supervision.listen(call, way="whisper", **who)
    hear(floor, olga={CLIENT, BOSS}, boss={CLIENT, OLGA}, client={OLGA})
    control.hang_up(floor.provider, row.own_key)

    row = supervision.listen(call, way="barge", **who)
    hear(floor, olga={CLIENT, BOSS}, client={OLGA, BOSS}, boss={CLIENT, OLGA})
    control.hang_up(floor.provider, row.own_key)
    hear(floor, client={OLGA}, olga={CLIENT})

    supervision.take_over(call, **who)
    hear(floor, client={BOSS}, boss={CLIENT}, olga=set())
    floor.call(client, state="talking", user=boris)

    supervision.move(call, floor.provider.queues.get(key="support"), **who)
    hear(floor, client={ANNA}, anna={CLIENT}, boss=set())
    floor.call(client, state="talking", user=anna)

    supervision.hand(call, operator, **who)
    hear(floor, client={OLGA}, olga={CLIENT}, anna=set())
    floor.call(client, state="talking", user=operator)

    ways = ["listen", "whisper", "barge", "take_over", "move", "hand"]
    assert [row.way for row in Supervision.objects.filter(state="done").order_by("pk")] == ways
    told = Fact.objects.filter(kind="call.supervised", call_id=call.pk, by_id=boris.pk).order_by("pk")
    assert [fact.details["way"] for fact in told] == ways


def test_a_change_of_queues_is_in_force_at_once(floor: Any, anna: Any, operator: Any, boris: Any) -> None:
    sales, at = floor.provider.queues.get(key="sales"), clock.now()
    supervision.put_into_queue(operator, sales, None, by=boris, at=at)
    supervision.put_into_queue(anna, sales, 7, by=boris, at=at)
    client = floor.dial(Listen(60), ear=floor.ears[CLIENT])
    floor.call(client, state="talking", user=anna)
    supervision.set_state(anna, "break", by=boris, at=at)
    assert Fact.objects.filter(kind="presence.supervised").count() == 3
    rows = [row for row in control.queue_status(floor.provider) if row.get("Event") == "QueueMember"]
    assert {(row["Queue"], row["Penalty"]) for row in rows if "102" in row["Location"]} == {
        ("sales", "3"),
        ("support", "1"),
    }
    assert not [row for row in rows if "101" in row["Location"]]
