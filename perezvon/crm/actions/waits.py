"""Waiting for the client: begins with a reason, ends by itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import NewFact, cancel_timer, record_many, set_timers
from perezvon.journey.models import Due

from .. import facts
from ..models import Deal, DealWait
from .errors import Refused
from .tasks import NewTask, keep_next_actions, set_tasks

TIMER = "crm.wait"
ORIGIN = "waited"
SOON = timedelta(hours=2)
LONGEST = timedelta(days=400)


@transaction.atomic
def wait(deal: Deal, until: datetime, *, why: str, by: Any = None, at: datetime) -> DealWait:
    """Let an open deal wait; a wait that lasts is replaced. Refused for a closed deal, a moment that is past or too far."""
    row = Deal.objects.select_for_update(no_key=True).get(pk=deal.pk)
    if row.status != Deal.Status.OPEN or not at < until <= at + LONGEST or not why.strip():
        raise Refused
    DealWait.objects.filter(deal=row, ended_at=None).update(ended_at=at, ended_by=DealWait.End.PERSON)
    made = DealWait.objects.create(deal=row, until=until, why=why.strip()[:200], by=by, at=at)
    keep_next_actions([row.pk])
    set_timers([Due(kind=TIMER, key=str(made.pk), due_at=until)])
    record_many([_fact(facts.DEAL_WAITS, made, row, at, getattr(by, "pk", None), until=until)])
    deal.refresh_from_db()
    return made


@transaction.atomic
def end_waits(waits: Iterable[DealWait], how: str, *, by: Any = None, at: datetime) -> int:
    """End waits that last. Whoever is responsible gets a task when the time is over or the client came back; how many."""
    found = DealWait.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in waits], ended_at=None)
    ended = list(found.select_related("deal").order_by("deal_id"))
    DealWait.objects.filter(pk__in=[one.pk for one in ended]).update(ended_at=at, ended_by=how)
    for one in ended:
        cancel_timer(TIMER, one.pk)
    keep_next_actions(one.deal_id for one in ended)
    record_many(_fact(facts.DEAL_WAITED, one, one.deal, at, getattr(by, "pk", None), how=how) for one in ended)
    if how != DealWait.End.PERSON:
        set_tasks([_task(one, how, at) for one in ended if one.deal.status == Deal.Status.OPEN], at)
    return len(ended)


def _task(one: DealWait, how: str, at: datetime) -> NewTask:
    deal = one.deal
    words = _("The client came back: %(why)s") if how == DealWait.End.CLIENT else _("Waited long enough: %(why)s")
    return NewTask(
        kind="call", title=words % {"why": one.why}, deadline=at + SOON, deal_id=deal.pk, person_id=deal.person_id,
        company_id=deal.company_id, ticket_id=deal.ticket_id, responsible_id=deal.responsible_id,
        department_id=deal.department_id, origin=ORIGIN,
    )  # fmt: skip


def waits_over(ids: Iterable[int], *, at: datetime) -> int:
    """End those whose time has come."""
    due = DealWait.objects.filter(pk__in=list(ids), ended_at=None, until__lte=at)
    return end_waits(list(due), DealWait.End.TIME, at=at)


def client_came(seen: Mapping[int, datetime]) -> int:
    """Clients (person -> when) called or wrote: their deals wait no longer. A contact before the wait began ends nothing."""
    waits = DealWait.objects.filter(deal__person__in=list(seen), ended_at=None).select_related("deal")
    ended = 0
    for one in waits:
        moment = seen[one.deal.person_id or 0]
        if moment > one.at:
            ended += end_waits([one], DealWait.End.CLIENT, at=moment)
    return ended


def _fact(kind: str, one: DealWait, deal: Deal, at: datetime, by_id: int | None, **more: Any) -> NewFact:
    return NewFact(
        kind, at, by_id=by_id, owner_id=deal.responsible_id, department_id=deal.department_id, person_id=deal.person_id,
        company_id=deal.company_id, ticket_id=deal.ticket_id, deal_id=deal.pk, details={"why": one.why, **more},
    )  # fmt: skip
