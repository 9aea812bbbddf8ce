"""Judging talks: weights, who may, what stays."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from perezvon.journey.models import Fact
from perezvon.telephony.actions.quality import NothingJudged, OwnCall, save_criterion, score_call, total_of
from perezvon.telephony.models import Call, Criterion, QualityScore

from .conftest import NOON
from .recordings import ended_call


@pytest.fixture
def criteria(db: Any) -> list[Criterion]:
    Criterion.objects.update(is_archived=True)
    return [
        Criterion.objects.create(name=name, weight=weight, order=n)
        for n, (name, weight) in enumerate((("Greeting", 10), ("Needs", 30), ("Next step", 60)))
    ]


@pytest.fixture
def call(anna: Any, sales: Any) -> Call:
    return ended_call(user=anna, department=sales, record="")


def test_a_new_installation_has_criteria(db: Any) -> None:
    assert sum(Criterion.objects.values_list("weight", flat=True)) == 100


def test_marks_are_weighed_and_what_does_not_apply_counts_nowhere(criteria: list[Criterion]) -> None:
    greeting, needs, step = criteria
    assert total_of({greeting: 100, needs: 100, step: 100}) == 100
    assert total_of({greeting: 100, needs: 0, step: 0}) == 10
    assert total_of({greeting: None, needs: 50, step: None}) == 50
    with pytest.raises(NothingJudged):
        total_of({greeting: None})


def test_a_judge_may_change_his_mind_and_the_weights_of_the_day_stay(
    call: Call, criteria: list[Criterion], boris: Any, admin: Any
) -> None:
    score_call(call, {criteria[0]: 100, criteria[1]: 0}, by=boris, at=NOON)
    made = score_call(call, {criteria[0]: 0, criteria[1]: 100}, comment="Better", by=boris, at=NOON)
    score_call(call, {criteria[0]: 100}, by=admin, at=NOON)
    assert (made.total, made.marks.count(), QualityScore.objects.count()) == (75, 2, 2)
    criteria[1].weight = 1
    save_criterion(criteria[1], by=admin, at=NOON)
    assert made.marks.get(criterion=criteria[1]).weight == 30
    assert Fact.objects.filter(kind="call.scored", owner_id=call.user_id).count() == 3


def test_nobody_judges_himself(call: Call, criteria: list[Criterion], anna: Any) -> None:
    with pytest.raises(OwnCall):
        score_call(call, {criteria[0]: 100}, by=anna, at=NOON)


def test_a_weight_is_from_1_to_100(criteria: list[Criterion], admin: Any) -> None:
    for weight in (0, 101):
        criteria[0].weight = weight
        with pytest.raises(ValidationError):
            save_criterion(criteria[0], by=admin, at=NOON)


def test_the_form(call: Call, criteria: list[Criterion], client_of: Any, boris: Any, anna: Any, operator: Any) -> None:
    url = reverse("telephony:score", args=[call.pk])
    head = client_of(boris)
    assert "Greeting" in head.get(url).content.decode()
    marks = {f"criterion_{one.pk}": "100" for one in criteria}
    assert head.post(url, {**marks, "comment": "Fine"}).status_code == 302
    assert head.post(url, dict.fromkeys(marks, "")).status_code == 422
    assert head.post(url, {**marks, next(iter(marks)): "77"}).status_code == 422
    assert client_of(operator).get(url).status_code == 404
    assert client_of(anna).get(url).status_code == 404
    page = reverse("telephony:call", args=[call.pk])
    assert "Fine" in head.get(page).content.decode() and "Judge the talk" in head.get(page).content.decode()
    own = client_of(anna).get(page).content.decode()
    assert "Fine" in own and "Judge the talk" not in own, "whoever was judged sees the score"


def test_criteria_are_edited_by_the_administrator(
    criteria: list[Criterion], client_of: Any, admin: Any, boris: Any, spool: Path
) -> None:
    assert "60 %" in client_of(boris).get("/quality/").content.decode()
    assert client_of(boris).get("/quality/add/").status_code == 404
    values = {"name": "Polite", "hint": "", "weight": 20, "order": 9}
    assert client_of(admin).post("/quality/add/", values).status_code == 302
    url = reverse("telephony:criterion", args=[criteria[0].pk])
    assert client_of(admin).post(url, {**values, "weight": 0}).status_code == 422
    assert client_of(admin).post(url, {**values, "is_archived": "on"}).status_code == 302
    assert not Criterion.objects.filter(is_archived=False, name="Greeting").exists()
