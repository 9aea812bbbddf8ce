"""What the board shows: sums of the columns in one query, cards of all columns in another.

Both are served by one index (``crm_deal_columns``: a stage's deals in the order of the next action, with all that
the sums need), so that fifty thousand open deals cost milliseconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, Greatest, NullIf

from perezvon.journey.statements import listed
from perezvon.kit.worktime import WorkingTime

from .models import Deal, Pipeline, Stage
from .moments import day_ends, month_began

SIZE = 12
NEXT = ("overdue", "today", "planned", "none")
_COUNTED = ("overdue", "today", "none")
ORDER = (F("next_action_at").asc(nulls_first=True), "id")
_CLOSED = (Stage.Kind.WON, Stage.Kind.LOST)
_LONGEST_STALE = 400  # days looked back for the moment before which a card is stale
_STAGE = RawSQL("board_stage.id", ())  # the stage that a statement over several stages has come to


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the board is wanted; None and "" = everything."""

    responsible: int | None = None
    product: int | None = None
    source: int | None = None
    next: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        """Read from the address; nonsense means nothing."""
        numbers = {name: _number(query.get(name, "")) for name in ("responsible", "product", "source")}
        return cls(**numbers, next=query["next"] if query.get("next") in NEXT else "")

    def who_and_what(self, deals: Any) -> Any:
        """The deals of the wanted people, products and sources, whatever their next action is."""
        wanted = {"responsible": self.responsible, "product": self.product, "source_id": self.source}
        return deals.filter(**{name: value for name, value in wanted.items() if value is not None})

    def apply(self, deals: QuerySet[Deal], at: datetime) -> QuerySet[Deal]:
        """The deals that are wanted."""
        deals = self.who_and_what(deals)
        return deals.filter(next_is(self.next, at)) if self.next else deals


def next_is(word: str, at: datetime) -> Q:
    """Deals whose next action is overdue, today, planned for later or none."""
    end = day_ends(at)
    return {
        "overdue": Q(next_action_at__lt=at),
        "today": Q(next_action_at__gte=at, next_action_at__lt=end),
        "planned": Q(next_action_at__gte=end),
        "none": Q(next_action_at=None),
    }[word]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


class Card(NamedTuple):
    """One deal on the board; ``client`` is the person's name or the company's.

    ``alive_at`` is the last sign of life: the move into the stage, something done about it, a talk with the client.
    """

    stage_id: int
    id: int
    title: str
    amount: Decimal
    client: str | None
    responsible_id: int | None
    alive_at: datetime
    next_action_at: datetime | None
    next_action_title: str
    next_task_id: int | None


@dataclass(slots=True)
class Column:
    """One stage with what stands in it; sums in roubles, ``weighted`` by the stage's probability.

    ``count`` and ``amount`` are of the deals that are shown; ``open`` and ``urgent`` count whatever
    their next action is.
    """

    stage: Stage
    count: int = 0
    amount: Decimal = Decimal(0)
    open: int = 0
    urgent: dict[str, int] = field(default_factory=dict)
    cards: list[Card] = field(default_factory=list)
    more: str = ""
    stale_before: datetime | None = None

    @property
    def weighted(self) -> Decimal:
        """The expected sum."""
        return self.amount * self.stage.probability / 100

    @property
    def is_closed(self) -> bool:
        """Whether it is an end: shown as a narrow strip without cards, counted for this month."""
        return self.stage.kind in _CLOSED


def columns(user: Any, pipeline: Pipeline, filters: Filters, at: datetime, size: int = SIZE) -> list[Column]:
    """The whole board for one person: two queries and the stages."""
    found = heads(user, pipeline, filters, at)
    working = {column.stage.pk: column for column in found if not column.is_closed}
    for card in first_cards(filters.apply(Deal.objects.visible_to(user).open(), at), list(working), size + 1):
        column = working[card.stage_id]
        if len(column.cards) < size:
            column.cards.append(card)
        else:
            column.more = cursor(column.cards[-1])
    return found


# Counted by hand: overdue, today and planned are pieces of the index in its own order, so each is summed as it is
# read; to sort fifty thousand deals into groups costs twice the time.
_HEADS = """
SELECT board_stage.id, part.word, found.* FROM unnest(%s::bigint[]) AS board_stage(id)
 CROSS JOIN (VALUES ('overdue', timestamptz '-infinity', %s::timestamptz), ('today', %s, %s), ('planned', %s, 'infinity'))
         AS part(word, since, until)
 CROSS JOIN LATERAL (SELECT count(*), sum(amount) FROM ({open}) AS deal
                      WHERE next_action_at >= part.since AND next_action_at < part.until) AS found
 UNION ALL
SELECT board_stage.id, 'none', found.* FROM unnest(%s::bigint[]) AS board_stage(id)
 CROSS JOIN LATERAL (SELECT count(*), sum(amount) FROM ({open}) AS deal WHERE next_action_at IS NULL) AS found
 UNION ALL
SELECT stage_id, 'closed', count(*), sum(amount) FROM ({closed}) AS deal GROUP BY stage_id
"""


