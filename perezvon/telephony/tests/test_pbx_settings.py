"""Screens of what is set for our own exchange: rights, known costs, forms through the door."""

from typing import Any

import pytest
from django.urls import reverse

from perezvon.journey.models import Fact
from perezvon.staff.models import Grant, Role
from perezvon.staff.testing import JOINED, person
from perezvon.telephony import actions
from perezvon.telephony.actions.menus import Key
from perezvon.telephony.models import (
    BlockedNumber,
    Device,
    Extension,
    Line,
    Menu,
    Prompt,
    Provider,
    Queue,
    QueueMember,
    Trunk,
)  # fmt: skip

from .conftest import CLIENT, LINE
from .setting_contract import SettingContract, exchange, own_exchange, phrase, telephone

__all__ = ["exchange"]


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Any) -> None:
    settings.HOME = tmp_path


def first() -> Provider:
    return Provider.objects.first() or own_exchange(JOINED)


class TestTrunks(SettingContract):
    list_url, add_url = "telephony:trunks", "telephony:trunk_add"
    max_list_queries = 9

    def make(self, *, owner: Any, department: Any, at: Any) -> Trunk:
        return actions.add_trunk(first(), f"Carrier {Trunk.objects.count()}", host="sip.example.ru", at=at)

    def change(self, thing: Any) -> str:
        return reverse("telephony:trunk", args=[thing.pk])


class TestMenus(SettingContract):
    list_url, add_url = "telephony:menus", "telephony:menu_add"
    max_list_queries = 12

    def make(self, *, owner: Any, department: Any, at: Any) -> Menu:
        return actions.add_menu(first(), f"Menu {Menu.objects.count()}", keys=[Key("1", "callback")], at=at)

    def change(self, thing: Any) -> str:
        return reverse("telephony:menu", args=[thing.pk])


class TestQueues(SettingContract):
    list_url, add_url = "telephony:pbx_queues", "telephony:pbx_queue_add"
    max_list_queries = 13

    def make(self, *, owner: Any, department: Any, at: Any) -> Queue:
        provider = first()
        if not Extension.objects.filter(user=owner).exists():
            telephone(provider, owner, str(200 + Extension.objects.count()), at)
        return actions.add_queue(provider, f"Queue {Queue.objects.count()}", members={owner.pk: 5}, at=at)

    def change(self, thing: Any) -> str:
        return reverse("telephony:pbx_queue", args=[thing.pk])


class TestPrompts(SettingContract):
    list_url, add_url = "telephony:prompts", "telephony:prompt_add"
    max_list_queries = 8

    def make(self, *, owner: Any, department: Any, at: Any) -> Prompt:
        return phrase(f"Phrase {Prompt.objects.count()}", at)

    def change(self, thing: Any) -> str:
        return reverse("telephony:prompt", args=[thing.pk])


class TestTelephones(SettingContract):
    list_url, add_url = "telephony:telephones", "telephony:extension_give"
    max_list_queries = 12

    def make(self, *, owner: Any, department: Any, at: Any) -> Extension:
        known = Extension.objects.filter(user=owner).first()
        made = known or telephone(first(), owner, str(200 + Extension.objects.count()), at)
        actions.add_device(made, Device.Kind.BROWSER, at=at)
        return made

    def change(self, thing: Any) -> str:
        return reverse("telephony:extension_give")


class TestLines(SettingContract):
    noun, list_url, add_url = "number", "telephony:lines", "telephony:line_add"
    max_list_queries = 12

    def make(self, *, owner: Any, department: Any, at: Any) -> Line:
        number = f"+7495111223{Line.objects.count()}"
        return actions.add_line(number, name=f"Line {number}", provider=first(), open_to="callback", at=at)

    def change(self, thing: Any) -> str:
        return reverse("telephony:line", args=[thing.pk])


