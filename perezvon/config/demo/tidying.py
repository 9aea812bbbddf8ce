"""What the heads do once a week: old callback tasks, forgotten requests and deals are settled, most of them."""

from datetime import datetime, timedelta
from random import Random

from perezvon.crm.actions import complete_task
from perezvon.crm.actions.deals import lose_deal
from perezvon.crm.models import Deal, LostReason, Task
from perezvon.staff.actions.notices import see
from perezvon.staff.models import Notice
from perezvon.tickets.actions.tickets import close
from perezvon.tickets.models import Ticket

from .founding import Founded

_FRESH = timedelta(hours=20)
_MOST = 0.85
_UNREACHED = "Три попытки, не дозвонились."


def tidy(founded: Founded, random: Random, at: datetime) -> None:
    """Settle what has been lying about at ``at``."""
    _callbacks(founded, random, at)
    _deals(founded, random, at)
    _requests(founded, random, at)


def look(founded: Founded, at: datetime) -> None:
    """Everybody has looked at the notices of the days before the last."""
    for person in founded.people.values():
        old = Notice.objects.filter(user=person, at__lt=at - _FRESH).values_list("pk", flat=True)
        see(person, at=at, only=list(old))


def _callbacks(founded: Founded, random: Random, at: datetime) -> None:
    stale = Task.objects.filter(done_at=None, deal=None, deadline__lt=at - timedelta(days=4)).order_by("pk")
    for task in stale:
        if random.random() < _MOST:
            complete_task(task, result=_UNREACHED, by=random.choice(founded.operators()), at=at)


def _deals(founded: Founded, random: Random, at: datetime) -> None:
    forgotten = Deal.objects.filter(status=Deal.Status.OPEN, next_action_at__lt=at - timedelta(days=35)).order_by("pk")
    reason = LostReason.objects.get(name="Не дозвонились")
    for deal in forgotten:
        if random.random() < _MOST:
            for task in Task.objects.filter(deal=deal, done_at=None).order_by("pk"):
                complete_task(task, result=_UNREACHED, by=founded.people["boris"], at=at)
            lose_deal(
                deal,
                reason=reason,
                comment="Забыли вовремя позвонить, клиент уже купил.",
                by=founded.people["boris"],
                at=at,
            )


def _requests(founded: Founded, random: Random, at: datetime) -> None:
    old = Ticket.objects.filter(
        state=Ticket.State.OPEN, deal_id=None, missed_at=None, opened_at__lt=at - timedelta(days=25)
    )
    for ticket in old.order_by("pk"):
        if random.random() < _MOST and not Task.objects.filter(ticket_id=ticket.pk, done_at=None).exists():
            close(ticket, reason="Неактуально: прошёл месяц.", by=founded.people["boris"], at=at)
