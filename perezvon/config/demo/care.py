"""How clients are cared for: queues of requests and promises of the last fortnight, complaints, who is away."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from perezvon.crm.models import Deal
from perezvon.staff.actions.absences import set_absence
from perezvon.staff.models import User
from perezvon.tickets.actions import complaints
from perezvon.tickets.actions.queues import save_policy, save_queue, save_rule, save_seat
from perezvon.tickets.models import AssignRule, Complaint, ComplaintWord, QueueSeat, SlaPolicy, Ticket, TicketQueue

from . import company
from .agenda import Agenda, Work
from .arrivals import Town
from .company import CARE, Grievance
from .founding import Founded

_FORMS = {"field": "channel", "op": "is", "value": ["form"]}
BY_SELLER, BY_OPERATOR = "Работа продавца", "Приём звонка"
_GOLD = {"field": "segment", "op": "is", "value": ["gold"]}


def open_desk(founded: Founded, at: datetime) -> None:
    """Queues with their people and rules, and what is promised to whom."""
    boris, sales = founded.people["boris"], founded.departments[company.SALES]
    forms = save_queue(
        TicketQueue(name="Заявки с сайта", where=_FORMS, department=sales, accept_minutes=0, fallback=boris), by=boris, at=at
    )  # fmt: skip
    calls = save_queue(
        TicketQueue(name="Звонки", where={}, department=founded.departments[company.CONTACT], accept_minutes=0), by=boris, at=at
    )  # fmt: skip
    for seller, _ in founded.sellers()[1:]:
        save_seat(QueueSeat(queue=forms, user=seller, open_limit=25), by=boris, at=at)
    for operator in founded.operators():
        save_seat(QueueSeat(queue=calls, user=operator), by=boris, at=at)
    save_rule(AssignRule(queue=forms, name="У кого меньше заявок", way=AssignRule.Way.LOAD), by=boris, at=at)
    save_rule(AssignRule(queue=calls, name="По очереди", way=AssignRule.Way.TURN), by=boris, at=at)
    for name, where, first, whole in (("Золотые клиенты", _GOLD, 15, 480), ("Заявки с сайта", _FORMS, 30, 960)):
        policy = SlaPolicy(name=name, where=where, first_minutes=first, resolution_minutes=whole)
        save_policy(policy, by=boris, at=at)


def plan_care(founded: Founded, agenda: Agenda, town: Town, now: datetime) -> None:
    """The complaints of the last months, and who is away in these weeks."""
    for each in CARE:
        moment = town.working(now - timedelta(days=each.days_ago))
        agenda.plan(moment, Care(founded, agenda, town, each).begin)
    people, today = founded.people, now.date()
    away = ((people["ilya"], "sick", -9, -6, "dmitry"), (people["maria"], "vacation", 5, 18, "anna"))
    for user, kind, first, last, who in away:
        set_absence(
            user=user, kind=kind, first=today + timedelta(days=first), last=today + timedelta(days=last), at=now - timedelta(days=12),
            substitute=people[who], by=people["boris"],
        )  # fmt: skip


@dataclass(frozen=True)
class Care:
    """One complaint, from the first word as far as it has come by now."""

    founded: Founded
    agenda: Agenda
    town: Town
    told: Grievance

    def begin(self, at: datetime) -> None:
        """The client of a late sale is not content; nothing happens while nobody has bought."""
        deal = Deal.objects.filter(status=Deal.Status.WON, person__isnull=False).order_by("-closed_at", "-pk").first()
        if deal is None:
            return
        ticket = Ticket.objects.filter(deal_id=deal.pk).first()
        row = complaints.open_complaint(
            reason=_word("reason", self.told.reason), text=self.told.text, severity=self.told.severity, person=deal.person,
            ticket=ticket, responsible=deal.responsible, by=self.founded.people["pavel"], at=at,
        )  # fmt: skip
        if self.told.answer_after is not None:
            self._later(at, self.told.answer_after, lambda moment: self._answer(row.pk, moment))

    def _later(self, at: datetime, hours: int, work: Work) -> None:
        self.agenda.plan(self.town.working(at + timedelta(hours=hours)), work)

    def _answer(self, pk: int, at: datetime) -> None:
        row = Complaint.objects.get(pk=pk)
        by: User = row.responsible or self.founded.people["boris"]
        complaints.find_out(
            row, is_justified=bool(self.told.cause), cause=self.told.cause, correction=self.told.correction, by=by, at=at,
            guilty_stage=_word("stage", self.told.stage), guilty=by if self.told.stage == BY_SELLER else None,
            guilty_department=self.founded.departments[company.CONTACT] if self.told.stage == BY_OPERATOR else None,
        )  # fmt: skip
        if self.told.given:
            kind = _word("given", "Скидка" if self.told.severity == "minor" else "Возврат денег")
            complaints.compensate(row, kind=kind, amount=Decimal(self.told.given), by=by, at=at)
        complaints.answer(row, text=self.told.answer, way="call", by=by, at=at)
        if self.told.close_after is not None:
            self._later(at, self.told.close_after, lambda moment: self._close(pk, moment))

    def _close(self, pk: int, at: datetime) -> None:
        row, owner = Complaint.objects.get(pk=pk), self.founded.people["kirill"]
        for waiting in row.compensations.filter(state="waiting"):
            complaints.decide(waiting, approved=True, comment="Клиент прав.", by=owner, at=at)
        complaints.close_complaint(row, by=owner, at=at)


def _word(kind: str, name: str) -> ComplaintWord:
    return ComplaintWord.objects.get(kind=kind, name=name)
