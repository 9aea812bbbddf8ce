"""What becomes of a request after the conversation: the staff's work, planned on the agenda."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from perezvon.billing.actions import receive_payment
from perezvon.crm.actions import complete_task, set_task
from perezvon.crm.actions.companies import add_company
from perezvon.crm.actions.deals import change_deal, lose_deal, move_deal, win_deal
from perezvon.crm.actions.people import change_person, enter_person
from perezvon.crm.models import Company, Deal, LostReason, Person, Stage, Task
from perezvon.staff.models import User
from perezvon.tickets.actions.tickets import disqualify, make_deal
from perezvon.tickets.models import Ticket

from . import company
from .agenda import Agenda
from .arrivals import Arrival, Town
from .founding import Founded

_FORGETS = 0.05  # of those who talk: nobody enters them
_IDLES = 0.06  # entered, then nobody works with them
_NOT_TARGET = 0.08
_ON_BUSINESS = 11  # every so manyth request is of somebody who travels for his firm
_DRAGS = 0.06  # of the deals: the next step is forgotten for good


@dataclass
class Story:
    """One request and whom it belongs to."""

    ticket_id: int
    arrival: Arrival
    seller: User
    skill: float


class Plot:
    """Plans the staff's work for requests; the same dice for the same seed."""

    def __init__(self, founded: Founded, agenda: Agenda, town: Town) -> None:
        self.founded, self.agenda, self.town = founded, agenda, town
        self.random: Random = town.random
        stages = list(Stage.objects.filter(pipeline__is_default=True).order_by("order"))
        self.way = [stage for stage in stages if stage.kind == Stage.Kind.OPEN]
        self.warm_up = next((stage for stage in stages if stage.kind == Stage.Kind.WARM_UP), None)
        self.reasons = {name: LostReason.objects.get_or_create(name=name)[0] for name, _ in company.LOST}

    def begin(self, ticket: Ticket, arrival: Arrival, at: datetime) -> None:
        """Decide what happens to a request whose client has been talked to (or has written)."""
        dice = self.random.random()
        seller, member = self._seller(ticket)
        story = Story(ticket.pk, arrival, seller, member.skill)
        if arrival.is_call and dice < _FORGETS:
            return
        soon = at + timedelta(minutes=self.random.randrange(2, 40 if arrival.is_call else 180))
        soon = self.town.working(soon)
        if dice < _FORGETS + _IDLES:
            if arrival.is_call:
                self.agenda.plan(soon, lambda moment: self._enter(story, moment))
            return
        if dice < _FORGETS + _IDLES + _NOT_TARGET:
            self.agenda.plan(soon, lambda moment: self._turn_away(story, moment))
            return
        self.agenda.plan(soon, lambda moment: self._open(story, moment))

    def _seller(self, ticket: Ticket) -> tuple[User, company.Member]:
        sellers = self.founded.sellers()
        for user, member in sellers:
            if user.pk == ticket.responsible_id:
                return user, member
        return self.random.choices(sellers, [0.5] + [1.0] * (len(sellers) - 1))[0]

    def _enter(self, story: Story, at: datetime) -> None:
        person = Person.objects.filter(
            pk=Ticket.objects.values_list("person_id", flat=True).get(pk=story.ticket_id)
        ).first()
        if person:
            enter_person(person, name=story.arrival.human.name, by=story.seller, at=at)
            if story.ticket_id % _ON_BUSINESS == 0:
                self._belongs(person, story, at)

    def _belongs(self, person: Person, story: Story, at: datetime) -> None:
        """Some travel for their firm; its card is opened with the first of them."""
        name, inn = company.FIRMS[story.ticket_id // _ON_BUSINESS % len(company.FIRMS)]
        firm = Company.objects.filter(name=name).first()
        if firm is None:
            firm = add_company(name=name, inn=inn, responsible=story.seller, by=story.seller, at=at)
        person.refresh_from_db()
        if person.company_id is None:
            change_person(person, {"company_id": firm.pk}, version=person.version, by=story.seller, at=at)

    def _turn_away(self, story: Story, at: datetime) -> None:
        ticket = Ticket.objects.get(pk=story.ticket_id)
        if ticket.state == Ticket.State.OPEN and ticket.deal_id is None:
            self._enter(story, at)
            ticket.refresh_from_db()
            disqualify(ticket, reason=self.random.choice(company.NOT_TARGET), by=story.seller, at=at)

    def _open(self, story: Story, at: datetime) -> None:
        ticket = Ticket.objects.select_related("person").get(pk=story.ticket_id)
        if ticket.state != Ticket.State.OPEN or ticket.deal_id is not None or ticket.person is None:
            return
        self._enter(story, at)
        story.arrival.human.seller = story.seller.extension
        trip, r = story.arrival.trip, self.random
        amount = round(r.triangular(*trip.cheque, trip.cheque[0] * 1.3), -3)
        deal = make_deal(
            ticket, by=None, at=at, title=f"{trip.name}, {story.arrival.human.name.split()[-1]}",
            amount=int(amount), stage=self.way[0], responsible=story.seller,
        )  # fmt: skip
        product = self.founded.products[trip.name]
        change_deal(deal, {"product_id": product.pk}, version=deal.version, by=story.seller, at=at)
        self._next(story, deal.pk, 0, at)

    def _next(self, story: Story, deal_id: int, place: int, at: datetime) -> None:
        """A task for the next step, and what will have happened by then."""
        r = self.random
        due = self.town.working(at + timedelta(hours=r.choice((3, 6, 24, 24, 48, 72))))
        kind = ("proposal", "call", "call", "call", "payment")[min(place, 4)]
        titles = {
            "proposal": "Подобрать отели и отправить",
            "call": "Позвонить, узнать решение",
            "payment": "Проверить оплату",
        }
        deal = Deal.objects.get(pk=deal_id)
        slot: dict[str, Any] = {"starts_at": due - timedelta(hours=1), "ends_at": due} if kind == "proposal" else {}
        set_task(
            kind=kind, title=titles[kind], deadline=due, deal=deal, responsible=story.seller, by=story.seller, at=at,
            **slot,
        )  # fmt: skip
        if r.random() < _DRAGS / 3:
            return  # forgotten for good: the task stays overdue
        late = timedelta(minutes=r.randrange(-90, 200)) if r.random() < 0.85 else timedelta(days=r.randrange(1, 4))
        self.agenda.plan(
            self.town.working(max(due + late, at)), lambda moment: self._step(story, deal_id, place, moment)
        )

    def _step(self, story: Story, deal_id: int, place: int, at: datetime) -> None:
        deal, r = Deal.objects.select_related("stage").get(pk=deal_id), self.random
        if deal.status != Deal.Status.OPEN:
            return
        for task in Task.objects.filter(deal=deal, done_at=None):
            words = company.RESULTS.get(task.kind, company.RESULTS["call"])
            complete_task(task, result=r.choice(words), by=story.seller, at=at)
        good = 0.845 * (story.skill * story.arrival.channel.quality * story.arrival.trip.ease) ** 0.22
        if story.arrival.human.deals:
            good = min(0.97, good * 1.07)
        if r.random() > good:
            self._lose(story, deal, at)
        elif place + 1 >= len(self.way):
            self._win(story, deal, at)
        else:
            skip = 2 if r.random() < 0.3 and place + 2 < len(self.way) else 1
            move_deal(deal, self.way[place + skip], by=story.seller, at=at)
            self._next(story, deal_id, place + skip, at)

    def _lose(self, story: Story, deal: Deal, at: datetime) -> None:
        name, comment = self.random.choice(company.LOST)
        if self.warm_up and self.random.random() < 0.12:
            move_deal(deal, self.warm_up, by=story.seller, at=at)
            return
        lose_deal(deal, reason=self.reasons[name], comment=comment, by=story.seller, at=at)

    def _win(self, story: Story, deal: Deal, at: datetime) -> None:
        win_deal(deal, amount=deal.amount, by=story.seller, at=at)
        story.arrival.human.deals += 1
        if self.random.random() < 0.96:
            when = self.town.working(at + timedelta(hours=self.random.choice((1, 4, 24, 48, 96))))
            amount, accountant = deal.amount, self.founded.people["vera"]
            self.agenda.plan(when, lambda moment: receive_payment(deal, amount, by=accountant, at=moment))
