"""How a trunk is, out of what Asterisk's lists say."""

from typing import Any

import pytest

from perezvon.telephony.linkstate import BAD, GOOD, UNKNOWN, state_of, told
from perezvon.telephony.models import Provider, Trunk

from .setting_contract import exchange

__all__ = ["exchange"]
NAME = "trunk-mts"
ENDPOINT = {"Event": "EndpointDetail", "ObjectName": NAME}


def contact(status: str) -> dict[str, str]:
    return {"Event": "ContactStatusDetail", "Status": status}


@pytest.mark.parametrize(
    ("registers", "registrations", "details", "tone"),
    [
        (True, [{"ObjectName": NAME, "Status": "Registered"}], [ENDPOINT], GOOD),
        (True, [{"ObjectName": NAME, "Status": "Rejected"}], [ENDPOINT], BAD),
        (True, [{"ObjectName": "trunk-other", "Status": "Registered"}], [ENDPOINT], BAD),
        (False, [], [ENDPOINT, contact("Reachable")], GOOD),
        (False, [], [ENDPOINT, contact("Unreachable")], BAD),
        (False, [], [ENDPOINT, contact("Unknown")], UNKNOWN),
        (False, [], [], UNKNOWN),  # the exchange has not been told of it yet
    ],
)
def test_states(registers: bool, registrations: Any, details: Any, tone: str) -> None:
    assert told(Trunk(key=NAME, registers=registers), NAME, registrations, details).tone == tone


def test_an_exchange_that_does_not_run(exchange: Provider) -> None:
    exchange.settings |= {"port": 5999}
    assert state_of(Trunk(provider=exchange, key=NAME)).tone == UNKNOWN
