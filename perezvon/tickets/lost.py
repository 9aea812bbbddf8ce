"""What the page of lost calls shows: who waits, how fast clients are won back, by whom, and the money."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.crm import reads as crm
from perezvon.crm.models import Task
from perezvon.kit.periods import Period
from perezvon.staff import reads as staff
from perezvon.telephony.models import CallbackRequest

from .assembly import ESCALATED, LOST_CALL
from .hooks import Case, worth
from .models import LostCall
from .stages import CALL_LOSSES

State = LostCall.State
#: key -> (label, tone)
SHOWS = {
    "waiting": (pgettext_lazy("lost calls", "Wait for a call"), "danger"),
    "recovered": (pgettext_lazy("lost calls", "Won back"), "success"),
    "gone": (pgettext_lazy("lost calls", "Lost for good"), "danger"),
    "all": (pgettext_lazy("lost calls", "All"), ""),
}
WITHIN = (5, 15, 60)  # minutes
_COUNTED = ~Q(state=State.DROPPED)
_BY_US = Q(state=State.RECOVERED, recovery="by_us")
_CASE = ("stage", "is_new", "source_id", "product_id")


class Median(Aggregate):
    """The middle value."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def rows_of(user: Any, query: Mapping[str, str], period: Period) -> QuerySet[LostCall]:
    """The lost calls that ``user`` may see, narrowed by what stands in the address.

    The days are those of the loss; with ``healed_by``, who won the client back, those on which he did.
    """
    healer = query.get("healed_by", "")
    is_healed = healer.isascii() and healer.isdigit() and len(healer) < 18
    moment = "healed_at" if is_healed else "lost_at"
    rows = LostCall.objects.visible_to(user).filter(**{f"{moment}__gte": period.start, f"{moment}__lt": period.end})
    if is_healed:
        rows = rows.filter(healed_by=int(healer), state=State.RECOVERED)
    if query.get("stage") in CALL_LOSSES:
        rows = rows.filter(stage=query["stage"])
    for name in ("department", "responsible"):
        text = query.get(name, "")
        if text.isascii() and text.isdigit() and len(text) < 18:
            rows = rows.filter(**{f"{name}_id": int(text)})
    return rows


def shown(rows: QuerySet[LostCall], show: str) -> QuerySet[LostCall]:
    """The rows of one chip."""
    return rows.filter(state=show) if show in State.values else rows


@dataclass(slots=True)
class Recovery:
    """How lost calls of some rows were made good. Shares are parts of all that count; seconds are working time."""

    lost: int = 0
    waiting: int = 0
    by_us: int = 0
    by_client: int = 0
    sold: int = 0
    gone: int = 0
    median: float | None = None
    within: dict[int, int] = field(default_factory=dict)

    @property
    def recovered(self) -> int:
        return self.by_us + self.by_client + self.sold

    @property
    def share(self) -> float | None:
        """The part that was won back of those whose fate is known."""
        known = self.lost - self.waiting
        return self.recovered / known if known else None

    def share_within(self, minutes: int) -> float | None:
        """The part that we called back within so many working minutes."""
        return self.within.get(minutes, 0) / self.lost if self.lost else None


_FIGURES: dict[str, Any] = {
    "lost": Count("pk", filter=_COUNTED),
    "waiting": Count("pk", filter=Q(state=State.WAITING)),
    "by_us": Count("pk", filter=_BY_US),
    "by_client": Count("pk", filter=Q(state=State.RECOVERED, recovery="by_client")),
    "sold": Count("pk", filter=Q(state=State.RECOVERED, recovery="sold")),
    "gone": Count("pk", filter=Q(state=State.GONE)),
    "median": Median("work_seconds", filter=_BY_US),
    **{f"within_{m}": Count("pk", filter=_BY_US & Q(work_seconds__lte=m * 60)) for m in WITHIN},
}


def recovery(rows: QuerySet[LostCall]) -> Recovery:
    """All figures of the rows, by one statement."""
    return _recovery(rows.order_by().aggregate(**_FIGURES))


