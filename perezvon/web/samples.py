"""Made-up inputs for the style guide: every component in every state."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from perezvon.web.paging import Page
from perezvon.web.parts import Chip, Stat
from perezvon.web.tables import Column, table


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label="Имя клиента", help_text="Как он назвался")
    stage = forms.ChoiceField(label="Этап", choices=[("new", "Новая"), ("work", "В работе")])
    when = forms.DateField(label="Срок", widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label="Комментарий", widget=forms.Textarea(attrs={"rows": 2}), required=False)
    way = forms.ChoiceField(
        label="Способ связи", choices=[("call", "Звонок"), ("mail", "Почта")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="Согласен на обработку данных", required=False)


def samples(request: HttpRequest, *, at: datetime) -> dict[str, Any]:
    """Return the context of the style guide as of ``at``."""
    return {
        "chips": _chips(),
        "stats": _stats(),
        "form": SampleForm(),
        "bad_form": SampleForm({"name": ""}),
        "events": _events(at),
        "dues": [at - timedelta(days=2), at + timedelta(seconds=1), at + timedelta(days=9), None],
        "table": table(request, "styleguide", _columns()),
        "rows": _rows(at),
        "page": Page([], "next", "", 50),
        "stages": _stages(),
        "columns": _board(at),
        "charts": _charts(),
        "icons": ("phone-incoming", "phone-off", "user", "calendar-due", "cash", "chart-funnel", "inbox"),
    }


def _chips() -> list[Chip]:
    return [
        Chip(_("All"), "?", 128, active=True),
        Chip(_("Overdue"), "?", 7, tone="danger"),
        Chip(_("Today"), "?", 12, tone="success"),
        Chip(_("No next action"), "?", 3, tone="warning"),
        Chip(_("Planned"), "?", 0),
    ]


def _stats() -> list[Stat]:
    words = "Сумма по обращениям, конечный этап которых здесь: вероятность продажи × средний чек."
    return [
        Stat("Обращения", "1 284", 1284, 1102, definition=words, url="?", icon="inbox"),
        Stat(
            "Потеряно денег", "1 480 000 ₽", 1480000, 1730000, words, icon="cash", tone="danger", falling_is_good=True
        ),
        Stat("Средний ответ", "38 с", 38, 31, icon="clock", falling_is_good=True),
        Stat("Повторные", "214", 214, 214, icon="repeat"),
    ]


def _events(at: datetime) -> list[dict[str, Any]]:
    def event(icon: str, tone: str, minutes: int, text: str, by: str = "", detail: str = "") -> dict[str, Any]:
        moment = at - timedelta(minutes=minutes)
        return {"icon": icon, "tone": tone, "at": moment, "text": text, "by": by, "detail": detail, "pk": minutes}

    return [
        event("phone-incoming", "danger", 4, "Клиент не дождался ответа: 42 с в очереди"),
        event("checkbox", "warning", 3, "Поставлена задача «Перезвонить»", detail="Срок — 15 минут рабочего времени"),
        event("phone-outgoing", "success", 1, "Дозвонились, разговор 3 мин 12 с", by="Анна Петрова"),
        event("arrows-exchange", "primary", 60 * 26, "Сделка перешла: Новая → Подбор тура", by="Анна Петрова"),
    ]


def _columns() -> list[Column]:
    return [
        Column("client", _("Client"), sort="client", always=True),
        Column("phone", _("Phone")),
        Column("next", _("Next action"), sort="next"),
        Column("amount", _("Amount"), sort="amount", numeric=True),
        Column("source", _("Source"), shown=False),
    ]


def _rows(at: datetime) -> list[dict[str, Any]]:
    names = ("Мария Константинопольская", "Илья Ким", "ООО «Северный ветер — путешествия и туры»")
    return [
        {
            "name": name,
            "phone": "+7 (900) ***-**-1" + str(index),
            "next": at + timedelta(days=index - 1),
            "amount": Decimal(50000 + 12345 * index),
            "source": "Яндекс Директ",
        }
        for index, name in enumerate(names)
    ]


def _stages() -> list[dict[str, Any]]:
    steps = [("Набрал номер", 1000, 0), ("Дождался ответа", 812, 188), ("Поговорил", 774, 38), ("Оплатил", 310, 464)]
    return [
        {"name": name, "count": count, "lost": lost, "share": f"{count / 10:.1f}", "came": f"{(count + lost) / 10:.1f}"}
        for name, count, lost in steps
    ]


def _board(at: datetime) -> list[dict[str, Any]]:
    heads = (("Неразобранное", "unsorted"), ("Подбор тура", "open"), ("Договор", "open"), ("Оплачено", "won"))
    return [
        {
            "name": name,
            "kind": kind,
            "sum": Decimal(150000 * (index + 1)),
            "cards": [
                {
                    "title": f"{row['name']}: Турция, двое взрослых",
                    "sum": row["amount"],
                    "due": row["next"] if index else None,
                    "stale": index == 2,
                }
                for row in _rows(at)[: 3 - index % 2]
            ],
        }
        for index, (name, kind) in enumerate(heads)
    ]


def _charts() -> dict[str, dict[str, Any]]:
    months = ["янв", "фев", "мар", "апр", "май", "июн", "июл"]
    lost, won = [82, 91, 60, 74, 55, 48, 51], [120, 133, 128, 160, 171, 168, 190]
    series = [{"name": "Оплачено", "data": won}, {"name": "Потеряно", "data": lost}]
    items = [{"name": step["name"], "value": step["count"]} for step in _stages()]
    cells = [[hour, day, (hour * 7 + day * 13) % 23] for hour in range(12) for day in range(7)]
    hours = [f"{hour}:00" for hour in range(9, 21)]
    return {
        "bar": {"labels": months, "series": series, "stacked": True},
        "line": {"labels": months, "series": series, "unit": "money"},
        "funnel": {"items": items},
        "pie": {"items": items},
        "heatmap": {"x": hours, "y": ["Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"], "cells": cells},
    }