def heads(user: Any, pipeline: Pipeline, filters: Filters, at: datetime) -> list[Column]:
    """Columns with counts and sums only, in one query; closed ones count what was closed this month."""
    stages = listed(Stage, 'WHERE pipeline_id = %s AND NOT is_archived ORDER BY "order", id', [pipeline.pk])
    found = {stage.pk: Column(stage) for stage in stages}
    working = [column.stage.pk for column in found.values() if not column.is_closed]
    deals = filters.who_and_what(Deal.objects.visible_to(user)).order_by()
    for stage_id, bucket, count, total in _counted(deals, pipeline, working, at):
        column = found.get(stage_id)
        if total is None or column is None:  # nothing stands there
            continue
        if filters.next in ("", bucket) or bucket == "closed":
            column.count, column.amount = column.count + count, column.amount + total
        if bucket != "closed":
            column.open += count
            column.urgent[bucket] = count
    return list(found.values())


def _counted(
    deals: Any, pipeline: Pipeline, stage_ids: list[int], at: datetime
) -> list[tuple[int, str, int, Decimal | None]]:
    of_stage = deals.open().filter(stage_id=_STAGE).values_list("amount", "next_action_at")
    of_month = deals.filter(pipeline=pipeline, closed_at__gte=month_began(at)).values_list("stage_id", "amount")
    try:
        is_open, open_values = of_stage.query.sql_with_params()
        closed, closed_values = of_month.query.sql_with_params()
    except EmptyResultSet:
        return []
    today = [at, at, day_ends(at), day_ends(at)]
    with connection.cursor() as cursor:
        sql = _HEADS.format(open=is_open, closed=closed)
        cursor.execute(sql, [stage_ids, *today, *open_values, stage_ids, *open_values, *closed_values])
        return cursor.fetchall()


def attention(columns: Sequence[Column]) -> dict[str, int]:
    """How many open deals of the board are overdue, due today, without a next action, planned, in all."""
    counts = {word: sum(column.urgent.get(word, 0) for column in columns) for word in _COUNTED}
    everything = sum(column.open for column in columns)
    return {"": everything, **counts, "planned": everything - sum(counts.values())}


def first_cards(deals: QuerySet[Deal], stage_ids: Sequence[int], size: int) -> list[Card]:
    """The first ``size`` cards of each stage, in one query: each stage reads its own piece of the index."""
    if not stage_ids:
        return []
    one = _cards(deals.filter(stage_id=_STAGE))[:size]
    try:
        inner, values = one.query.sql_with_params()
    except EmptyResultSet:
        return []
    sql = f"SELECT card.* FROM unnest(%s::bigint[]) AS board_stage(id) CROSS JOIN LATERAL ({inner}) AS card"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(stage_ids), *values])
        return [Card._make(row) for row in cursor.fetchall()]


def _cards(deals: QuerySet[Deal]) -> Any:
    client = Coalesce(NullIf(F("person__name"), Value("")), F("company__name"))
    life = Greatest("stage_since", "alive_at", "person__last_contact_at")  # what is not known counts for nothing
    names = {"alive_at": "life"}
    return (
        deals.annotate(client=client, life=life).order_by(*ORDER).values_list(*(names.get(n, n) for n in Card._fields))
    )


def more_cards(deals: QuerySet[Deal], stage_id: int, after: str, size: int = SIZE) -> tuple[list[Card], str]:
    """The next cards of one column behind the card whose ``cursor`` is given, and the cursor of the last."""
    rows = _cards(deals.filter(stage_id=stage_id))
    place = _place(after)
    if place is not None:
        at, pk = place
        planned_later = Q(next_action_at__isnull=False) if at is None else Q(next_action_at__gt=at)
        rows = rows.filter(Q(next_action_at=at, pk__gt=pk) | planned_later)
    cards = [Card._make(row) for row in rows[: size + 1]]
    return cards[:size], cursor(cards[size - 1]) if len(cards) > size else ""


def cursor(card: Card) -> str:
    """The place of a card in its column, for an address."""
    return f"{card.next_action_at.isoformat() if card.next_action_at else ''}~{card.id}"


def _place(text: str) -> tuple[datetime | None, int] | None:
    moment, _tilde, pk = text.partition("~")
    try:
        at = datetime.fromisoformat(moment) if moment else None
    except ValueError:
        return None
    number = _number(pk)
    return None if number is None or (at and at.tzinfo is None) else (at, number)


def stale_before(stage: Stage, calendar: WorkingTime, at: datetime) -> datetime | None:
    """Cards without a sign of life since this moment have stood there too long.

    That is the stage's own number of days, else its norm of working time.
    """
    if stage.stale_days:
        return at - timedelta(days=stage.stale_days)
    left: float | None = stage.norm_seconds
    if not left:
        return None
    day = at.astimezone(calendar.tz).date()
    for _day in range(_LONGEST_STALE):
        for opens, closes in reversed(calendar.intervals(day)):
            end = min(closes, at)
            seconds = max(0, (end - opens).total_seconds())
            if seconds >= left:
                return end - timedelta(seconds=left)
            left -= seconds
        day -= timedelta(days=1)
    return None
