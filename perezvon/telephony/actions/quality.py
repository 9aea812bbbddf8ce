"""Judging talks: criteria are data, a score keeps the weights of its day."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from perezvon.crm.actions.errors import Refused
from perezvon.journey.actions import NewFact, record, record_many

from .. import facts
from ..models import Call, Criterion, QualityMark, QualityScore


class NothingJudged(Refused):
    """A score needs at least one criterion that applied."""

    text = _("Mark at least one criterion.")


class OwnCall(Refused):
    """Nobody judges himself."""

    text = _("This is your own talk: somebody else judges it.")


def total_of(marks: Mapping[Criterion, int | None]) -> int:
    """0..100: the marks weighed against each other; what did not apply counts nowhere. NothingJudged without any."""
    given = [(criterion.weight, value) for criterion, value in marks.items() if value is not None]
    if not given:
        raise NothingJudged
    return round(sum(weight * value for weight, value in given) / sum(weight for weight, _value in given))


@transaction.atomic
def score_call(
    call: Call, marks: Mapping[Criterion, int | None], *, comment: str = "", by: Any, at: datetime
) -> QualityScore:
    """Judge a call; a judge who has done so before changes his mind. NothingJudged, OwnCall."""
    if call.user_id == by.pk:
        raise OwnCall
    total = total_of(marks)
    score, _made = QualityScore.objects.update_or_create(
        call=call, by=by, defaults={"user_id": call.user_id, "at": at, "total": total, "comment": comment.strip()}
    )
    score.marks.all().delete()
    QualityMark.objects.bulk_create(
        QualityMark(score=score, criterion=criterion, weight=criterion.weight, value=value)
        for criterion, value in marks.items()
    )
    record_many(
        [
            NewFact(
                facts.CALL_SCORED,
                at,
                by_id=by.pk,
                owner_id=call.user_id,
                department_id=call.department_id,
                person_id=call.person_id,
                call_id=call.pk,
                channel="call",
                details={"total": total},
            )  # fmt: skip
        ]
    )
    return score


@transaction.atomic
def save_criterion(criterion: Criterion, *, by: Any, at: datetime) -> Criterion:
    """Add or change a criterion; scores given before keep their weights."""
    criterion.full_clean()
    criterion.save()
    record(facts.CRITERION_CHANGED, at=at, by=by, name=criterion.name)
    return criterion
