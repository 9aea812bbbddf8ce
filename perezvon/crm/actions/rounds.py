"""Calling through a list: one client after another, each with a result and a next step."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from perezvon.journey.actions import record

from .. import facts
from ..models import CallRound, Deal, Person, Task, TaskKind, TaskResult
from .errors import Refused
from .finishing import Then, finish_task
from .tasks import set_task

MOST = 500


@transaction.atomic
def begin_round(name: str, people: Sequence[int], *, by: Any, at: datetime) -> CallRound:
    """Begin to call through these people, at most MOST; a round under way ends. Refused for nobody."""
    if not people:
        raise Refused
    CallRound.objects.filter(user=by, ended_at=None).update(ended_at=at)
    made = CallRound.objects.create(user=by, name=name[:200], people=list(people)[:MOST], begun_at=at)
    record(
        facts.ROUND_BEGUN,
        at=at,
        by=by,
        owner_id=by.pk,
        department_id=by.department_id,
        name=made.name,
        count=len(made.people),
    )
    return made


@transaction.atomic
def answer_round(
    one: CallRound,
    person: Person,
    *,
    result: str,
    then: Then,
    by: Any,
    at: datetime,
    outcome: TaskResult | None = None,
    comment: str = "",
) -> None:
    """Say what came of the call: it is a task of its own that is done at once, with its next step; the next client follows.

    An open call to this client that was planned already is the one that is done. Errors as of ``finish_task``.
    """
    finish_task(
        task_of(one, person, by=by, at=at), result=result, outcome=outcome, comment=comment, then=then, by=by, at=at
    )
    go_on(one, by=by, at=at, called=1)


def task_of(one: CallRound, person: Person, *, by: Any, at: datetime) -> Task:
    """The call that is planned with the client, else one set now; part of a bigger action."""
    mine = Task.objects.open().filter(person=person, responsible=by, kind=TaskKind.CALL).select_related("deal")
    known = mine.order_by("deadline", "pk").first()
    if known is not None:
        return known  # type: ignore[no-any-return]
    return set_task(
        kind=TaskKind.CALL, title=one.name, deadline=at, person=person, deal=deal_of(person, by), responsible=by, by=by, at=at,
        origin="round",
    )  # fmt: skip


def deal_of(person: Person, user: Any) -> Deal | None:
    """The client's newest open deal that the caller works on."""
    found = Deal.objects.visible_to(user, "edit").open().filter(person=person).select_related("stage")
    return found.order_by("-created_at", "-pk").first()  # type: ignore[no-any-return]


def go_on(one: CallRound, *, by: Any, at: datetime, called: int = 0) -> None:
    """To the next client; after the last one the round is over."""
    CallRound.objects.filter(pk=one.pk).update(place=F("place") + 1, called=F("called") + called)
    one.refresh_from_db()
    if one.person_id is None:
        end_round(one, by=by, at=at)


@transaction.atomic
def end_round(one: CallRound, *, by: Any, at: datetime) -> None:
    """Stop calling through; one that is over changes nothing."""
    if CallRound.objects.filter(pk=one.pk, ended_at=None).update(ended_at=at):
        one.ended_at = at
        record(
            facts.ROUND_ENDED,
            at=at,
            by=by,
            owner_id=one.user_id,
            name=one.name,
            called=one.called,
            count=len(one.people),
        )
