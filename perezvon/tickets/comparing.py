"""Comparing people fairly: what each did with what he was given, not how many cards he has.

Every figure has its definition beside it and opens into its rows; people are those whose requests the reader may see.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q
from django.utils.translation import gettext_lazy as _

from perezvon.journey.models import Fact
from perezvon.kit.periods import Period
from perezvon.staff import access
from perezvon.staff.models import User
from perezvon.telephony.models import Call

from .models import LostCall, SlaClock, Ticket

DEFINITIONS = {
    "calls": _("Calls of clients that the person answered."),
    "entered": _("Clients whom the person put into the CRM."),
    "given": _("Requests opened in the period for which the person is responsible now, wrong numbers and the like not counted."),
    "new": _("Of these requests: clients who had bought nothing before. Compare conversion within new and within existing."),
    "conversion": _("Sold of all his requests; below, of new and of existing clients."),
    "response": _("The mean by the clock from the first contact to the first response; requests without one are not in it."),
    "kept": _("Promises of time of these requests that were kept, of all that were given."),
    "recovered": _("Clients who had not got through and whom the person reached in the period."),
}  # fmt: skip


@dataclass(slots=True)
class Row:
    """One person in the period; seconds by the clock, shares as parts of one."""

    user: User
    calls: int = 0
    entered: int = 0
    given: int = 0
    new: int = 0
    won: int = 0
    won_new: int = 0
    response: float | None = None
    promises: int = 0
    broken: int = 0
    recovered: int = 0

    @property
    def old(self) -> int:
        return self.given - self.new

    @property
    def conversion(self) -> float | None:
        return self.won / self.given if self.given else None

    @property
    def conversion_new(self) -> float | None:
        return self.won_new / self.new if self.new else None

    @property
    def conversion_old(self) -> float | None:
        return (self.won - self.won_new) / self.old if self.old else None

    @property
    def kept(self) -> float | None:
        """The part of the promises that was kept."""
        return 1 - self.broken / self.promises if self.promises else None

    @property
    def is_idle(self) -> bool:
        return not (self.calls or self.entered or self.given or self.recovered)


def compare(user: Any, period: Period) -> list[Row]:
    """Everybody whose requests ``user`` may see, by name; some six statements, whatever their number."""
    people = {one.pk: Row(one) for one in _people(user)}
    inside = {"gte": period.start, "lt": period.end}
    tickets: Any = Ticket.objects.visible_to(user).exclude(state=Ticket.State.DISQUALIFIED).filter(
        merged_into=None, responsible__in=people, **_within("opened_at", inside)
    )  # fmt: skip
    taken = Call.objects.filter(
        direction="in", answered_at__isnull=False, user__in=people, **_within("started_at", inside)
    )
    _count(people, "calls", taken, "user")
    entered = Fact.objects.filter(
        kind="person.entered", by_id__in=list(people), recorded_at__gte=period.start, **_within("at", inside)
    )
    _count(people, "entered", entered, "by_id")
    healed = LostCall.objects.visible_to(user).filter(
        state="recovered", healed_by__in=people, **_within("healed_at", inside)
    )
    _count(people, "recovered", healed, "healed_by")
    waited = ExpressionWrapper(F("first_response_at") - F("opened_at"), output_field=DurationField())
    grouped = tickets.order_by().values("responsible").annotate(
        given=Count("pk"), new=Count("pk", filter=Q(is_new=True)), won=Count("pk", filter=Q(won_at__isnull=False)),
        won_new=Count("pk", filter=Q(won_at__isnull=False, is_new=True)), response=Avg(waited),
    )  # fmt: skip
    for each in grouped:
        row = people[each["responsible"]]
        row.given, row.new, row.won, row.won_new = each["given"], each["new"], each["won"], each["won_new"]
        row.response = each["response"].total_seconds() if each["response"] else None
    _promises(people, tickets)
    return [row for row in people.values() if not row.is_idle]


def _within(name: str, inside: dict[str, Any]) -> dict[str, Any]:
    return {f"{name}__{word}": moment for word, moment in inside.items()}


def _count(people: dict[int, Row], name: str, rows: Any, column: str) -> None:
    for each in rows.order_by().values(column).annotate(count=Count("pk")):
        setattr(people[each[column]], name, each["count"])


def _promises(people: dict[int, Row], tickets: Any) -> None:
    clocks: Any = (
        SlaClock.objects.filter(ticket__in=tickets.order_by().values("pk")).order_by().values("ticket__responsible")
    )
    for each in clocks.annotate(count=Count("pk"), broken=Count("pk", filter=Q(breached_at__isnull=False))):
        row = people[each["ticket__responsible"]]
        row.promises, row.broken = each["count"], each["broken"]


def _people(user: Any) -> Iterable[User]:
    """Everybody, or those of the departments that the right on requests reaches."""
    reach = access.scope(user, "ticket")
    people = User.objects.select_related("department").order_by("name", "pk")
    return people if reach == "all" else people.filter(department__in=access.rights_of(user).departments(reach))
