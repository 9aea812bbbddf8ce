"""Pipelines, stages and what they ask for."""

import pytest
from django.urls import reverse

from perezvon.crm import actions
from perezvon.crm.actions import pipelines
from perezvon.crm.actions.errors import FieldsNeeded, Refused
from perezvon.crm.models import Company, LostReason, Pipeline, Product, Stage, StageTransition
from perezvon.kit.clock import now
from perezvon.staff.testing import person as employee

pytestmark = pytest.mark.django_db
NOW = now()
HX = {"HX-Request": "true"}


@pytest.fixture
def administrator(sales):
    return employee("Admin", "administrator", department=sales)


def stages(pipeline) -> list[str]:
    return list(pipeline.stages.filter(is_archived=False).order_by("order").values_list("name", flat=True))


def test_a_new_pipeline_can_be_worked_with_at_once(administrator, anna, deal_of):
    pipeline = pipelines.add_pipeline("Корпоративные", by=administrator, at=NOW)
    deal = deal_of(anna)
    actions.move_deal(deal, pipeline.stages.get(kind="open"), by=anna, at=NOW)
    actions.win_deal(deal, amount=10, by=anna, at=NOW)
    assert deal.stage.pipeline == pipeline
    with pytest.raises(Refused):
        pipelines.change_pipeline(Pipeline.objects.get(is_default=True), name="x", is_archived=True, by=None, at=NOW)


def test_a_stage_is_added_before_the_ends_ordered_and_taken_away(administrator, anna, deal_of):
    pipeline = pipelines.add_pipeline("Малая", by=administrator, at=NOW)
    new = pipelines.save_stage(Stage(pipeline=pipeline, name="Договор", kind="open"), by=None, at=NOW)
    first, *_rest = pipeline.stages.order_by("order")
    assert stages(pipeline)[1] == "Договор" and len(stages(pipeline)) == 4
    pipelines.order_stages(pipeline, [new.pk, first.pk], by=None, at=NOW)
    assert stages(pipeline)[0] == "Договор"
    deal = deal_of(anna, stage=new)
    with pytest.raises(pipelines.HasDeals):
        pipelines.remove_stage(new, to=None, by=None, at=NOW)
    assert pipelines.remove_stage(new, to=first, by=anna, at=NOW) == 1
    deal.refresh_from_db()
    assert deal.stage == first and StageTransition.objects.filter(deal=deal, from_stage=new).exists()
    assert "Договор" not in stages(pipeline) and Stage.objects.get(pk=new.pk).is_archived
    with pytest.raises(pipelines.LastOfItsKind):
        pipelines.remove_stage(first, to=None, by=None, at=NOW)
    with pytest.raises(pipelines.LastOfItsKind):
        pipelines.remove_stage(pipeline.stages.get(kind="won"), to=None, by=None, at=NOW)


def test_a_stage_that_asks_for_something_lets_nobody_in_without_it(anna, deal_of):
    stage = Stage.objects.filter(kind="open").last()
    stage.needs = ["amount", "product", "company"]
    stage.save()
    deal = deal_of(anna)
    with pytest.raises(FieldsNeeded) as refusal:
        actions.move_deal(deal, stage, by=anna, at=NOW)
    assert refusal.value.fields == ["amount", "product", "company"]
    product, firm = Product.objects.create(name="Турция"), Company.objects.create(name="Ромашка", created_at=NOW)
    changes = {"amount": 5, "product_id": product.pk, "company_id": firm.pk}
    actions.move_deal(deal, stage, by=anna, at=NOW, changes=changes)
    deal.refresh_from_db()
    assert (deal.stage, deal.amount, deal.product, deal.company) == (stage, 5, product, firm)


def test_dropping_asks_only_for_what_is_missing(client_of, anna, deal_of):
    stage = Stage.objects.filter(kind="open").last()
    stage.needs = ["amount", "product"]
    stage.save()
    product = Product.objects.create(name="Турция")
    deal, client = deal_of(anna, amount=100), client_of(anna)
    address = reverse("crm:deal-stage", args=[deal.pk])
    answer = client.post(address, {"stage": stage.pk}, headers=HX)
    page = answer.content.decode()
    assert answer.status_code == 422 and 'name="product"' in page and 'name="amount"' not in page
    assert client.post(address, {"stage": stage.pk, "filled": "1"}, headers=HX).status_code == 422
    assert (
        client.post(address, {"stage": stage.pk, "filled": "1", "product": product.pk}, headers=HX).status_code == 204
    )
    deal.refresh_from_db()
    assert (deal.stage, deal.product) == (stage, product)


def test_a_next_action_is_asked_for_too(client_of, anna, deal_of):
    stage = Stage.objects.filter(kind="open").last()
    stage.needs = ["next_action"]
    stage.save()
    deal, client = deal_of(anna), client_of(anna)
    address = reverse("crm:deal-stage", args=[deal.pk])
    assert client.post(address, {"stage": stage.pk, "filled": "1"}, headers=HX).status_code == 422
    actions.set_task(kind="call", title="x", deadline=NOW, deal=deal, by=anna, at=NOW)
    assert client.post(address, {"stage": stage.pk}, headers=HX).status_code == 204


def test_the_page_is_the_administrators(client_of, administrator, anna):
    client, default = client_of(administrator), Pipeline.objects.get(is_default=True)
    stage = default.stages.filter(kind="open").first()
    page = client.get(reverse("crm:pipelines")).content.decode()
    assert stage.name in page
    assert client_of(anna).get(reverse("crm:pipelines")).status_code == 404
    sent = {
        "name": "Звонок",
        "kind": "open",
        "probability": 15,
        "norm_hours": 4,
        "needs": ["amount"],
        "advice": "Спросите о датах",
    }
    assert client.post(reverse("crm:stage", args=[default.pk, stage.pk]), sent).status_code == 302
    stage.refresh_from_db()
    assert (stage.name, stage.norm_seconds, stage.needs) == ("Звонок", 4 * 3600, ["amount"])
    assert client.post(reverse("crm:stage", args=[default.pk, stage.pk]), {**sent, "probability": 101}).status_code in (
        422,
    )
    assert (
        client.post(reverse("crm:stage-order", args=[default.pk]), {"stage": stage.pk, "way": "up"}).status_code == 302
    )
    assert client.get(reverse("crm:stage-remove", args=[stage.pk])).status_code == 200
    assert client.post(reverse("crm:pipeline-add"), {"name": "Новая"}).status_code == 302
    assert client.post(reverse("crm:reason-add"), {"name": "Просто так"}).status_code == 302
    assert client.post(reverse("crm:product-add"), {"name": "Куба"}).status_code == 302
    assert LostReason.objects.filter(name="Просто так").exists() and Product.objects.filter(name="Куба").exists()
