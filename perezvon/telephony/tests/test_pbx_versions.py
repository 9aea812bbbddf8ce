"""Applying the settings on screen: what is wrong, what would change, history, one click back."""

from typing import Any

import pytest
from django.urls import reverse

from perezvon.journey.models import Fact
from perezvon.kit import clock
from perezvon.staff.testing import JOINED
from perezvon.telephony import actions
from perezvon.telephony.models import PbxVersion, Provider

from .conftest import LINE
from .setting_contract import exchange, telephone

__all__ = ["exchange"]
VERSIONS = "telephony:versions"


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Any) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def working(exchange: Provider, anna: Any) -> Provider:
    """Enough to be applied: a telephone, a queue, a line."""
    actions.add_device(telephone(exchange, anna, "201", JOINED), "browser", at=JOINED)
    exchange.settings |= {"port": 5999}  # nobody answers there: the files are only written
    exchange.save()
    queue = actions.add_queue(exchange, "Sales", members={anna.pk: 5}, at=JOINED)
    actions.add_line(LINE, name="Site", provider=exchange, open_to=f"queue:{queue.pk}", closed_to="hangup", at=JOINED)
    return exchange


def apply(client: Any, **given: Any) -> Any:
    seen = client.get(reverse(VERSIONS)).context["seen"]
    return client.post(reverse("telephony:versions_apply"), {"seen": seen, **given}, follow=True)


def test_problems_stand_with_the_place_to_mend_them(client_of: Any, admin: Any, exchange: Provider) -> None:
    line = actions.add_line(LINE, name="Site", provider=exchange, at=JOINED)
    page = client_of(admin).get(reverse(VERSIONS))
    assert not page.context["can_apply"]
    assert reverse("telephony:line", args=[line.pk]) in page.content.decode()
    overview = client_of(admin).get(reverse("telephony:pbx")).content.decode()
    assert reverse("telephony:line", args=[line.pk]) in overview
    assert "perezvon pbx install" in overview or "is not running" in overview


def test_applying_what_was_shown_and_going_back(client_of: Any, admin: Any, working: Provider) -> None:
    client = client_of(admin)
    first = client.get(reverse(VERSIONS))
    assert first.context["can_apply"] and "extensions.conf" in first.content.decode()
    assert working.secrets["secret"] not in first.content.decode()
    apply(client, comment="The first one")
    version = PbxVersion.objects.get()
    assert (version.state, version.comment, version.by) == ("applied", "The first one", admin)
    assert client.get(reverse(VERSIONS)).context["diff"] == []
    queue = working.queues.get()
    actions.change_queue(queue, ring_seconds=33, at=JOINED)
    changed = client.get(reverse(VERSIONS))
    assert "queues.conf" in [one.name for one in changed.context["diff"]]
    assert 'class="diff-plus">+timeout = 33' in changed.content.decode()
    stale = client.post(reverse("telephony:versions_apply"), {"seen": first.context["seen"]}, follow=True)
    assert "changed meanwhile" in stale.content.decode()
    apply(client)
    assert list(PbxVersion.objects.order_by("number").values_list("state", flat=True)) == ["applied", "applied"]
    page = client.get(reverse("telephony:version", args=[version.pk])).content.decode()
    back = reverse("telephony:version_back", args=[version.pk])
    assert back in page
    client.post(back)
    queue.refresh_from_db()
    assert (queue.ring_seconds, PbxVersion.objects.count()) == (15, 3)


def test_looking_is_not_applying(client_of: Any, admin: Any, working: Provider) -> None:
    from perezvon.staff.models import Grant, Role
    from perezvon.staff.testing import person

    apply(client_of(admin))
    role = Role.objects.create(key="looker", name="Looker")
    Grant.objects.create(role=role, noun="provider", verb="view", scope="all")
    client, version = client_of(person("Looker", "looker", email="looker@veter.example")), PbxVersion.objects.get()
    assert client.get(reverse(VERSIONS)).status_code == 200
    assert client.get(reverse("telephony:version", args=[version.pk])).status_code == 200
    assert client.post(reverse("telephony:versions_apply"), {"seen": "x"}).status_code == 404
    assert client.post(reverse("telephony:version_back", args=[version.pk])).status_code == 404


def test_the_exchange_itself(client_of: Any, admin: Any, exchange: Provider) -> None:
    client, address = client_of(admin), reverse("telephony:pbx_node")
    given = {
        "name": "Office", "is_enabled": "on", "person_seconds": "30", "bind": "0.0.0.0", "sip_port": "5070", "rtp_from": "12000",
        "rtp_to": "12999", "http_port": "8089", "port": "5039", "agi_port": "4574", "public_address": "203.0.113.7",
        "local_networks": "10.0.0.0/8, 192.168.0.0/16",
    }  # fmt: skip
    assert client.get(address).status_code == 200
    for wrong in (
        {"sip_port": "80"},
        {"port": "5070"},
        {"rtp_to": "12005"},
        {"bind": "eth0"},
        {"public_address": "a;b"},
    ):
        assert client.post(address, {**given, **wrong}).status_code == 422
    assert client.post(address, given).status_code == 302
    exchange.refresh_from_db()
    assert (exchange.name, exchange.settings["sip_port"], exchange.settings["records_direct"]) == (
        "Office",
        5070,
        False,
    )
    assert exchange.settings["own"] is True and exchange.secrets["secret"]


def test_what_only_a_start_reads_is_said_until_it_was_started(
    client_of: Any, admin: Any, operator: Any, working: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exchange runs since after the first version; then its SIP port changes."""
    fresh, began, asked = False, None, []
    monkeypatch.setattr("perezvon.telephony.pbx.versions.started_at", lambda _node: clock.now() if fresh else began)
    client = client_of(admin)
    apply(client)
    began = clock.now()
    assert "waits_for_restart" in client.get(reverse(VERSIONS)).context
    assert not client.get(reverse(VERSIONS)).context["waits_for_restart"]
    working.settings |= {"sip_port": 5071}
    working.save()
    apply(client)
    page = client.get(reverse(VERSIONS))
    assert page.context["waits_for_restart"]
    monkeypatch.setattr("perezvon.telephony.actions.exchange.restart_when_idle", asked.append)
    client.post(reverse("telephony:pbx_restart"), follow=True)
    assert (asked, Fact.objects.filter(kind="pbx.restarted").count()) == ([working], 1)
    assert client_of(operator).post(reverse("telephony:pbx_restart")).status_code == 404
    fresh = True
    assert not client.get(reverse(VERSIONS)).context["waits_for_restart"]
