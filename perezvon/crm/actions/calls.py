"""What came of a call that nobody had planned, or that was planned: a task that is done at once, with its next step."""

from datetime import datetime
from typing import Any

from django.db import transaction

from ..models import Task, TaskResult
from .finishing import Then, finish_task
from .tasks import set_task


@transaction.atomic
def say_call(
    call: Task,
    *,
    title: str,
    result: str,
    then: Then,
    by: Any,
    at: datetime,
    outcome: TaskResult | None = None,
    comment: str = "",
) -> Task:
    """Say what came of ``call``: a planned one, or one that is not saved yet and is set now under ``title``.

    Errors as of ``finish_task``. The call.
    """
    if call.pk is None:
        call = set_task(
            kind=call.kind, title=title, deadline=at, person=call.person, deal=call.deal, responsible=by, by=by, at=at, origin="call"
        )  # fmt: skip
    finish_task(call, result=result, outcome=outcome, comment=comment, then=then, by=by, at=at)
    return call
