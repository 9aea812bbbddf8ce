"""What the facts about calls and forms mean for requests: one arrival per contact, whatever the number of facts.

The fact says that something happened to a call; how it stands is read from the call itself, so facts
told twice, late or in another order give the same arrival.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from perezvon.crm.models import Person
from perezvon.journey.models import Fact
from perezvon.marketing import reads as marketing
from perezvon.telephony.models import Call, Line
from perezvon.telephony.stages import NOT_RUNG

from ..journey import CALL, FORM, IN, OUT
from ..models import Contact

_CALL = (
    "pk", "direction", "person_id", "line", "user_id", "department_id", "started_at", "answered_at", "ended_at",
    "talk_seconds", "stage", "cause", "observed",
)  # fmt: skip


@dataclass(slots=True)
class Arrival:
    """One contact of a client as it is known now."""

    contact: Contact
    person_id: int | None
    told_at: datetime
    line: str = ""
    department_id: int | None = None
    source_id: int | None = None
    product_id: int | None = None

    @property
    def key(self) -> tuple[str, int]:
        return self.contact.kind, self.contact.ref_id

    @property
    def is_inbound(self) -> bool:
        return self.contact.direction == IN


def arrivals_of(facts: Sequence[Fact]) -> list[Arrival]:
    """The contacts that facts speak of, the earliest first; calls between colleagues, and those that did not ring the client, are left out."""
    told: dict[int, datetime] = {}
    for fact in facts:
        if fact.call_id:
            told[fact.call_id] = max(fact.at, told.get(fact.call_id, fact.at))
    found = [*_calls(told), *_forms(facts)]
    return sorted(found, key=lambda arrival: (arrival.contact.at, arrival.key))


def _calls(told: dict[int, datetime]) -> list[Arrival]:
    if not told:
        return []
    calls = Call.objects.filter(pk__in=told, direction__in=(IN, OUT)).exclude(cause__in=NOT_RUNG)
    rows = calls.values_list(*_CALL, named=True)
    return [Arrival(_contact(row), row.person_id, told[row.pk], row.line, row.department_id) for row in rows]


def _contact(row: Any) -> Contact:
    return Contact(
        kind=CALL, ref_id=row.pk, direction=row.direction, at=row.started_at, answered_at=row.answered_at,
        ended_at=row.ended_at, stage=row.stage, cause=row.cause, seconds=row.talk_seconds, observed=row.observed,
        by_id=row.user_id,
    )  # fmt: skip


def _forms(facts: Iterable[Fact]) -> list[Arrival]:
    found: dict[int, Arrival] = {}
    for fact in facts:
        submission = fact.details.get("submission")
        if fact.call_id is None and isinstance(submission, int):
            contact = Contact(kind=FORM, ref_id=submission, direction=IN, at=fact.at, ended_at=fact.at, stage=FORM)
            product = fact.details.get("product")
            found[submission] = Arrival(
                contact, fact.person_id, fact.at, "", fact.department_id, fact.source_id,
                product if isinstance(product, int) else None,
            )  # fmt: skip
    return list(found.values())


def describe(arrivals: Sequence[Arrival]) -> None:
    """Fill in the source, product and department that the dialled numbers stand for."""
    numbers = {arrival.line for arrival in arrivals if arrival.line}
    if not numbers:
        return
    lines = {number: (department, product) for number, department, product in _lines(numbers)}
    sources = marketing.sources_of_lines({(arrival.line, arrival.contact.at) for arrival in arrivals if arrival.line})
    for arrival in arrivals:
        department_id, product_id = lines.get(arrival.line, (None, None))
        arrival.department_id = arrival.department_id or department_id
        arrival.product_id = arrival.product_id or product_id
        arrival.source_id = arrival.source_id or sources.get((arrival.line, arrival.contact.at))


def _lines(numbers: set[str]) -> Iterable[tuple[str, int | None, int | None]]:
    return Line.objects.filter(number__in=numbers).values_list("number", "department_id", "product_id")


def people_of(arrivals: Iterable[Arrival]) -> dict[int, Person]:
    """The people of arrivals with what a new request takes from them."""
    ids = {arrival.person_id for arrival in arrivals if arrival.person_id}
    columns = ("responsible_id", "department_id", "region", "first_sale_at", "source_id")
    return {person.pk: person for person in Person.objects.filter(pk__in=ids).only(*columns)} if ids else {}
