"""Nobody listened while calls came: they are the same calls afterwards."""

from pathlib import Path
from typing import Any

import pytest

from perezvon.telephony.models import Call
from perezvon.telephony.pbx import cel
from perezvon.telephony.testing_pbx.sipp import Bye, Talk

pytestmark = [pytest.mark.pbx, pytest.mark.xdist_group("pbx")]


def _told(call: Any) -> tuple[Any, ...]:
    return (call.direction, call.phone, call.line, call.queue, call.stage, call.cause, call.record)


def test_calls_that_nobody_heard_are_told_by_the_diary(exchange: Any) -> None:
    exchange.deafen()
    exchange.telephone("101", refuse="486 Busy Here")
    exchange.telephone("102")
    clients = [exchange.dial(Talk(), Bye(after=5))]
    keys = [exchange.lab.key(client[1:]) for client in clients]
    heard = [exchange.lab.heard.ended(key) for key in keys]
    exchange.telephone("101", silent=True)
    exchange.telephone("102", silent=True)
    clients += [exchange.dial(Bye(after=2))]
    keys += [exchange.lab.key(clients[-1][1:])]
    heard += [exchange.lab.heard.ended(keys[-1])]
    assert not Call.objects.filter(phone__in=clients).exists()
    exchange.listen()
    for client, call in zip(clients, heard, strict=True):
        stored = exchange.stored(client)
        assert _told(stored) == _told(call)
        assert abs(stored.talk_seconds - call.talk_seconds) <= 1
        assert [one["extension"] for one in stored.attempts] == [one.extension for one in call.attempts]
    exchange.deafen()
    exchange.listen()
    assert Call.objects.filter(phone__in=clients).count() == 2, "read twice, stored once"


def test_a_diary_that_is_not_there_or_broken_tells_nothing(tmp_path: Path) -> None:
    assert cel.read(tmp_path / "none") == []
    (tmp_path / "cel.csv").write_bytes(b'"half a line\n"CHAN_START","x"\n\xff\xfe\n')
    assert cel.read(tmp_path / "cel.csv") == []
    assert cel.finished([]) == {}
