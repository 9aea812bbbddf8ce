"""A company small enough to read and with one of everything: what golden files and checks are about."""

from pathlib import Path
from typing import Any

from perezvon.telephony.pbx.node import Node, settings_of
from perezvon.telephony.pbx.plan import Plan, plan_of

ALWAYS = {str(day): [["00:00", "00:00"]] for day in range(7)}
OFFICE = {str(day): [["09:00", "13:00"], ["14:00", "18:00"]] for day in range(5)}

SOUNDS = (
    {"id": 31, "name": "Запись", "file": "notice.wav", "language": "ru", "use": "phrase"},
    {"id": 32, "name": "Меню", "file": "menu.wav", "language": "ru", "use": "phrase"},
    {"id": 33, "name": "Перезвонить?", "file": "offer.wav", "language": "ru", "use": "phrase"},
    {"id": 34, "name": "Музыка", "file": "music.wav", "language": "ru", "use": "music"},
    {"id": 35, "name": "Пустая", "file": "", "language": "ru", "use": "phrase"},
)  # fmt: skip


def snapshot() -> dict[str, Any]:
    """Two carriers, two lines, a menu, two queues, three people; every kind of destination."""
    return {
        "settings": settings_of({}),
        "trunks": [
            trunk(1, "mts", "МТС Экзолв", host="sip.carrier.example", addresses=["203.0.113.0/24"], caller_id="+74951112233", channels=30),
            trunk(
                2, "spare", "Запасной", host="198.51.100.7", transport="tcp", username="veter", has_password=True, registers=True,
                codecs="alaw, g722",
            ),
        ],
        "people": [
            person(11, "Анна Соколова", "101", [(21, "browser")], sees_phones=True),
            person(12, "Борис Орлов", "102", [(22, "browser"), (23, "desk")]),
            person(13, "Вера «Касса», 2-й этаж", "103", [(24, "desk")], sees_phones=True),
            person(14, "Глеб Без Телефона", "104", []),
        ],
        "lines": [
            line(1, "+74951112233", "Сайт", notice=31, open_to="menu:1", closed_to="callback", department=7),
            line(2, "+78121112244", "Наружная реклама", open_to="queue:6", closed_to="number:+79160000001", is_sticky=False),
        ],
        "menus": [
            {
                "id": 1, "key": "main", "name": "Главное меню", "prompt": 32, "wait_seconds": 4, "attempts": 2,
                "on_silence": "queue:5", "on_wrong": "repeat",
                "keys": [
                    {"digit": "1", "label": "туры", "destination": "queue:5"},
                    {"digit": "2", "label": "поддержка", "destination": "queue:6"},
                    {"digit": "3", "label": "бухгалтерия", "destination": "person:13"},
                    {"digit": "4", "label": "свой менеджер", "destination": "manager"},
                    {"digit": "0", "label": "ещё раз", "destination": "repeat"},
                    {"digit": "#", "label": "до свидания", "destination": "hangup"},
                ],
            }
        ],
        "queues": [
            queue(
                5, "tours", "Туры", department=7, members=[(11, 9), (12, 5)], callback_key="1", callback_offer=33, music=34,
                on_wait="queue:6", on_nobody="callback", on_full="callback", most_waiting=20, weight=2,
            ),
            queue(6, "support", "Поддержка", members=[(12, 5), (13, 5), (14, 5)], says_position=False, is_recorded=False, strategy="ringall"),
        ],
        "calendars": [
            {"id": 1, "name": "Контора", "weekly": dict(OFFICE), "time_zone": "Europe/Moscow", "days": {"2026-01-01": [], "2026-03-07": [["10:00", "15:00"]]}}
        ],
        "sounds": [dict(one) for one in SOUNDS],
    }  # fmt: skip


def trunk(pk: int, key: str, name: str, **more: Any) -> dict[str, Any]:
    """A carrier."""
    plain = {
        "host": "203.0.113.5", "port": 5060, "transport": "udp", "username": "", "has_password": False, "registers": False,
        "addresses": [], "caller_id": "", "codecs": "alaw,ulaw", "channels": 0, "is_enabled": True,
    }  # fmt: skip
    return {"id": pk, "key": key, "name": name, **plain, **more}


def person(
    user: int, name: str, number: str, devices: list[tuple[int, str]], *, sees_phones: bool = False
) -> dict[str, Any]:
    """An employee."""
    telephones = [{"id": pk, "kind": kind} for pk, kind in devices]
    return {"user": user, "name": name, "number": number, "devices": telephones, "sees_phones": sees_phones}


def line(pk: int, number: str, name: str, **more: Any) -> dict[str, Any]:
    """A dialled number."""
    plain = {
        "is_enabled": True, "calendar": 1, "own_calendar": 1, "notice": None, "open_to": "", "closed_to": "", "is_sticky": True,
        "sticky_seconds": 15, "department": None,
    }  # fmt: skip
    return {"id": pk, "number": number, "name": name, **plain, **more}


def queue(pk: int, key: str, name: str, *, members: list[tuple[int, int]], **more: Any) -> dict[str, Any]:
    """A queue."""
    plain = {
        "department": None, "strategy": "leastrecent", "ring_seconds": 15, "wrap_up_seconds": 10, "most_wait_seconds": 120,
        "most_waiting": 0, "weight": 0, "answer_within_seconds": 20, "on_wait": "", "on_nobody": "", "on_full": "",
        "says_position": True, "says_every_seconds": 30, "music": None, "callback_key": "", "callback_offer": None,
        "is_recorded": True, "keep_days": 365, "is_enabled": True,
    }  # fmt: skip
    people = [{"user": user, "skill": skill} for user, skill in members]
    return {"id": pk, "key": key, "name": name, **plain, **more, "members": people}


def node(folder: Path = Path("/srv/perezvon/pbx/node-1"), **settings: Any) -> Node:
    """A node in a folder that does not depend on the machine."""
    program = Path("/srv/perezvon/pbx/program/usr")
    return Node(
        folder, program / "lib/x86_64-linux-gnu/asterisk/modules", program / "share/asterisk", Path("/srv/perezvon/pbx/sounds"),
        Path("/srv/perezvon/pbx/spool/monitor"), settings_of(settings),
    )  # fmt: skip


def plan(rows: dict[str, Any] | None = None) -> Plan:
    """The company as a plan."""
    return plan_of(rows or snapshot(), node())
