"""Nobody listened while calls came, or died in the middle of them: they are the same calls afterwards."""

from collections.abc import Callable
from typing import Any

import pytest

from perezvon.journey.models import Fact
from perezvon.telephony.models import Call, DiaryMark, RawEvent
from perezvon.telephony.testing_pbx.kinds import ANSWERS, KINDS, REFUSES, SECRET, SILENT, furnish
from perezvon.telephony.testing_pbx.ports import free_udp
from perezvon.telephony.testing_pbx.sipp import Listen

pytestmark = [pytest.mark.pbx, pytest.mark.xdist_group("pbx")]


@pytest.fixture
def kinds(new_exchange: Callable[..., Any], anna: Any, boris: Any, vera: Any, gleb: Any) -> Any:
    """An exchange on which calls end in every way."""
    made = new_exchange()
    furnish(made.provider, (anna, boris, vera, gleb), free_udp("127.0.0.2"))
    made.is_apart = True
    made.open()
    made.lab.telephone(ANSWERS, SECRET)
    made.lab.telephone(SILENT, SECRET, silent=True)
    return made


def _all_kinds(exchange: Any) -> dict[str, str]:
    """One call of each kind, all at once; the clients by kind, when all is over."""
    exchange.lab.telephone(REFUSES, SECRET, refuse="486 Busy Here")
    clients = {kind.name: exchange.dial(*kind.steps, line=kind.line) for kind in KINDS}
    for client in clients.values():
        exchange.lab.heard.ended(exchange.lab.key(client[1:]))
    return clients


def _essence(call: Call) -> dict[str, Any]:
    """Everything but moments and names."""
    return {
        **{n: getattr(call, n) for n in ("direction", "line", "queue", "menu_node", "user_id", "stage", "cause", "observed", "state")},
        "attempts": [(one["extension"], one["cause"]) for one in call.attempts],
        "path": [(one["state"], one.get("what")) for one in call.path],
        "said": [mark.partition("@")[0] for mark in call.said if not mark.startswith("ended")],
        "facts": sorted(Fact.objects.filter(call_id=call.pk).values_list("kind", flat=True)),
        "is recorded": bool(call.record),
    }  # fmt: skip


def test_ten_calls_that_nobody_heard_are_as_if_somebody_had(kinds: Any) -> None:
    live = {name: kinds.stored(client) for name, client in _all_kinds(kinds).items()}
    kinds.kill_listener()
    clients = _all_kinds(kinds)
    assert not Call.objects.filter(phone__in=clients.values()).exists()
    kinds.listen()
    for kind in KINDS:
        call, heard = kinds.stored(clients[kind.name]), live[kind.name]
        assert (call.stage, call.cause) == (kind.stage, kind.cause), kind.name
        assert _essence(call) == _essence(heard), kind.name
        assert abs(call.talk_seconds - heard.talk_seconds) <= 1
        assert abs(call.wait_seconds - heard.wait_seconds) <= 1
    _read_only_once(kinds, [*clients.values(), *(call.phone for call in live.values())])


def _read_only_once(exchange: Any, clients: list[str]) -> None:
    """Another start finds nothing new, and begins where reading stopped."""
    mark, rows = DiaryMark.objects.get(), RawEvent.objects.count()
    assert mark.offset == exchange.lab.node.diary.stat().st_size, "all was read"
    exchange.kill_listener()
    exchange.listen()
    assert (RawEvent.objects.count(), DiaryMark.objects.get().offset) == (rows, mark.offset)
    assert Call.objects.filter(phone__in=clients).count() == len(clients)


@pytest.mark.parametrize("back", ["while it lasts", "when it is over"])
def test_killed_in_the_middle_of_a_call(exchange: Any, operator: Any, back: str) -> None:
    """Deaf from the ring on; back in the talk, or after it. The truth comes from the diary, not a guess."""
    exchange.deafen()
    exchange.is_apart = True
    exchange.listen()
    exchange.telephone("101", ring=1.5)
    client = exchange.dial(Listen(60))
    exchange.call(client, state="ringing")
    exchange.kill_listener()
    key = exchange.lab.key(client[1:])
    exchange.lab.heard.wait(lambda e: e.get("Event") == "AgentConnect" and e.get("Linkedid") == key)
    if back == "while it lasts":
        exchange.listen()
        assert exchange.call(client, state="talking").user == operator
        exchange.lab.heard.hang_up(key)
    else:
        exchange.lab.heard.hang_up(key)
        exchange.lab.heard.ended(key)
        exchange.listen()
    call, heard = exchange.stored(client), exchange.lab.heard.ended(key)
    assert (call.stage, call.cause, call.observed) == (heard.stage, heard.cause, True)
    assert (call.user, call.queue, bool(call.answered_at)) == (operator, "sales", True)
    assert abs(call.talk_seconds - heard.talk_seconds) <= 1
    kinds = sorted(Fact.objects.filter(call_id=call.pk, kind__startswith="call.").values_list("kind", flat=True))
    assert kinds == ["call.connected", "call.ended", "call.queued", "call.ringing", "call.started"]