class TestBlocked(SettingContract):
    noun, list_url, add_url = "number", "telephony:blocked", "telephony:block_add"
    max_list_queries = 8

    def make(self, *, owner: Any, department: Any, at: Any) -> BlockedNumber:
        return actions.block_number(f"+7916123450{BlockedNumber.objects.count()}", "spam", by=owner, at=at)

    def change(self, thing: Any) -> str:
        return reverse("telephony:block_remove", args=[thing.pk])

    def test_looking_is_not_changing(self, client_of: Any, granted: Any, anna: Any, sales: Any) -> None:
        thing, client = self.make(owner=anna, department=sales, at=JOINED), client_of(granted("all"))
        assert client.post(self.change(thing)).status_code == 404
        assert client.get(reverse(self.add_url)).status_code == 404


def kinds() -> list[str]:
    return list(Fact.objects.order_by("id").values_list("kind", flat=True))


def test_without_an_exchange_every_page_says_how_to_get_one(client_of: Any, admin: Any) -> None:
    for name in ("pbx", "trunks", "trunk_add", "menus", "menu_add", "pbx_queues", "telephones", "extension_give"):
        page = client_of(admin).get(reverse(f"telephony:{name}"))
        assert (page.status_code, "No exchange of your own" in page.content.decode()) == (200, True)


def test_a_trunk_keeps_its_password_to_itself(client_of: Any, admin: Any, exchange: Provider) -> None:
    client, add = client_of(admin), reverse("telephony:trunk_add")
    given = {
        "name": "МТС", "host": "sip.mts.ru", "port": "5060", "transport": "udp", "username": "74951112233", "password": "p4ss",
        "registers": "on", "addresses": "10.0.0.0/8\nsbc.mts.ru", "codecs": ["ulaw", "alaw"], "channels": "10", "is_enabled": "on",
        "caller_id": "8 495 111-22-33",
    }  # fmt: skip
    for wrong in (
        {"host": "a b"},
        {"port": "0"},
        {"codecs": []},
        {"addresses": "under_score!"},
        {"username": ""},
    ):
        assert client.post(add, {**given, **wrong}).status_code == 422
    assert client.post(add, given).status_code == 302
    trunk = Trunk.objects.get()
    assert (trunk.key, trunk.password, trunk.codecs) == ("trunk-mts", "p4ss", "alaw,ulaw")
    assert (trunk.addresses, trunk.caller_id) == (["10.0.0.0/8", "sbc.mts.ru"], LINE)
    address = reverse("telephony:trunk", args=[trunk.pk])
    assert "p4ss" not in client.get(address).content.decode()
    assert client.post(address, {**given, "password": "", "name": "МТС 2"}).status_code == 302
    trunk.refresh_from_db()
    assert (trunk.name, trunk.password) == ("МТС 2", "p4ss")
    assert client.post(address, {**given, "password": "n3w"}).status_code == 302
    assert client.post(reverse("telephony:trunk_remove", args=[trunk.pk])).status_code == 302
    assert not Trunk.objects.exists()
    told = [fact for fact in Fact.objects.all() if fact.kind.startswith("trunk.")]
    assert [fact.kind for fact in told] == ["trunk.added", "trunk.changed", "trunk.changed", "trunk.removed"]
    assert not any(secret in str(fact.details) for fact in told for secret in ("p4ss", "n3w"))


def test_a_menu_on_one_page(client_of: Any, admin: Any, exchange: Provider) -> None:
    hello = phrase("Hello", JOINED)
    queue = actions.add_queue(exchange, "Sales", at=JOINED)
    client, add = client_of(admin), reverse("telephony:menu_add")
    given = {
        "name": "Главное меню", "prompt": hello.pk, "wait_seconds": "5", "attempts": "2", "on_silence_place": f"queue:{queue.pk}",
        "on_wrong_place": "hangup", "key_1_place": f"queue:{queue.pk}", "label_1": "Sales", "key_2_place": "number", "key_2_number": "8 495 111-22-33",
        "key_*_place": "repeat",
    }  # fmt: skip
    for wrong in (
        {"key_2_number": "soon"},
        {"label_3": "For nothing"},
        {"key_1_place": "queue:999"},
        {"attempts": "0"},
    ):
        assert client.post(add, {**given, **wrong}).status_code == 422
    assert client.post(add, given).status_code == 302
    menu = Menu.objects.get()
    keys = dict(menu.keys.values_list("digit", "destination"))
    assert keys == {"1": f"queue:{queue.pk}", "2": f"number:{LINE}", "*": "repeat"}
    assert (menu.key, menu.on_silence) == ("glavnoe-menyu", f"queue:{queue.pk}")
    page = client.get(reverse("telephony:menu", args=[menu.pk])).content.decode()
    assert "+7 495 111-22-33" in page
    assert reverse("telephony:prompt_sound", args=[hello.pk]) in page
    actions.add_line(LINE, provider=exchange, open_to=f"menu:{menu.pk}", at=JOINED)
    removal = client.post(reverse("telephony:menu_remove", args=[menu.pk]), follow=True)
    assert Menu.objects.exists() and "line" in removal.content.decode()
    change = {**given, "key_2_place": "", "key_2_number": ""}
    assert client.post(reverse("telephony:menu", args=[menu.pk]), change).status_code == 302
    fact = Fact.objects.get(kind="menu.changed")
    assert fact.details["changes"]["keys"][1] == ["*=repeat", f"1=queue:{queue.pk} Sales"]


