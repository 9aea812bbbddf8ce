"""Moves of clients between segments, and broken rhythms of contacts."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.api.nouns import Expansion, Noun, register
from perezvon.api.schemas import Out, Roubles

from ..models import CadenceBreach, Company, Person, Segment, SegmentMove


class SegmentMoveOut(Out):
    """A client came from one segment into another; the revenue is that of the period."""

    id: int
    person_id: int | None
    company_id: int | None
    was: Segment
    now: Segment
    revenue: Roubles
    at: datetime


def _rows(user: Any, verb: str) -> Any:
    people = Person.objects.visible_to(user, verb).order_by().values("pk")
    companies = Company.objects.visible_to(user, verb).order_by().values("pk")
    return SegmentMove.objects.filter(person__in=people) | SegmentMove.objects.filter(company__in=companies)


register(Noun(
    "segment-moves", "segment_move", _("Moves between segments"), SegmentMoveOut, _rows, "person",
    narrow={"person": "person_id", "company": "company_id"}, expand={"person": Expansion("people", "person_id")},
))  # fmt: skip


class BreachOut(Out):
    """A client was not spoken to for longer than his segment allows; null as the end: he still waits."""

    id: int
    person_id: int
    responsible_id: int | None
    segment: Segment
    days: int
    since: datetime
    at: datetime
    ended_at: datetime | None


register(Noun(
    "rhythm-breaches", "rhythm_breach", _("Breaches of the rhythm of contacts"), BreachOut,
    lambda user, verb: CadenceBreach.objects.visible_to(user, verb), "person",
    narrow={"person": "person_id", "responsible": "responsible_id"}, expand={"person": Expansion("people", "person_id")},
))  # fmt: skip
