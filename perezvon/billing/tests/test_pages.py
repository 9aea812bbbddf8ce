"""The panel of payments, through the door."""

from typing import Any

import pytest
from django.urls import reverse

from perezvon.billing.models import Payment
from perezvon.crm import actions as crm
from perezvon.crm.models import Deal, Person, Stage
from perezvon.kit.clock import now
from perezvon.staff.contracts import NounContract

pytestmark = pytest.mark.django_db


class TestPayments(NounContract):
    noun = "payment"

    def make(self, *, owner: Any, department: Any, at: Any) -> Payment:
        person = Person.objects.create(name="Клиент", responsible=owner, department=department, created_at=at)
        stage = Stage.objects.filter(kind="open").first()
        deal = Deal.objects.create(
            title="Сделка", person=person, responsible=owner, department=department, created_at=at, stage=stage,
            pipeline=stage.pipeline, stage_since=at,
        )  # fmt: skip
        return Payment.objects.create(deal=deal, amount=100, at=at)


@pytest.fixture
def deal(anna):
    person = crm.add_person(name="Олег", responsible=anna, by=anna, at=now())
    return crm.open_deal(person=person, title="Турция", amount=50000, by=anna, at=now())


def test_a_payment_is_added_on_the_card(client_of, vera, deal, django_assert_max_num_queries):
    client, address = client_of(vera), reverse("billing:payments", args=[deal.pk])
    assert (
        reverse("billing:payments", args=[deal.pk]) in client.get(reverse("crm:deal", args=[deal.pk])).content.decode()
    )
    assert client.post(address, {"amount": "20 000,50 ₽", "comment": "аванс"}).status_code == 302
    assert Payment.objects.get().amount == 20000.5
    with django_assert_max_num_queries(7):
        page = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "аванс" in page and "<html" not in page
    for wrong in ("", "0", "много", "1e999", "99999999999999999"):
        assert client.post(address, {"amount": wrong}).status_code == 422
    assert client.post(address, {"amount": "-500"}).status_code == 302
    assert Payment.objects.total() == 19500.5


def test_money_is_not_for_everybody(client_of, boris, operator, gleb, deal):
    address = reverse("billing:payments", args=[deal.pk])
    assert [client_of(user).get(address).status_code for user in (boris, operator, gleb)] == [200, 404, 404]
    assert client_of(operator).post(address, {"amount": "1"}).status_code == 404
