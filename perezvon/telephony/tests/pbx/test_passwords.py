"""The password of a telephone in the browser changes by itself, and the running exchange takes the new one only."""

from datetime import timedelta
from typing import Any

import pytest

from perezvon.journey.models import Fact
from perezvon.kit import clock
from perezvon.telephony.actions.passwords import LASTS, change_passwords
from perezvon.telephony.models import Call, Device
from perezvon.telephony.testing_pbx.lab import TELEPHONES
from perezvon.telephony.testing_pbx.ports import free_udp

pytestmark = [pytest.mark.pbx, pytest.mark.xdist_group("pbx")]


def test_old_passwords_are_changed_and_the_exchange_takes_the_new_one(
    new_exchange: Any, operator: Any, anna: Any
) -> None:
    exchange, at = new_exchange(), clock.now()
    exchange.seat(operator, "101", Device.Kind.BROWSER)
    exchange.seat(anna, "102", Device.Kind.DESK)
    exchange.line(f"queue:{exchange.queue('sales', operator).pk}")
    exchange.open()
    register = lambda secret: exchange.lab._register("101w", secret, free_udp(TELEPHONES), 60)  # noqa: E731
    register("secret101")
    assert change_passwords(exchange.provider, at=at) == 0
    later = at + LASTS + timedelta(minutes=1)
    talk = Call.objects.create(
        provider=exchange.provider, key="1", user=operator, state="talking", direction="in", started_at=at
    )
    assert change_passwords(exchange.provider, at=later) == 0, "not while he talks"
    talk.delete()
    assert change_passwords(exchange.provider, at=later) == 1
    secret = Device.objects.get(kind="browser").secret
    assert Device.objects.get(kind="desk").secret == "secret102" and secret != "secret101"
    register(secret)
    with pytest.raises(AssertionError, match="could not register"):
        register("secret101")
    assert Fact.objects.get(kind="device.passwords").details["count"] == 1
    Device.objects.filter(kind="browser").update(secret="written-down-but-not-told")  # the worker died before it told
    assert change_passwords(exchange.provider, at=later) == 0
    register("written-down-but-not-told")
