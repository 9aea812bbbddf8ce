"""Deals: the life of one, and what it leaves behind."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from perezvon.crm import actions
from perezvon.crm.models import Deal, LostReason, Person, Stage, StageTransition
from perezvon.journey.models import Fact

pytestmark = pytest.mark.django_db
MSK = ZoneInfo("Europe/Moscow")
FRIDAY = datetime(2026, 3, 13, 17, 0, tzinfo=MSK)
MONDAY = datetime(2026, 3, 16, 10, 0, tzinfo=MSK)


@pytest.fixture
def person(anna):
    return actions.identify(["+79160000001"], at=FRIDAY)["+79160000001"]


@pytest.fixture
def deal(anna, person):
    return actions.open_deal(
        person=Person.objects.get(pk=person), title="Турция", amount=50000, by=anna, at=FRIDAY, ticket_id=7
    )


def stage(name: str) -> Stage:
    return Stage.objects.get(name=name)


def kinds(deal: Deal) -> list[str]:
    return list(Fact.objects.filter(deal_id=deal.pk).order_by("id").values_list("kind", flat=True))


def test_opening_enters_the_person(deal, anna, person):
    card = Person.objects.get(pk=person)
    assert (card.entered_at, card.responsible) == (FRIDAY, anna)
    assert (deal.stage.name, deal.status, deal.responsible, deal.department) == (
        "Первичный контакт", "open", anna, anna.department,
    )  # fmt: skip
    fact = Fact.objects.get(kind="deal.opened")
    assert (fact.ticket_id, fact.person_id, fact.owner_id, fact.amount) == (7, person, anna.pk, 50000)
    assert fact.department_id == anna.department_id


def test_moves_are_free_and_leave_their_time(deal, anna):
    actions.move_deal(deal, stage("Ждём оплату"), by=anna, at=MONDAY)  # skips three stages
    move = StageTransition.objects.get(deal=deal, to_stage=stage("Ждём оплату"))
    assert move.seconds == (MONDAY - FRIDAY).total_seconds()
    assert 0 < move.working_seconds < 3 * 3600 + 1  # an hour on Friday, one or two on Monday
    actions.move_deal(deal, stage("Первичный контакт"), by=anna, at=MONDAY + timedelta(hours=1))
    actions.move_deal(deal, stage("Первичный контакт"), by=anna, at=MONDAY + timedelta(hours=2))
    assert kinds(deal) == ["deal.opened", "deal.moved", "deal.moved"]
    fact = Fact.objects.filter(kind="deal.moved").order_by("id").first()
    assert (fact.details["from"], fact.details["to"], fact.seconds) == (
        "Первичный контакт",
        "Ждём оплату",
        move.seconds,
    )
    assert deal.transitions.count() == 3


def test_a_plain_move_does_not_win_or_lose(deal, anna):
    for name in ("Сделка состоялась", "Отказ"):
        with pytest.raises(actions.OutcomeNeeded):
            actions.move_deal(deal, stage(name), by=anna, at=MONDAY)
    assert kinds(deal) == ["deal.opened"]


def test_winning(deal, anna):
    actions.win_deal(deal, amount=60000, by=anna, at=MONDAY)
    deal.refresh_from_db()
    assert (deal.status, deal.amount, deal.closed_at, deal.outcome.won) == ("won", 60000, MONDAY, True)
    assert deal.person.first_sale_at == MONDAY
    assert Fact.objects.get(kind="deal.won").amount == 60000
    with pytest.raises(actions.Refused):
        actions.win_deal(deal, amount=1, by=anna, at=MONDAY)


def test_losing_and_opening_again(deal, anna):
    reason = LostReason.objects.get(name="Дорого")
    actions.move_deal(deal, stage("Переговоры"), by=anna, at=MONDAY)
    actions.lose_deal(deal, reason=reason, comment="Нашли дешевле", by=anna, at=MONDAY)
    fact = Fact.objects.get(kind="deal.lost")
    assert (fact.details["reason"], fact.details["stage_id"]) == ("Дорого", stage("Переговоры").pk)
    assert deal.status == "lost"
    actions.move_deal(deal, stage("Прогрев"), by=anna, at=MONDAY)
    deal.refresh_from_db()
    assert (deal.status, deal.closed_at, deal.stage.kind) == ("open", None, "warm_up")
    assert not hasattr(deal, "outcome")
    assert kinds(deal)[-1] == "deal.reopened"
    assert kinds(deal).count("deal.moved") == 1


def test_the_later_of_two_savers_is_told(deal, anna, boris):
    with pytest.raises(TypeError, match="status"):
        actions.change_deal(deal, {"status": "won"}, version=1, by=anna, at=MONDAY)
    actions.change_deal(deal, {"title": "Египет"}, version=1, by=anna, at=MONDAY)
    assert (deal.title, deal.status, deal.version) == ("Египет", "open", 2)
    with pytest.raises(actions.ChangedMeanwhile):
        actions.change_deal(deal, {"title": "Куба"}, version=1, by=boris, at=MONDAY)


def test_the_next_action_follows_the_tasks(deal, anna):
    later = actions.set_task(kind="call", title="Позвонить", deadline=MONDAY, deal=deal, by=anna, at=FRIDAY)
    deal.refresh_from_db()
    assert (deal.next_action_at, deal.next_action_kind, deal.next_task_id) == (MONDAY, "call", later.pk)
    sooner = actions.set_task(
        kind="mail", title="Написать", deadline=MONDAY - timedelta(hours=1), deal=deal, by=anna, at=FRIDAY
    )
    deal.refresh_from_db()
    assert deal.next_action_title == "Написать"
    actions.move_task(sooner, MONDAY + timedelta(days=1), by=anna, at=FRIDAY)
    deal.refresh_from_db()
    assert deal.next_action_title == "Позвонить"
    actions.complete_task(later, result="Дозвонилась", by=anna, at=MONDAY)
    actions.complete_task(sooner, result="Отправила", by=anna, at=MONDAY)
    deal.refresh_from_db()
    assert (deal.next_action_at, deal.next_action_kind, deal.next_task_id) == (None, "", None)
