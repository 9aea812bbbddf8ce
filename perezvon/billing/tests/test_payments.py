"""Money comes in."""

import pytest
from django.db import IntegrityError

from perezvon.billing import reads
from perezvon.billing.actions import receive_payment
from perezvon.billing.models import Payment
from perezvon.crm import actions as crm
from perezvon.journey.models import Fact
from perezvon.kit.clock import now

pytestmark = pytest.mark.django_db
NOW = now()


@pytest.fixture
def deal(anna):
    person = crm.add_person(name="Олег", by=anna, at=NOW)
    return crm.open_deal(person=person, title="Турция", amount=50000, by=anna, at=NOW, ticket_id=3)


def test_a_payment_leaves_a_fact_and_adds_up(deal, vera):
    receive_payment(deal, 30000, by=vera, at=NOW)
    receive_payment(deal, -5000, by=vera, at=NOW)
    assert reads.paid(deal.pk) == 25000
    assert reads.paid_by_deal([deal.pk, 0]) == {deal.pk: 25000}
    fact = Fact.objects.filter(kind="payment.received").order_by("id").first()
    assert (fact.amount, fact.deal_id, fact.person_id, fact.ticket_id, fact.by_id) == (
        30000, deal.pk, deal.person_id, 3, vera.pk,
    )  # fmt: skip


def test_a_payment_of_nothing_is_refused(deal):
    with pytest.raises(ValueError, match="nothing"):
        receive_payment(deal, 0, at=NOW)
    with pytest.raises(IntegrityError):
        Payment.objects.create(deal=deal, amount=0, at=NOW)


def test_money_is_seen_by_the_scope_of_the_deal(deal, anna, boris, vera, gleb):
    receive_payment(deal, 1, by=vera, at=NOW)
    seen = [Payment.objects.visible_to(user).count() for user in (anna, boris, vera, gleb)]
    assert seen == [1, 1, 1, 0]
