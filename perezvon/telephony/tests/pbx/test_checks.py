"""What cannot be applied, and that the place is named in the words of the screen."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from perezvon.telephony.pbx.checks import Problem, check
from perezvon.telephony.pbx.node import settings_of

from . import company

Change = Callable[[dict[str, Any]], None]


def problems(change: Change, language: str = "en") -> list[Problem]:
    rows = company.snapshot()
    change(rows)
    plan = company.plan(rows)
    if rows["settings"] != settings_of({}):
        plan = company.plan_of(rows, company.node(**rows["settings"]))
    with translation.override(language):
        return [problem for problem in check(plan) if not problem.is_warning]


def _set(kind: str, index: int, **values: Any) -> Change:
    return lambda rows: rows[kind][index].update(values)


def _hours(*pairs: list[str]) -> Change:
    return lambda rows: rows["calendars"][0]["weekly"].update({"0": list(pairs)})


def _key(**values: Any) -> Change:
    return lambda rows: rows["menus"][0]["keys"][0].update(values)


CASES: list[tuple[str, Change, str, str]] = [
    ("overlapping hours", _hours(["09:00", "13:00"], ["12:00", "18:00"]), "Calendar “Контора”", "overlap"),
    ("closes before it opens", _hours(["18:00", "09:00"]), "Calendar “Контора”", "Monday"),
    ("hours nobody can read", _hours(["morning", "18:00"]), "Calendar “Контора”", "cannot be read"),
    ("no such zone", _set("calendars", 0, time_zone="Europe/Atlantis"), "Calendar “Контора”", "time zone"),
    ("a menu without an exit", _set("menus", 0, on_silence=""), "Voice menu “Главное меню”", "no exit"),
    ("a menu that repeats for ever", _set("menus", 0, on_silence="repeat"), "Voice menu “Главное меню”", "no exit"),
    ("a menu that leads to itself", _set("menus", 0, on_silence="menu:1"), "Voice menu “Главное меню”", "circles"),
    ("a queue without people", _set("queues", 0, members=[]), "Queue “Туры”", "nobody answers"),
    ("a queue without telephones", _set("queues", 0, members=[{"user": 14, "skill": 5}]), "Queue “Туры”", "telephone"),
    ("an unknown key", _key(digit="A"), "Voice menu “Главное меню”", "no key “A”"),
    ("a key twice", _key(digit="2"), "Voice menu “Главное меню”", "twice"),
    ("a key that leads nowhere", _key(destination=""), "Voice menu “Главное меню”", "key 1: it leads nowhere"),
    ("an unknown destination", _key(destination="moon:5"), "Voice menu “Главное меню”", "no destination"),
    ("a menu that is gone", _key(destination="menu:77"), "Voice menu “Главное меню”", "menu it leads to"),
    ("a queue that is gone", _key(destination="queue:77"), "Voice menu “Главное меню”", "queue it leads to"),
    ("a queue out of use", _set("queues", 1, is_enabled=False), "Queue “Туры”", "out of use"),
    ("a person without a telephone", _key(destination="person:14"), "Voice menu “Главное меню”", "no telephone"),
    ("a line without a route", _set("lines", 0, open_to=""), "Line “Сайт”", "in working hours: it is not said"),
    ("a line that repeats", _set("lines", 0, closed_to="repeat"), "Line “Сайт”", "off hours: only a menu"),
    ("a queue that overflows into itself", _set("queues", 1, on_nobody="queue:6"), "Queue “Поддержка”", "circles"),
    ("two trunks with one name", _set("trunks", 1, key="mts"), "Trunks", "trunk-mts"),
    ("two people with one number", _set("people", 1, number="101"), "Internal numbers", "101"),
    ("two queues with one name", _set("queues", 1, key="Tours"), "Queues", "tours"),
    ("two lines with one number", _set("lines", 1, number="+74951112233"), "Lines", "+74951112233"),
    ("a bad codec", _set("trunks", 0, codecs="alaw,mp3"), "Trunk “МТС Экзолв”", "mp3"),
    ("a bad host", _set("trunks", 0, host="sip carrier"), "Trunk “МТС Экзолв”", "no address"),
    ("a line break in a host", _set("trunks", 0, host="a\n[general]"), "Trunk “МТС Экзолв”", "line break"),
    ("a semicolon in a name", _set("lines", 0, name="Сайт;x"), "Line “Сайт;x”", "semicolon"),
    ("a line break in a person's name", _set("people", 0, name="Анна\r\nexten"), "Employee “Анна\r\nexten”", "line break"),
    ("a bad address", _set("trunks", 0, addresses=["not an address"]), "Trunk “МТС Экзолв”", "no address"),
    ("to register without a password", _set("trunks", 1, has_password=False), "Trunk “Запасной”", "password"),
    ("an extension that is no number", _set("people", 0, number="anna"), "Employee “Анна Соколова”", "2 to 6 digits"),
    ("two equal ports", lambda rows: rows["settings"].update(sip_port=5038), "The exchange", "the same"),
    ("a port that is none", lambda rows: rows["settings"].update(http_port=70_000), "The exchange", "1024 to 65535"),
    ("an address that is none", lambda rows: rows["settings"].update(bind="here"), "The exchange", "no IP address"),
    ("a node's name", lambda rows: rows["settings"].update(node="узел"), "The exchange", "Latin"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place", "says"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_refused_with_the_place_named(change: Change, place: str, says: str) -> None:
    found = problems(change)
    assert any(problem.place == place and says in problem.says for problem in found), list(map(str, found))


def test_the_words_are_russian_for_a_russian() -> None:
    found = problems(_set("queues", 0, members=[]), "ru")
    assert "Очередь «Туры»: в ней никто не отвечает" in map(str, found)


def test_what_no_line_leads_to_is_only_worth_a_word() -> None:
    rows = company.snapshot()
    rows["queues"].append(company.queue(9, "spare", "Запас", members=[(11, 5)]))
    found = check(company.plan(rows))
    assert [(problem.kind, problem.pk, problem.is_warning) for problem in found] == [("queue", 9, True)]
