"""One running exchange for all tests of a session: every line has a route of its own, so calls go side by side."""

from dataclasses import replace
from typing import Any

import pytest

from perezvon.telephony.pbx.node import Node
from perezvon.telephony.pbx.plan import BROWSER, Calendar, Device, Key, Line, Member, Menu, Person, Plan, Queue, Trunk
from perezvon.telephony.testing_pbx.lab import CARRIER, Lab
from perezvon.telephony.testing_pbx.plugin import PASSWORD, LabMaker
from perezvon.telephony.testing_pbx.ports import free_udp

OPEN, SHUT = 1, 2
ALWAYS = {str(day): [["00:00", "00:00"]] for day in range(7)}


def line(number: int, name: str, open_to: str, **more: Any) -> Line:
    """A line whose number ends with ``number``."""
    plain: dict[str, Any] = {"calendar": OPEN, "closed_to": "hangup", "is_sticky": False}
    return Line(number, did(number), name, open_to=open_to, **{**plain, **more})


def did(number: int) -> str:
    """Its E.164 number."""
    return f"+7495111{number:04}"


def queue(pk: int, key: str, *users: int, **more: Any) -> Queue:
    """A queue that rings its people in the order of their skill."""
    plain: dict[str, Any] = {"ring_seconds": 3, "wrap_up_seconds": 0, "most_wait_seconds": 12, "says_position": False}
    members = tuple(Member(user, 9 - index) for index, user in enumerate(users))
    return Queue(pk, key, key.title(), members=members, **{**plain, **more})


def person(user: int, *kinds: str, **more: Any) -> Person:
    """Somebody with the internal number 100 + ``user``."""
    number = str(100 + user)
    devices = tuple(Device(user * 10 + index, kind, number) for index, kind in enumerate(kinds or ("desk",)))
    return Person(user, f"Сотрудник {user}", number, devices, **more)


LINES = (
    line(1, "Меню", "menu:1"),
    line(2, "Закрыто", "queue:1", calendar=SHUT),
    line(3, "Один", "queue:1"),
    line(4, "Двое, первый занят", "queue:2"),
    line(5, "Двое, первый молчит", "queue:3"),
    line(6, "Никто не снимает", "queue:4"),
    line(7, "Никого нет", "queue:5"),
    line(8, "Полна", "queue:6"),
    line(9, "Переполнение", "queue:7"),
    line(10, "Обратный звонок", "queue:8"),
    line(11, "Сотрудник", "person:11"),
    line(12, "Наружу", "number:+79990001122"),
    line(13, "Обещание", "callback"),
    line(14, "Закрыто, но обещаем", "queue:1", calendar=SHUT, closed_to="callback"),
    line(15, "Два телефона", "queue:9"),
    line(16, "Липкая", "queue:10", is_sticky=True, sticky_seconds=2),
    line(17, "Кладёт сотрудник", "queue:11"),
    line(18, "Удержание", "queue:12"),
    line(19, "Перевод", "queue:13"),
    line(20, "Гонка", "queue:14"),
    line(21, "Время вышло", "queue:15"),
    line(22, "Набирает не то", "menu:3"),
    line(23, "Занят и сотрудник", "person:19"),
)


def make_plan(node: Node) -> Plan:
    """Queues of their own people for tests that would otherwise take one another's calls."""
    port = free_udp(CARRIER)
    node = replace(node, settings={**node.settings, "carrier_port": port})
    people = [person(user, sees_phones=user != 2) for user in range(1, 24)]
    people.append(person(30, "desk", BROWSER))
    return Plan(
        node,
        trunks=(Trunk(1, "carrier", "Оператор", host=CARRIER, port=port, caller_id=did(1)),),
        people=tuple(people),
        lines=LINES,
        menus=(
            Menu(
                1, "main", "Главное", wait_seconds=1, attempts=2, on_silence="hangup",
                keys=(Key("1", "queue:1"), Key("2", "menu:2"), Key("0", "repeat")),
            ),
            Menu(2, "inner", "Второе", wait_seconds=1, attempts=1, on_silence="menu:1", on_wrong="queue:1"),
            Menu(3, "strict", "Третье", wait_seconds=1, attempts=1, on_silence="hangup", keys=(Key("1", "queue:1"),)),
        ),
        queues=(
            queue(1, "sales", 1),
            queue(2, "busy", 2, 3),
            queue(3, "slow", 4, 5),
            queue(4, "nobody", 6, most_wait_seconds=4),
            queue(5, "empty", 18, on_nobody="callback"),
            queue(6, "full", 7, most_waiting=1, on_full="callback"),
            queue(7, "spill", 20, most_wait_seconds=2, on_wait="queue:16"),
            queue(8, "asked", 8, callback_key="1"),
            queue(9, "twins", 30),
            queue(10, "shared", 9),
            queue(11, "leaving", 10),
            queue(12, "holding", 12),
            queue(13, "passing", 13),
            queue(14, "racing", 14, 15, strategy="ringall"),
            queue(15, "late", 21, most_wait_seconds=4),
            queue(16, "after", 22),
        ),
        calendars=(
            Calendar(OPEN, "Всегда", ALWAYS, "Europe/Moscow", {}), Calendar(SHUT, "Никогда", {}, "Europe/Moscow", {}),
        ),
    )  # fmt: skip


@pytest.fixture(scope="session")
def lab(make_lab: LabMaker) -> Lab:
    """The exchange with the plan above; carriers call from CARRIER, telephones are at TELEPHONES."""
    lab = make_lab(make_plan)
    lab.carrier_port = int(lab.node.settings["carrier_port"])
    return lab


@pytest.fixture
def plug(lab: Lab) -> Any:
    """``plug("101", Bye(after=2), ring=0.3)`` connects the telephone of somebody."""

    def plug(endpoint: str, *steps: Any, **how: Any) -> None:
        lab.telephone(endpoint, PASSWORD, *steps, **how)

    return plug
