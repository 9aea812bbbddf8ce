"""The board: folding, checklists, other pipelines, what was sold, advice by level."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from perezvon.crm import actions
from perezvon.crm.actions import pipelines
from perezvon.crm.actions.life import touch_deals
from perezvon.crm.actions.sellers import set_level
from perezvon.crm.board import stale_before
from perezvon.crm.models import Deal, DealCheck, DealLine, FoldedColumn, Person, Product, SellerLevel, Stage
from perezvon.crm.readers import note_life
from perezvon.journey.models import Fact
from perezvon.kit.clock import now
from perezvon.staff import reads as staff
from perezvon.staff.testing import person as employee

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


def text(response: Any) -> str:
    return response.content.decode()


def stage(kind: str) -> Stage:
    return Stage.objects.filter(kind=kind).last()


def test_a_folded_column_is_remembered_for_its_person(client_of, anna, boris):
    column, client = stage("open"), client_of(anna)
    address = reverse("crm:fold", args=[column.pk])
    assert client.post(address, {"folded": "1"}, headers=HX).status_code == 204
    assert client.post(address, {"folded": "1"}).status_code == 302
    assert list(FoldedColumn.objects.values_list("user", "stage")) == [(anna.pk, column.pk)]
    assert text(client.get(reverse("crm:board"))).count("is-folded") == 1
    assert "is-folded" not in text(client_of(boris).get(reverse("crm:board")))
    client.post(address, {"folded": "0"}, headers=HX)
    assert not FoldedColumn.objects.exists()


def test_a_stage_lets_in_when_its_checklist_is_ticked(client_of, anna, deal_of):
    wanted = pipelines.save_stage(stage("open"), checks=["Паспорт", "Договор"], by=None, at=now())
    deal, client = deal_of(anna), client_of(anna)
    with pytest.raises(actions.ChecksNeeded):
        actions.move_deal(deal, wanted, by=anna, at=now())
    address, items = reverse("crm:deal-stage", args=[deal.pk]), list(wanted.checks.all())
    answer = client.post(address, {"stage": wanted.pk}, headers=HX)
    assert answer.status_code == 422 and "Паспорт" in text(answer)
    some = {"stage": wanted.pk, "filled": "1", "checks": [items[0].pk]}
    assert client.post(address, some, headers=HX).status_code == 422
    every = {**some, "checks": [item.pk for item in items]}
    assert client.post(address, every, headers=HX).status_code == 204
    assert DealCheck.objects.filter(deal=deal, by=anna).count() == 2
    pipelines.save_stage(wanted, checks=["Паспорт"], by=None, at=now())
    assert list(wanted.checks.filter(is_archived=False)) == items[:1]


def test_going_to_another_pipeline_is_a_fact_of_its_own(client_of, anna, deal_of):
    other = pipelines.add_pipeline("Корпоративные", by=None, at=now())
    deal, client, there = deal_of(anna), client_of(anna), other.stages.get(kind="open")
    assert "Корпоративные" in text(client.get(reverse("crm:deal-stage", args=[deal.pk])))
    assert client.post(reverse("crm:deal-stage", args=[deal.pk]), {"stage": there.pk}).status_code == 302
    deal.refresh_from_db()
    fact = Fact.objects.get(kind="deal.transferred")
    assert deal.pipeline == other and fact.details["to_pipeline"] == "Корпоративные"
    assert not Fact.objects.filter(kind="deal.moved").exists()


def lines(*rows: tuple[Any, ...]) -> dict[str, Any]:
    sent = {"lines-TOTAL_FORMS": len(rows), "lines-INITIAL_FORMS": 0}
    for n, (product, words, quantity, price) in enumerate(rows):
        sent |= {
            f"lines-{n}-product": product,
            f"lines-{n}-title": words,
            f"lines-{n}-quantity": quantity,
            f"lines-{n}-price": price,
        }
    return sent


def test_winning_says_what_was_sold(client_of, anna, deal_of):
    tour, won = Product.objects.create(name="Тур"), stage("won")
    deal, client = deal_of(anna), client_of(anna)
    address = reverse("crm:deal-outcome", args=[deal.pk])
    assert (
        client.post(address, {"stage": won.pk, "amount": "", **lines(("", "", "1", ""))}, headers=HX).status_code == 422
    )
    assert (
        client.post(
            address, {"stage": won.pk, "amount": "5", **lines((tour.pk, "", "2", "100,50"))}, headers=HX
        ).status_code
        == 422
    )
    assert (
        client.post(address, {"stage": won.pk, "amount": "", **lines((tour.pk, "", "2", ""))}, headers=HX).status_code
        == 422
    )
    sent = lines((tour.pk, "", "2", "100,50"), ("", "Страховка", "1", "99"), ("", "", "1", ""))
    assert client.post(address, {"stage": won.pk, "amount": "300", **sent}, headers=HX).status_code == 204
    deal.refresh_from_db()
    assert (deal.status, deal.amount, deal.product) == ("won", Decimal("300.00"), tour)
    assert [line.amount for line in deal.lines.all()] == [Decimal("201.00"), Decimal("99.00")]
    assert Fact.objects.get(kind="deal.won").amount == 300
    assert "Страховка" in text(client.get(reverse("crm:deal", args=[deal.pk])))


def test_the_amount_follows_the_lines(client_of, anna, boris, deal_of):
    deal, client = deal_of(anna, amount=7), client_of(anna)
    address = reverse("crm:deal-lines", args=[deal.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, lines(("", "Виза", "3", "10"))).status_code == 302
    deal.refresh_from_db()
    assert deal.amount == 30
    with pytest.raises(actions.Refused):
        actions.change_deal(deal, {"amount": 5}, version=deal.version, by=anna, at=now())
    actions.change_deal(deal, {"amount": 30, "title": "Иначе"}, version=deal.version, by=anna, at=now())
    client.post(address, lines(("", "", "1", "")))
    deal.refresh_from_db()
    assert deal.amount == 30 and not DealLine.objects.exists()
    assert client_of(boris).get(
        reverse("crm:deal-lines", args=[deal_of(anna, phone="+79030000009").pk])
    ).status_code in (200, 404)


def test_advice_is_for_the_readers_level(client_of, anna, deal_of, sales):
    deal, client = deal_of(anna), client_of(anna)
    Stage.objects.filter(pk=deal.stage_id).update(advice="Спросите о датах", advice_master="Торопитесь")
    page = reverse("crm:deal", args=[deal.pk])
    assert "Спросите о датах" in text(client.get(page))
    set_level(anna, SellerLevel.Level.CANDIDATE, by=None, at=now())
    assert "Спросите о датах" in text(client.get(page))
    boss = client_of(employee("Admin", "administrator", department=sales))
    assert anna.name in text(boss.get(reverse("crm:pipelines")))
    assert boss.post(reverse("crm:seller-level", args=[anna.pk]), {"level": "master"}).status_code == 302
    assert client.post(reverse("crm:seller-level", args=[anna.pk]), {"level": "newbie"}).status_code == 404
    assert "Торопитесь" in text(client.get(page))


def test_stages_are_put_into_order_by_hand(client_of, sales):
    pipeline = pipelines.add_pipeline("Малая", by=None, at=now())
    ids = list(pipeline.stages.order_by("-order").values_list("pk", flat=True))
    boss = client_of(employee("Admin", "administrator", department=sales))
    sent = {"ids": ",".join(map(str, ids))}
    assert boss.post(reverse("crm:stage-order", args=[pipeline.pk]), sent, headers=HX).status_code == 204
    assert list(pipeline.stages.order_by("order").values_list("pk", flat=True)) == ids


def test_a_card_is_stale_by_the_stages_own_days(sales):
    one, at = Stage(stale_days=3, norm_seconds=3600), now()
    assert stale_before(one, staff.calendar_of(sales.pk), at) == at - timedelta(days=3)


def test_closing_a_deal_ends_its_waiting(anna, deal_of):
    deal = deal_of(anna, amount=10)
    actions.wait(deal, now() + timedelta(days=3), why="думает", by=anna, at=now())
    actions.win_deal(deal, amount=10, by=anna, at=now())
    deal.refresh_from_db()
    assert not deal.waits.filter(ended_at=None).exists() and deal.next_action_at is None


def test_a_card_is_stale_when_nothing_has_been_done_not_when_it_came_into_the_stage(client_of, anna, deal_of, sales):
    deal, at = deal_of(anna), now()
    Stage.objects.filter(pk=deal.stage_id).update(stale_days=3)
    old = at - timedelta(days=10)
    Deal.objects.filter(pk=deal.pk).update(stage_since=old, created_at=old, alive_at=None)
    board = reverse("crm:board")
    assert "is-stale" in client_of(anna).get(board).content.decode()
    touch_deals({deal.pk: at - timedelta(days=5)})
    touch_deals({deal.pk: at - timedelta(days=7)})  # came late: changes nothing
    assert Deal.objects.get().alive_at == at - timedelta(days=5)
    assert "is-stale" in client_of(anna).get(board).content.decode()
    note = actions.add_note(Deal.objects.get(), "Думает", by=anna, at=at)
    note_life(Fact.objects.filter(kind="note.added"))
    assert Deal.objects.get().alive_at == note.at and "is-stale" not in client_of(anna).get(board).content.decode()
    Deal.objects.update(alive_at=None)
    actions.touch_people({deal.person_id: at})
    assert "is-stale" not in client_of(anna).get(board).content.decode()
    Person.objects.update(last_contact_at=None)
    actions.set_task(kind="call", title="Позвонить", deadline=at - timedelta(days=1), deal=deal, by=anna, at=old)
    assert "is-stale" not in client_of(anna).get(board).content.decode()
