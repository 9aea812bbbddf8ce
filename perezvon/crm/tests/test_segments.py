"""Segments by share of revenue, and the rhythm of contacts."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perezvon.crm import actions, hooks
from perezvon.crm.actions import cadence, segments
from perezvon.crm.actions.breaches import note_breaches
from perezvon.crm.models import CadenceBreach, Company, Deal, Person, SegmentMove, Task
from perezvon.journey.models import Fact
from perezvon.kit.clock import now

pytestmark = pytest.mark.django_db
NOW = now()
TODAY = timezone.localdate(NOW)


def buyer(amount: int, n: int, by, *, at=NOW - timedelta(days=10), company=None) -> Person:
    person = actions.add_person(name=f"Клиент {n}", phones=[f"+7903{n:07d}"], responsible=by, by=by, at=at)
    deal = actions.open_deal(person=person, company=company, title="Тур", amount=amount, by=by, responsible=by, at=at)
    actions.win_deal(deal, amount=Decimal(amount), by=by, at=at)
    return person


def segment_of(person) -> str:
    person.refresh_from_db()
    return person.segment


def test_the_first_sixty_per_cent_are_gold_the_next_thirty_silver_the_rest_bronze(anna):
    people = [buyer(amount, n, anna) for n, amount in enumerate((500, 200, 150, 100, 50))]
    idle = actions.add_person(name="Не купил", phones=["+79039999999"], by=anna, at=NOW)
    assert segments.recount(at=NOW).total == 5
    # Running sums before each: 0, 500, 700, 850, 950 of 1000.
    assert [segment_of(one) for one in people] == ["gold", "gold", "silver", "silver", "bronze"]
    assert segment_of(idle) == "occasional"
    assert segments.recount(at=NOW).total == 0
    assert Fact.objects.filter(kind="person.segment").count() == SegmentMove.objects.count() == 5


def test_a_year_later_whoever_bought_no_more_is_occasional_again(anna):
    person = buyer(1000, 1, anna)
    segments.recount(at=NOW)
    moved = segments.recount(at=NOW + timedelta(days=400)).moves
    assert moved == {("gold", "occasional"): 1} and segment_of(person) == "occasional"
    assert list(SegmentMove.objects.order_by("id").values_list("was", "now")) == [
        ("occasional", "gold"),
        ("gold", "occasional"),
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        SegmentMove.objects.update(now="silver")


def test_what_a_company_paid_counts_for_the_company(anna):
    firm = Company.objects.create(name="Ромашка", created_at=NOW)
    person = buyer(1000, 1, anna, company=firm)
    segments.recount(at=NOW)
    assert (segment_of(firm), segment_of(person)) == ("gold", "occasional")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=12))
def test_the_statement_ranks_as_the_definition_says(anna, amounts):
    with transaction.atomic():
        people = [buyer(amount, n, anna) for n, amount in enumerate(amounts)]
        segments.recount(at=NOW)
        whole, above = sum(amounts), 0
        for amount, person in sorted(zip(amounts, people, strict=True), key=lambda pair: (-pair[0], pair[1].pk)):
            share = above / whole
            expected = "gold" if share < 0.6 else "silver" if share < 0.9 else "bronze"
            if round(share, 9) not in (0.6, 0.9):
                assert segment_of(person) == expected
            above += amount
        transaction.set_rollback(True)


def test_whoever_is_out_of_his_rhythm_gets_one_task_of_his_manager(anna, boris):
    gold, fresh = buyer(1000, 1, anna), buyer(900, 2, anna)
    segments.recount(at=NOW)
    actions.touch_people({gold.pk: NOW - timedelta(days=15), fresh.pk: NOW - timedelta(days=3)})
    assert cadence.plan_contacts(at=NOW, today=TODAY) == 1
    task = Task.objects.get()
    assert (task.person_id, task.responsible, task.origin) == (gold.pk, anna, "cadence")
    assert cadence.plan_contacts(at=NOW, today=TODAY) == 0
    late = Person.objects.filter(pk__in=cadence.out_of_rhythm(NOW, TODAY))
    assert list(late) == [gold]


def test_exceptions_have_their_own_rhythm(anna):
    rare, never = buyer(1000, 1, anna), buyer(900, 2, anna)
    segments.recount(at=NOW)
    actions.touch_people({one.pk: NOW - timedelta(days=20) for one in (rare, never)})
    cadence.set_exception(rare, days=60, until=None, reason="просил реже", by=anna, at=NOW)
    cadence.set_exception(never, days=None, until=TODAY + timedelta(days=5), reason="в отпуске", by=anna, at=NOW)
    assert cadence.plan_contacts(at=NOW, today=TODAY) == 0
    assert cadence.plan_contacts(at=NOW + timedelta(days=6), today=TODAY + timedelta(days=6)) == 1
    cadence.clear_exceptions([rare], by=anna, at=NOW)
    assert cadence.plan_contacts(at=NOW, today=TODAY) == 1


def test_nobody_is_flooded(anna):
    own = segments.rules()
    segments.change_rules(months=12, gold=60, silver=30, days=own.days, most_tasks=2, basis=own.basis, by=anna, at=NOW)
    for n in range(5):
        buyer(100, n, anna, at=NOW - timedelta(days=60))
    segments.recount(at=NOW)
    assert cadence.plan_contacts(at=NOW, today=TODAY) == 2
    assert cadence.plan_contacts(at=NOW + timedelta(hours=1), today=TODAY) == 0


def test_a_client_with_a_deal_under_way_needs_no_reminder(anna):
    person = buyer(1000, 1, anna, at=NOW - timedelta(days=60))
    segments.recount(at=NOW)
    deal = actions.open_deal(person=person, title="Ещё", by=anna, responsible=anna, at=NOW)
    actions.set_task(kind="call", title="x", deadline=NOW, deal=deal, by=anna, at=NOW)
    assert cadence.plan_contacts(at=NOW, today=TODAY) == 0


def test_limits_that_leave_bronze_nothing_are_refused_by_the_database():
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        segments.rules()
        cursor.execute("UPDATE crm_segmentrules SET gold = 80, silver = 30")


def test_the_page_shows_the_division_and_its_figures_open(client_of, boris, anna):
    buyer(1000, 1, anna)
    segments.recount(at=NOW)
    client = client_of(boris)
    page = client.get(reverse("crm:segments")).content.decode()
    assert "Клиент 1" in page and "segment=gold" in page
    people = client.get(reverse("crm:people"), {"segment": "gold"}).content.decode()
    assert "Клиент 1" in people
    assert "Клиент 1" not in client.get(reverse("crm:people"), {"segment": "silver"}).content.decode()
    assert client.get(reverse("crm:people"), {"show": "late"}).status_code == 200
    assert client.post(reverse("crm:segment-rules"), {"months": 6}).status_code == 404


def test_the_rhythm_of_one_client_is_set_on_his_card(client_of, anna):
    person = buyer(1000, 1, anna)
    client, address = client_of(anna), reverse("crm:person-rhythm", args=[person.pk])
    assert client.post(address, {"reason": "x"}).status_code == 422
    assert client.post(address, {"days": 30, "reason": "просил"}).status_code == 302
    person.refresh_from_db()
    assert person.cadence.days == 30
    assert client.post(address, {"clear": "1"}).status_code == 302


@pytest.fixture
def paid(monkeypatch):
    """``paid((deal, amount, at), ...)``: what the room of money would answer."""

    def answer(*rows):
        values = ", ".join(f"({deal.pk}, {amount}, timestamptz '{at.isoformat()}')" for deal, amount, at in rows)
        query = SimpleNamespace(query=f"SELECT * FROM (VALUES {values}) AS paid")
        monkeypatch.setattr(hooks.payments, "_answer", lambda: query)

    return answer


def test_payments_count_where_they_are_known_and_won_deals_elsewhere(anna, paid, client_of):
    big, prepaid, plain = buyer(1000, 1, anna), buyer(10, 2, anna), buyer(300, 3, anna)
    deals = {deal.person_id: deal for deal in Deal.objects.all()}
    early = NOW - timedelta(days=500)
    paid(
        (deals[big.pk], 1000, early),  # paid before the period: nothing in it
        (deals[prepaid.pk], 900, NOW - timedelta(days=2)), (deals[prepaid.pk], -100, NOW - timedelta(days=1)),
    )  # fmt: skip
    segments.recount(at=NOW)
    assert [segment_of(one) for one in (big, prepaid, plain)] == ["occasional", "gold", "silver"]
    assert SegmentMove.objects.get(person=prepaid).revenue == 800
    own = segments.rules()
    segments.change_rules(months=12, gold=60, silver=30, days=own.days, most_tasks=2, basis="deals", by=anna, at=NOW)
    segments.recount(at=NOW)
    assert [segment_of(one) for one in (big, prepaid, plain)] == ["gold", "bronze", "silver"]
    assert "Won deals are counted" in client_of(anna).get(reverse("crm:segments")).content.decode()


def test_a_broken_rhythm_is_history_and_counts_against_whoever_was_responsible(anna, boris, client_of, gleb):
    person = buyer(100, 1, anna, at=NOW - timedelta(days=30))
    segments.recount(at=NOW)  # gold: every 14 days
    assert note_breaches(at=NOW, today=TODAY) == 1 and note_breaches(at=NOW, today=TODAY) == 0
    row = CadenceBreach.objects.get()
    assert (row.responsible, row.days, row.at) == (anna, 14, NOW - timedelta(days=16)) and row.ended_at is None
    Person.objects.filter(pk=person.pk).update(responsible=boris, department=boris.department)
    later = NOW + timedelta(days=1)
    assert note_breaches(at=later, today=TODAY) == 1
    his = CadenceBreach.objects.get(ended_at=None)
    assert (his.responsible, his.at) == (boris, later)
    call = later + timedelta(hours=2)
    actions.touch_people({person.pk: call})
    assert note_breaches(at=later + timedelta(days=1), today=TODAY) == 0
    his.refresh_from_db()
    assert his.ended_at == call
    page = client_of(boris).get(reverse("crm:breaches"), {"month": his.at.strftime("%Y-%m"), "state": "ended"})
    assert "Клиент 1" in page.content.decode()
    assert "Клиент 1" not in client_of(gleb).get(reverse("crm:breaches")).content.decode()