def test_a_queue_with_members_says_in_words_what_it_does(
    client_of: Any, admin: Any, anna: Any, boris: Any, exchange: Provider
) -> None:
    telephone(exchange, anna, "201", JOINED)
    telephone(exchange, boris, "200", JOINED)
    client, add = client_of(admin), reverse("telephony:pbx_queue_add")
    given = {
        "name": "Sales", "strategy": "rrmemory", "ring_seconds": "15", "wrap_up_seconds": "10", "weight": "0",
        "answer_within_seconds": "20", "most_wait_seconds": "120", "most_waiting": "10", "on_wait_place": "callback",
        "on_nobody_place": "callback", "on_full_place": "hangup", "says_position": "on", "says_every_seconds": "30", "callback_key": "1",
        "is_recorded": "on", "keep_days": "90", "is_enabled": "on", f"member_{anna.pk}": "on", f"skill_{anna.pk}": "9",
        f"member_{boris.pk}": "on", f"skill_{boris.pk}": "5",
    }  # fmt: skip
    for wrong in (
        {f"skill_{anna.pk}": "11"},
        {"ring_seconds": "1"},
        {"on_wait_place": "repeat"},
        {"callback_key": "x"},
    ):
        assert client.post(add, {**given, **wrong}).status_code == 422
    assert client.post(add, given).status_code == 302
    queue = Queue.objects.get()
    assert dict(QueueMember.objects.values_list("user", "skill")) == {anna.pk: 9, boris.pk: 5}
    page = client.get(reverse("telephony:pbx_queue", args=[queue.pk])).content.decode()
    assert "Rings in turn, 15 s each: Anna Petrova; when they are busy: Boris Orlov." in page
    assert "After 2 min of waiting: promise to call back." in page
    itself = {**given, "on_wait_place": f"queue:{queue.pk}"}
    assert client.post(reverse("telephony:pbx_queue", args=[queue.pk]), itself).status_code == 422
    del given[f"member_{boris.pk}"]
    assert client.post(reverse("telephony:pbx_queue", args=[queue.pk]), given).status_code == 302
    assert Fact.objects.get(kind="queue.changed").details["changes"]["members"] == [
        {str(anna.pk): 9, str(boris.pk): 5}, {str(anna.pk): 9},
    ]  # fmt: skip


def test_numbers_and_telephones_of_people(client_of: Any, admin: Any, anna: Any, exchange: Provider) -> None:
    client, give = client_of(admin), reverse("telephony:extension_give")
    assert client.get(f"{give}?user={anna.pk}").context["form"].initial["number"] == "201"  # the one on her card
    assert client.post(give, {"user": anna.pk, "number": "0"}).status_code == 422
    assert client.post(give, {"user": anna.pk, "number": "201", "browser": "on"}).status_code == 302
    extension = Extension.objects.get()
    assert [device.endpoint for device in extension.devices.all()] == ["201w"]
    assert client.post(give, {"user": anna.pk, "number": "202"}).status_code == 422
    made = client.post(reverse("telephony:device_add", args=[extension.pk]), {"kind": "desk"})
    desk = Device.objects.get(kind="desk")
    assert desk.secret in made.content.decode() and "no-store" in made["Cache-Control"]
    assert desk.secret not in client.get(reverse("telephony:telephones")).content.decode()
    renewed = client.post(reverse("telephony:device_renew", args=[desk.pk]))
    assert desk.secret not in renewed.content.decode()
    assert client.post(reverse("telephony:device_revoke", args=[desk.pk])).status_code == 302
    queue = actions.add_queue(exchange, "Sales", members={anna.pk: 5}, at=JOINED)
    take = reverse("telephony:extension_take", args=[extension.pk])
    assert "Sales" in client.post(take, follow=True).content.decode()
    actions.change_queue(queue, members={}, at=JOINED)
    assert client.post(take).status_code == 302
    assert not Extension.objects.exists()
    told = [kind for kind in kinds() if kind.startswith(("extension.", "device."))]
    assert told == [
        "extension.given",
        "device.added",
        "device.added",
        "device.renewed",
        "device.revoked",
        "extension.taken",
    ]


