"""A second node with the rows of the first, on paper."""

from typing import Any

import pytest

from perezvon.kit import clock
from perezvon.telephony.actions.directory import directory
from perezvon.telephony.actions.exchange import add_own_exchange, add_twin, apply_now, draft, roll_back
from perezvon.telephony.models import Call, PbxVersion, Provider
from perezvon.telephony.pbx import balancer, nodes
from perezvon.telephony.pbx.checks import Refused
from perezvon.telephony.telephones import rang_at
from perezvon.telephony.tests.operator import queue, telephone


@pytest.fixture
def two(db: Any, settings: Any, tmp_path: Any, operator: Any) -> tuple[Provider, Provider]:
    settings.HOME = tmp_path
    first = add_own_exchange("First", at=clock.now())
    telephone(first, operator, "101", "desk")
    queue(first, operator)
    doors = {"node": "node2", "host": "10.0.0.3", "bind": "10.0.0.3", "ami_from": "10.0.0.1", "agi_host": "10.0.0.1"}
    return first, add_twin(first, "Second", at=clock.now(), **doors)


def test_it_has_the_same_rows_and_doors_of_its_own(two: tuple[Provider, Provider]) -> None:
    one, other = (draft(each, at=clock.now()).files for each in two)
    assert one["queues.conf"] == other["queues.conf"]
    assert "[101]" in other["pjsip.conf"]
    assert "systemname = node2" in other["asterisk.conf"]
    assert "permit = 10.0.0.1" in other["manager.conf"]
    assert "permit = 10" not in one["manager.conf"]
    assert "agi://10.0.0.1:4573/route" in other["extensions.conf"]
    assert "agi://127.0.0.1:4573/route" in one["extensions.conf"]


def test_its_calls_belong_to_the_same_people(two: tuple[Provider, Provider], operator: Any) -> None:
    first, twin = two
    book = directory([twin.pk])
    assert book.user_of(twin.pk, "101") == operator.pk
    assert book.queue_name(twin.pk, "sales") == "Sales"
    rung = Call.objects.create(
        provider=twin, key="node2-1", direction="in", started_at=clock.now(), attempts=[{"extension": "101"}]
    )
    assert Call.objects.filter(rang_at(operator)).get() == rung


def test_the_first_takes_its_twin_along_and_only_the_first_goes_back(two: tuple[Provider, Provider]) -> None:
    first, twin = two
    version = apply_now(first, at=clock.now())
    assert version.state == "applied"
    applied = PbxVersion.objects.get(provider=twin)
    assert applied.state == "applied"
    with pytest.raises(Refused):
        roll_back(applied, at=clock.now())
    assert first.nodes() == [first, twin]
    assert twin.nodes() == [twin, first]


def test_kamailio_prefers_the_first_node(two: tuple[Provider, Provider]) -> None:
    first, twin = two
    first.settings["bind"] = "10.0.0.2"
    found = balancer.files("10.0.0.1", 5060, [nodes.node_for(first), nodes.node_for(twin)], "/srv/b", "/m")
    assert found["dispatcher.list"] == "1 sip:10.0.0.2:5060 0 2 duid=node1\n1 sip:10.0.0.3:5060 0 1 duid=node2\n"
    assert 'ds_select_dst("1", "8")' in found["kamailio.cfg"]
    assert "listen=udp:10.0.0.1:5060" in found["kamailio.cfg"]
