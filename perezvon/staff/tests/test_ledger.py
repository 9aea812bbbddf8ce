"""Parked facts are in sight of the administrator and of nobody else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from perezvon.journey.models import Parked

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def parked():
    return Parked.objects.create(
        reader="tickets.intake",
        fact_id=77,
        ordering_key="t5",
        error="ValueError: cannot",
        tries=3,
        parked_at=NOON,
        next_try_at=NOON + timedelta(days=9999),
    )


def test_the_administrator_sees_why_and_can_ask_for_another_try(client_of, admin, parked):
    client = client_of(admin)
    page = client.get(reverse("staff:ledger")).content.decode()
    assert "ValueError: cannot" in page and "tickets.intake" in page
    client.post(reverse("staff:ledger"), {"reader": "tickets.intake"})
    parked.refresh_from_db()
    assert parked.next_try_at < NOON + timedelta(days=9999)


def test_a_seller_does_not(client_of, anna, parked):
    assert client_of(anna).get(reverse("staff:ledger")).status_code == 404


def test_who_may_only_look_changes_nothing(client_of, boris, parked):
    client = client_of(boris)
    assert client.get(reverse("staff:ledger")).status_code == 200
    client.post(reverse("staff:ledger"), {"reader": "tickets.intake"})
    parked.refresh_from_db()
    assert parked.next_try_at == NOON + timedelta(days=9999)
