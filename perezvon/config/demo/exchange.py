"""The agency's own telephone exchange: numbers, a menu, two queues, telephones; its phrases are spoken where a program can."""

from array import array
from datetime import datetime
from math import exp, pi, sin
from typing import Any

from django.core.exceptions import ValidationError

from perezvon.staff.models import Department, User
from perezvon.telephony import actions
from perezvon.telephony.actions.menus import Key
from perezvon.telephony.actions.prompts import said
from perezvon.telephony.models import Device, Line, Prompt, Provider, Queue
from perezvon.telephony.sounds import wav
from perezvon.telephony.sounds.audio import Sound
from perezvon.telephony.testing_pbx.ports import CARRIER

from . import company

NAME = "Своя станция"
_HELLO = (
    "Здравствуйте! Вы позвонили в турагентство «Попутный ветер». Подобрать тур — нажмите один. Вопрос по купленному туру — "
    "нажмите два. Или оставайтесь на линии."
)
_NOTICE = "Разговор записывается, чтобы мы работали лучше."
_OFFER = "Нажмите один, и мы перезвоним, когда подойдёт ваша очередь."
_BELLS = (523.25, 659.25, 783.99, 1046.5)
_DESKS = ("boris", "svetlana")  # whose telephone stands on the desk
_NO_MENU = "Рекомендации"  # who was recommended is put through at once


def found_exchange(people: dict[str, User], departments: dict[str, Department], at: datetime) -> Provider:
    """Set up everything an administrator would set; whoever looks may apply it at the screen of versions."""
    exchange = actions.add_own_exchange(NAME, at=at, department=departments[company.NAME])
    boss = people["kirill"]
    for member in company.PEOPLE:
        extension = actions.give_extension(exchange, people[member.login], member.extension, by=boss, at=at)
        actions.add_device(extension, Device.Kind.BROWSER, by=boss, at=at)
        if member.login in _DESKS:
            actions.add_device(extension, Device.Kind.DESK, by=boss, at=at)
    actions.add_trunk(
        exchange, "Оператор связи", host="sip.operator.example", addresses=["203.0.113.10"], channels=30,
        caller_id=company.CHANNELS[0].line, by=boss, at=at,
    )  # fmt: skip
    actions.add_trunk(  # whoever sits at this machine may call in: `perezvon pbx ring`; nobody else has such an address
        exchange, "Звонки с этого компьютера", host=CARRIER, port=5999, addresses=[CARRIER], channels=4, by=boss, at=at
    )
    sales, care = _queues(exchange, people, departments, boss, at)
    _lines(exchange, _menu(exchange, sales, care, boss, at), sales, boss, at)
    actions.block_number("+74950990099", "Звонит и молчит", by=boss, at=at)
    return exchange


def _phrase(name: str, text: str, by: User, at: datetime) -> Prompt:
    """Spoken by the machine where it can speak; bells until somebody records it where it cannot."""
    try:
        sound, kind = said(text, "ru"), Prompt.Kind.SPOKEN
    except ValidationError:
        sound, kind = bells(3.0), Prompt.Kind.UPLOADED
    return actions.add_prompt(name, sound, kind=kind, text=text, language="ru", by=by, at=at)


def bells(seconds: float) -> Sound:
    """A peal of four bells, made by arithmetic: one stroke in 0.4 s, each dying away."""
    stroke = int(0.4 * wav.RATE)
    samples = []
    for n in range(int(seconds * wav.RATE)):
        bell, t = _BELLS[n // stroke % len(_BELLS)], (n % stroke) / wav.RATE
        samples.append(round(12_000 * exp(-5 * t) * (sin(2 * pi * bell * t) + 0.4 * sin(4.8 * pi * bell * t)) / 1.4))
    return Sound(wav.write(array("h", samples)), seconds)


def _queues(
    exchange: Provider, people: dict[str, User], departments: dict[str, Department], by: User, at: datetime
) -> tuple[Queue, Queue]:
    music = actions.add_prompt("Перезвон", bells(24.0), use=Prompt.Use.MUSIC, by=by, at=at)
    offer = _phrase("Перезвонить вам?", _OFFER, by, at)
    operators = {people[m.login].pk: 9 for m in company.PEOPLE if m.department == company.CONTACT}
    sellers = {people[m.login].pk: 6 for m in company.PEOPLE if m.department == company.SALES}
    rules: dict[str, Any] = {"music": music, "callback_key": "1", "callback_offer": offer, "by": by, "at": at}
    care = actions.add_queue(
        exchange, "Забота о туристах", department=departments[company.CONTACT], members=operators, ring_seconds=20,
        most_wait_seconds=240, on_wait="callback", on_nobody="callback", on_full="callback", **rules,
    )  # fmt: skip
    sales = actions.add_queue(
        exchange, "Продажи", department=departments[company.CONTACT], members={**operators, **sellers},
        most_wait_seconds=180, most_waiting=12, weight=5, on_wait=f"queue:{care.pk}", on_nobody="callback",
        on_full="callback", **rules,
    )  # fmt: skip
    return sales, care


def _menu(exchange: Provider, sales: Queue, care: Queue, by: User, at: datetime) -> str:
    keys = [
        Key("1", f"queue:{sales.pk}", "Подобрать тур"), Key("2", f"queue:{care.pk}", "Купленный тур"),
        Key("*", "repeat", "Ещё раз"),
    ]  # fmt: skip
    hello = _phrase("Приветствие", _HELLO, by, at)
    menu = actions.add_menu(
        exchange, "Главное меню", prompt=hello, keys=keys, on_silence=f"queue:{sales.pk}", by=by, at=at
    )
    return f"menu:{menu.pk}"


def _lines(exchange: Provider, menu: str, sales: Queue, by: User, at: datetime) -> None:
    notice = _phrase("О записи разговора", _NOTICE, by, at)
    for line in Line.objects.filter(number__in=[channel.line for channel in company.CHANNELS]):
        to = f"queue:{sales.pk}" if line.name == _NO_MENU else menu
        route = {"open_to": to, "closed_to": "callback", "notice": notice, "is_sticky": True}
        actions.change_line(line, provider=exchange, by=by, at=at, **route)
