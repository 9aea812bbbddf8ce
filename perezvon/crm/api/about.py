"""What is known of a client besides the card: consents, ties, wishes, segments of the company's own."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from perezvon.api.ids import named
from perezvon.api.nouns import Caller, Expansion, Noun, register
from perezvon.api.schemas import Amount, Day, Field, Id, In, Moment, Out, Roubles

from ..actions import consents, wishes
from ..models import Company, Consent, GroupMember, Person, Product, Tie, Wish
from ..models.consent import Channel, Purpose

_PERSON = {"person": Expansion("people", "person_id")}


def _of_people(model: Any) -> Any:
    return lambda user, verb: model.objects.filter(
        person__in=Person.objects.visible_to(user, verb).order_by().values("pk")
    )


class ConsentOut(Out):
    """What a person allows, since when, and what proves it."""

    id: int
    person_id: int
    purpose: Purpose
    text_id: int | None
    channel: Channel
    evidence: str
    given_at: datetime
    by_id: int | None
    withdrawn_at: datetime | None
    withdrawn_by_id: int | None
    withdrawn_channel: str


class ConsentIn(In):
    """A consent, to the words in use."""

    person_id: Id
    purpose: Purpose
    channel: Channel
    evidence: Annotated[str, Field(min_length=1, max_length=300)]
    given_at: Moment | None = None


class WithdrawIn(In):
    """How it was taken back."""

    channel: Channel
    note: Annotated[str, Field(max_length=300)] = ""


CONSENTS = register(Noun(
    "consents", "consent", _("Consents"), ConsentOut, _of_people(Consent), "person", narrow={"person": "person_id", "purpose": "purpose"},
    expand=_PERSON,
))  # fmt: skip


@CONSENTS.adds(ConsentIn, right="edit")
def give(caller: Caller, body: ConsentIn) -> Consent:
    """The person allows it."""
    person = named(Person.objects.visible_to(caller.user, "edit"), body.person_id, "person_id")
    return consents.give(
        person, body.purpose, channel=body.channel, evidence=body.evidence, given_at=body.given_at or caller.at,
        by=caller.user, at=caller.at,
    )  # fmt: skip


@CONSENTS.verb("withdraw", _("Consents: the person takes it back"), WithdrawIn)
def withdraw(caller: Caller, consent: Consent, body: WithdrawIn) -> Consent:
    """Whoever acts on it stops at once."""
    consents.withdraw(consent, channel=body.channel, note=body.note, by=caller.user, at=caller.at)
    return consent


class TieOut(Out):
    """How people and companies are tied: the first one is the word of the kind to the second."""

    id: int
    kind_id: int
    person_id: int | None
    company_id: int | None
    other_person_id: int | None
    other_company_id: int | None
    role: str
    since: date | None
    until: date | None


def _ties(user: Any, verb: str) -> Any:
    """Ties of which both ends may be seen."""
    people = Person.objects.visible_to(user, verb).order_by().values("pk")
    companies = Company.objects.visible_to(user, verb).order_by().values("pk")
    first = Tie.objects.filter(person__in=people) | Tie.objects.filter(company__in=companies)
    return first & (Tie.objects.filter(other_person__in=people) | Tie.objects.filter(other_company__in=companies))


register(Noun(
    "ties", "tie", _("Ties of clients"), TieOut, _ties, "person", narrow={"person": "person_id", "company": "company_id"}, expand=_PERSON,
))  # fmt: skip


class WishOut(Out):
    """What a client wants one day, and when to come back to it."""

    id: int
    person_id: int
    product_id: int | None
    text: str
    amount: Roubles
    return_on: date
    state: Wish.State
    task_id: int | None
    deal_id: int | None
    at: datetime
    closed_at: datetime | None


class WishIn(In):
    """A wish; a task comes on its day."""

    person_id: Id
    text: Annotated[str, Field(min_length=1, max_length=300)]
    return_on: Day
    product_id: Id | None = None
    amount: Amount = Decimal(0)


WISHES = register(Noun(
    "wishes", "wish", _("Wishes"), WishOut, _of_people(Wish), "person", narrow={"person": "person_id", "state": "state"}, expand=_PERSON,
))  # fmt: skip


@WISHES.adds(WishIn, right="edit")
def add_wish(caller: Caller, body: WishIn) -> Wish:
    """Something for another day."""
    person = named(Person.objects.visible_to(caller.user, "edit"), body.person_id, "person_id")
    product = named(Product.objects.filter(is_archived=False), body.product_id, "product_id")
    return wishes.add_wish(
        person,
        text=body.text,
        return_on=body.return_on,
        product=product,
        amount=body.amount,
        by=caller.user,
        at=caller.at,
    )


@WISHES.verb("drop", _("Wishes: the client does not want it any more"))
def drop_wish(caller: Caller, wish: Wish) -> Wish:
    """Nobody comes back to it."""
    wishes.drop_wish(wish, by=caller.user, at=caller.at)
    return wish


class GroupMemberOut(Out):
    """A client who is in a segment of the company's own."""

    id: int
    group_id: int
    person_id: int
    since: datetime


register(Noun(
    "segment-members", "segment_member", _("Members of own segments"), GroupMemberOut, _of_people(GroupMember), "person",
    narrow={"group": "group_id", "person": "person_id"}, expand=_PERSON,
))  # fmt: skip
