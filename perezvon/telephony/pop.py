"""Who is calling: what is on the screen before the telephone is answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from perezvon.crm.models import Deal, Person
from perezvon.crm.reads import by_phone, groups_of
from perezvon.staff import access as rights
from perezvon.staff.reads import names_of

from .hooks import OpenRequest, open_requests
from .models import Call, CallbackRequest, Line, Queue

MOST_CANDIDATES = 6


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who owns the number: his card, his newest open deal and request, the last talk with him and with whom.

    ``groups`` are segments of the company that he is in.
    """

    person: Person
    deal: Deal | None
    request: OpenRequest | None
    last: Call | None
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pop:
    """The screen of one call. ``candidates`` are those whom the reader may open, the likeliest first.

    ``others`` are the responsible of owners whom he may not open ("" = nobody is): the caller is a client of theirs.
    ``promised`` is when a client whose stand-in rings (he himself is rung once it is answered) asked to be called back.
    """

    call: Call
    phone: str
    promised: datetime | None
    candidates: list[Candidate]
    others: list[str]
    line: str
    queue: str
    waited: int

    @property
    def title(self) -> str:
        """A name for a notification and for the head of the call; "" when nobody is known. Never a number."""
        if self.others and not self.candidates:
            return _("A client of another employee")
        return self.candidates[0].person.name if len(self.candidates) == 1 else ""


def pop_of(user: Any, call: Call, at: datetime) -> Pop:
    """What ``user`` may know of the caller."""
    promise = _promise(call)
    phone = promise.phone if promise else call.phone
    visible, others = _owners(user, call, phone)
    people = {person.pk: person for person in _people(visible)}
    named = [people[pk] for pk in visible if pk in people and (people[pk].name or people[pk].entered_at)]
    named.sort(key=lambda person: person.pk != call.person_id)
    named = named[:MOST_CANDIDATES]
    deals, requests = _deals(user, named), open_requests(user, [one.pk for one in named])
    groups = groups_of(one.pk for one in named) if named else {}
    return Pop(
        call=call,
        phone=phone,
        promised=promise.asked_at if promise else None,
        candidates=[Candidate(one, deals.get(one.pk), requests.get(one.pk), _last_talk(one, call), tuple(groups.get(one.pk, ()))) for one in named],
        others=others,
        line=_line_name(call.line),
        queue=Queue.objects.filter(provider=call.provider.first_id, key=call.queue).values_list("name", flat=True).first() or "",
        waited=max(0, int((at - call.started_at).total_seconds())),
    )  # fmt: skip


def _promise(call: Call) -> CallbackRequest | None:
    """What a stand-in, a call without a client as yet, was put into the queue for."""
    if call.phone or call.direction != Call.Direction.INTERNAL:
        return None
    return CallbackRequest.objects.open().filter(provider=call.provider_id, stand_in=call.key).first()


def _owners(user: Any, call: Call, phone: str) -> tuple[list[int], list[str]]:
    """Ids of the number's owners whom the person may open, and the names of the others' responsible."""
    everybody = by_phone(phone) if phone else []
    if not everybody and call.person_id:
        visible = Person.objects.visible_to(user).filter(pk=call.person_id)
        return list(visible.values_list("pk", flat=True)), []
    mine = {card.id for card in by_phone(phone, user)} if everybody else set()
    hidden = [card for card in everybody if card.id not in mine and card.name]
    names = names_of(card.responsible_id for card in hidden)
    others = list(dict.fromkeys(names.get(card.responsible_id or 0, "") for card in hidden))
    return [card.id for card in everybody if card.id in mine], others


def _people(ids: list[int]) -> Any:
    return Person.objects.filter(pk__in=ids).select_related("responsible", "company")


def _deals(user: Any, people: list[Person]) -> dict[int, Deal]:
    """The newest open deal of each, of those that the person may see."""
    if not people or not rights.can(user, "deal", "view"):
        return {}
    rows = Deal.objects.visible_to(user).open().filter(person__in=people).select_related("stage")
    return {deal.person_id: deal for deal in rows.order_by("created_at", "pk")}


def _last_talk(person: Person, call: Call) -> Call | None:
    """The last conversation with him before this call."""
    rows = Call.objects.of(person.pk).exclude(pk=call.pk).filter(stage="talked")
    return rows.select_related("user").first()


def _line_name(number: str) -> str:
    line = Line.objects.filter(number=number).first() if number else None
    return str(line) if line else ""
