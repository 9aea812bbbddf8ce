"""The arithmetic of a travel agency, through the whole house: exchange, requests, deals, store, page.

Twenty new clients dial in a week; 20% of all who dialled (4) hang up in the queue before anybody
answers; 40% of those who got through buy at 50,000 roubles. Lost at that one stage: 4 x 0.4 x 50,000 =
80,000 a week. Played for five weeks: with 16 clients that passed a week the base would be under 30.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from perezvon.crm.actions import deals, people
from perezvon.crm.models import Person
from perezvon.journey.pump import drain
from perezvon.telephony.testing import mango_call, mango_provider, store_events
from perezvon.tickets.actions import tickets
from perezvon.tickets.models import Ticket

MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)  # ten in the morning in Moscow
WEEKS, A_WEEK, HANG_UP, BUY = 5, 20, 4, 6.4
LINE = "+74951234567"
# Readers of the ledger see committed facts only, so the test commits.
pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.timeout(400)]
ADDRESS = "/funnel/?from=2026-03-02&to=2026-04-05"


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> None:
    settings.ANALYTICS_ROOT = tmp_path / "analytics"


def dial(provider: Any, kind: str, number: int, at: datetime) -> str:
    """A new client calls; his number."""
    phone = f"+7916{number:07d}"
    store_events(provider, mango_call(kind, caller=phone, line=LINE, started_at=at, wait=30, talk=90))
    return phone


def sell(phones: list[str], seller: Any, at: datetime) -> None:
    """What a seller does with requests: enters the clients, makes deals, wins them."""
    for phone in phones:
        person = Person.objects.get(contact_owners__point__value=phone)
        people.enter_person(person, name=f"Client {phone[-4:]}", by=seller, at=at)
    drain(at=at)
    later = at + timedelta(minutes=5)
    requests = Ticket.objects.filter(person__contact_owners__point__value__in=phones)
    made = [tickets.make_deal(ticket, by=None, at=later, responsible=seller) for ticket in requests]
    drain(at=later)
    for deal in made:
        deal.refresh_from_db()
        deals.win_deal(deal, amount=50_000, by=seller, at=later + timedelta(minutes=5))
    drain(at=later + timedelta(minutes=5))


@pytest.fixture
def five_weeks(admin: Any, anna: Any) -> datetime:
    """Five weeks of the agency; the moment after them."""
    provider = mango_provider(MONDAY - timedelta(days=1))
    sold = 0
    for week in range(WEEKS):
        monday = MONDAY + timedelta(weeks=week)
        reached = []
        for call in range(A_WEEK):
            kind = "queue_abandoned" if call < HANG_UP else "answered"
            phone = dial(provider, kind, week * A_WEEK + call, monday + timedelta(minutes=call * 7))
            reached += [phone] if call >= HANG_UP else []
        drain(at=monday + timedelta(hours=3))
        buyers = reached[: round(BUY * (week + 1)) - sold]
        sell(buyers, anna, monday + timedelta(hours=3))
        sold += len(buyers)
    assert sold == 32  # 40% of the 80 who got through
    return MONDAY + timedelta(weeks=WEEKS)


def test_eighty_thousand_a_week(five_weeks, admin, client_of):
    from perezvon.analytics.actions import pour_everything

    browser = client_of(admin)
    browser.cookies["django_language"] = "en"
    before = browser.get(ADDRESS)
    pour_everything(at=five_weeks)
    for answer in (before, browser.get(ADDRESS)):
        funnel = answer.context["picture"].funnel
        queue = funnel.step("queue")
        assert (funnel.clients, queue.leaks["L05"].clients, queue.passed, funnel.buyers) == (100, 20, 80, 32)
        page = answer.content.decode().replace("\xa0", " ")
        assert "80 000 ₽ a week" in page
        assert "80 clients passed this step, 32 of them bought (40.0 %); the average sale is 50 000 ₽" in page
        assert "The percentage is of all clients who contacted us in the period (100)" in page
        assert "20.0 % of all" in page
    rows = browser.get(ADDRESS.replace("/funnel/", "/funnel/rows/") + "&step=queue&what=lost&loss=L05").context["rows"]
    assert len(rows) == 20
    assert {row["ticket"].loss for row in rows} == {"L05"}
