"""Who works in the benchmark's company, and what it is set up with; made by the product's own actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

SELLERS = 20


@dataclass(frozen=True)
class Company:
    """What the rows of the benchmark need to know."""

    cookie: str  # of the head, who sees everything
    provider: Any
    form_key: str


def found(at: datetime) -> None:
    """Departments, people, sources, products, an exchange and a form."""
    from perezvon.crm.models import Product
    from perezvon.kit import clock
    from perezvon.marketing.models import Form, Source
    from perezvon.staff.actions import add_department, add_user
    from perezvon.telephony.actions.providers import add_provider, set_extension, set_line, set_queue
    from perezvon.telephony.models import Provider

    root = add_department("Турагентство", at=at)
    departments = [
        root,
        add_department("Продажи", parent=root, at=at),
        add_department("Контакт-центр", parent=root, at=at),
    ]
    people = [
        add_user(name=f"Сотрудник {number}", email=f"p{number}@bench.example", roles=("owner",) if number == 1 else ("seller",),
                 department=departments[number % 3], password="", at=at, extension=str(100 + number))
        for number in range(1, SELLERS + 1)
    ]  # fmt: skip
    for number in range(1, 13):
        Source.objects.create(name=f"Источник {number}")
    for number in range(1, 9):
        Product.objects.create(name=f"Направление {number}")
    answer = add_provider("mango", "Bench", at=at)
    provider = Provider.objects.get(pk=answer["id"])
    for user in people:
        set_extension(provider, user.extension, user=user, at=clock.now())
    set_queue(provider, "1", name="Продажи", department=departments[1], at=clock.now())
    set_line("+74950000001", name="Основная", department=departments[1], at=clock.now())
    Form.objects.create(name="Сайт", key="bench", created_at=at, limit_per_minute=0, department=departments[1])


def company() -> Company:
    """The company that was founded, with a signed-in head."""
    from django.conf import settings
    from django.test import Client

    from perezvon.staff.models import User
    from perezvon.telephony.models import Provider

    client = Client()
    head = User.objects.get(email="p1@bench.example")
    client.force_login(head)
    name = settings.SESSION_COOKIE_NAME
    return Company(f"{name}={client.cookies[name].value}", Provider.objects.get(name="Bench"), "bench")