def _recovery(found: Mapping[str, Any]) -> Recovery:
    plain = {name: found[name] for name in ("lost", "waiting", "by_us", "by_client", "sold", "gone", "median")}
    return Recovery(**plain, within={m: found[f"within_{m}"] for m in WITHIN})


def by(rows: QuerySet[LostCall], column: str) -> list[tuple[str, int | None, Recovery]]:
    """The figures of every responsible ("responsible_id") or department, the most losses first: (name, id, figures)."""
    found = rows.order_by().values(column).annotate(**_FIGURES).order_by("-lost", column)[:100]
    groups = list(found)
    departments = dict(staff.departments())
    names = staff.names_of(each[column] for each in groups) if column == "responsible_id" else departments
    return [(names.get(each[column], ""), each[column], _recovery(each)) for each in groups]


@dataclass(frozen=True, slots=True)
class Money:
    """Roubles that the clients of some rows would have brought; each client counts once in a state."""

    waiting: float
    recovered: float
    gone: float


def money(rows: QuerySet[LostCall]) -> Money:
    """What is at stake, what was won back, what is gone, by the funnel's prices."""
    client = Coalesce("person_id", -F("ticket_id"))
    counted = rows.order_by().values("state", *_CASE).annotate(clients=Count(client, distinct=True))
    groups = [(each["state"], _case(each), each["clients"]) for each in counted]
    prices = worth({case for _state, case, _count in groups})
    sums: dict[str, float] = defaultdict(float)
    for state, case, clients in groups:
        sums[state] += prices.get(case, 0.0) * clients
    return Money(sums[State.WAITING], sums[State.RECOVERED], sums[State.GONE])


def _case(row: Mapping[str, Any]) -> Case:
    return row["stage"], row["is_new"], row["source_id"], row["product_id"]


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the list."""

    lost: LostCall
    phone: str
    price: float | None
    task: Task | None
    is_promised: bool


def lines(items: Sequence[LostCall]) -> list[Shown]:
    """The lines of a page with what belongs to them, by a fixed number of statements."""
    cases = {each.pk: (each.stage, each.is_new, each.source_id, each.product_id) for each in items}
    prices = worth(set(cases.values()))
    phones = crm.phones_of(each.person_id for each in items if each.person_id)
    tasks = _tasks(each.ticket_id for each in items if each.state == State.WAITING)
    promised = set(CallbackRequest.objects.open().filter(phone__in=phones.values()).values_list("phone", flat=True))
    found = []
    for each in items:
        phone = phones.get(each.person_id or 0, "")
        task = tasks.get(each.ticket_id) if each.state == State.WAITING else None
        found.append(Shown(each, phone, prices.get(cases[each.pk]), task, phone in promised))
    return found


def _tasks(ticket_ids: Iterable[int]) -> dict[int | None, Task]:
    rows = Task.objects.open().filter(ticket_id__in=list(ticket_ids), origin__in=(LOST_CALL, ESCALATED))
    return {task.ticket_id: task for task in rows.order_by("-deadline")}


def counts(rows: QuerySet[LostCall]) -> dict[str, int]:
    """How many rows stand behind each chip."""
    found = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    return {**{key: found.get(key, 0) for key in SHOWS if key != "all"}, "all": sum(found.values())}


def default_period(at: datetime, tz: Any) -> Period:
    """Thirty days until the end of today."""
    today = at.astimezone(tz).date()
    return Period.of_days(today - timedelta(days=29), today, tz)


DEFINITIONS = {
    "median": _("Half of those whom we won back were called back faster, in working time of their department."),
    "within": _("Of all lost calls; the time counts from the end of the call, in working time of the department."),
    "share": _("By us, by the client himself or by a sale, of those whose fate is known."),
    "money": _(
        "Chance of a sale of such clients x average cheque, over a year, by the prices of the funnel; each client once."
    ),
}