def test_a_caller_is_blocked_without_seeing_his_number(client_of: Any, admin: Any, mango: Provider, noon: Any) -> None:
    from perezvon.telephony.models import Call

    call = Call.objects.create(provider=mango, key="k", direction="in", state="ended", phone=CLIENT, started_at=noon)
    role = Role.objects.create(key="blind", name="Blind")
    for noun, verb in (("call", "view"), ("number", "view"), ("number", "edit")):
        Grant.objects.create(role=role, noun=noun, verb=verb, scope="all")
    client = client_of(person("Blind", "blind", email="blind@veter.example"))
    address = reverse("telephony:block_caller", args=[call.pk])
    assert address in client.get(reverse("telephony:call", args=[call.pk])).content.decode()
    assert client.post(address, {"reason": " "}).status_code == 422
    assert client.post(address, {"reason": "Prank", "until": "2020-01-01T00:00"}).status_code == 422
    assert client.post(address, {"reason": "Prank"}).status_code == 302
    fact = Fact.objects.get(kind="number.blocked")
    assert (fact.call_id, CLIENT in str(fact.details)) == (call.pk, False)
    pages = [
        client.get(reverse("telephony:blocked")),
        client.get(address),
        client.get(reverse("telephony:call", args=[call.pk])),
    ]
    assert not any("9161234567" in p.content.decode().replace("-", "").replace(" ", "") for p in pages)
    assert actions.is_blocked(CLIENT, noon)
    client.post(reverse("telephony:block_remove", args=[BlockedNumber.objects.get().pk]))
    assert not actions.is_blocked(CLIENT, noon)
    assert client_of(admin).post(reverse("telephony:block_add"), {"phone": "x", "reason": "y"}).status_code == 422


def test_who_names_lines_does_not_route_them(client_of: Any, admin: Any, exchange: Provider) -> None:
    line = actions.add_line(LINE, name="Site", provider=exchange, open_to="callback", at=JOINED)
    address = reverse("telephony:line", args=[line.pk])
    marketer = client_of(person("Marta", "marketer", email="marta@veter.example"))
    assert "open_to" not in marketer.get(address).content.decode()
    marketer.post(address, {"number": LINE, "name": "Avito", "is_enabled": "on", "open_to_place": "hangup"})
    line.refresh_from_db()
    assert (line.name, line.open_to, line.provider) == ("Avito", "callback", exchange)
    given = {"number": LINE, "name": "Avito", "is_enabled": "on", "provider": exchange.pk, "sticky_seconds": "20"}
    client = client_of(admin)
    assert client.post(address, {**given, "open_to_place": "queue:77"}).status_code == 422
    assert client.post(address, {**given, "open_to_place": "hangup", "sticky_seconds": "1"}).status_code == 422
    assert client.post(address, {**given, "open_to_place": "hangup"}).status_code == 302
    line.refresh_from_db()
    assert (line.open_to, line.sticky_seconds, line.is_sticky) == ("hangup", 20, False)
    other = actions.add_line("+74951112234", at=JOINED)
    assert client.post(reverse("telephony:line", args=[other.pk]), given).status_code == 422  # the number is taken
    assert client.post(address, {**given, "provider": "", "open_to_place": "hangup"}).status_code == 302
    line.refresh_from_db()
    assert (line.provider, line.open_to) == (None, "")
