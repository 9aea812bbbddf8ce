"""What other rooms may read of requests: rows of journeys for analytics, lists for scripts, panels.

The row of a journey is one SELECT whoever asks: a few ids, a whole month, a columnar engine with a
connection of its own. Months are those of ``opened_at`` in UTC.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min

from perezvon.crm import reads as crm
from perezvon.kit import phones

from .models import Contact, Ticket
from .stages import Loss

_EXPRESSIONS = {
    "ticket_id": "id",
    "opened_at": "opened_at",
    "person_id": "person_id",
    "channel": "channel",
    "line": "line",
    "source_id": "source_id",
    "product_id": "product_id",
    "region": "region",
    "is_new": "is_new",
    "department_id": "department_id",
    "responsible_id": "responsible_id",
    "state": "state",
    "step": "step",
    "rank": "rank",
    "loss": "loss",
    "lost_at": "lost_at",
    "is_short": "is_short",
    "healed": "healed",
    "recovery": "recovery",
    "recovered_at": "recovered_at",
    "observed": "observed",
    "deal_id": "deal_id",
    "deal_stage_id": "deal_stage_id",
    "amount": "amount",
    "paid": "paid",
    "won_at": "won_at",
    "paid_at": "paid_at",
    "repeat_at": "repeat_at",
    "response_seconds": "extract(epoch FROM first_response_at - opened_at)::int",
    "missed_at": "missed_at",
    "changed_at": "changed_at",
}
JOURNEY_COLUMNS = tuple(_EXPRESSIONS)
JOURNEY_SQL = "SELECT " + ", ".join(f"{text} AS {name}" for name, text in _EXPRESSIONS.items()) + " FROM tickets_ticket"


def journey_rows(ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """The rows of some journeys in the order of JOURNEY_COLUMNS, by id."""
    with connection.cursor() as cursor:
        cursor.execute(f"{JOURNEY_SQL} WHERE id = ANY(%s) ORDER BY id", [list(ids)])
        return cursor.fetchall()


def months() -> list[date]:
    """The months in which requests were opened, from the first to the last without a gap."""
    span = Ticket.objects.aggregate(first=Min("opened_at"), last=Max("opened_at"))
    if span["first"] is None:
        return []
    first, last = _index(span["first"]), _index(span["last"])
    return [date(index // 12, index % 12 + 1, 1) for index in range(first, last + 1)]


journey_months = months


def _index(at: datetime) -> int:
    day = at.astimezone(UTC).date()
    return day.year * 12 + day.month - 1


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def journey_month_sql(month: date) -> str:
    """The SELECT of a whole month without parameters, for an engine with a connection of its own."""
    return (
        f"{JOURNEY_SQL} WHERE opened_at >= '{month:%Y-%m-01} 00:00+00' "
        f"AND opened_at < '{_after(month):%Y-%m-%d} 00:00+00' ORDER BY opened_at, id"
    )


def stream_month(month: date, size: int = 10_000) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a month in pieces of ``size``; a server-side cursor keeps the memory flat."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DECLARE tickets_month NO SCROLL CURSOR FOR {journey_month_sql(month)}")
        while rows := _fetch(cursor, size):
            yield rows
        cursor.execute("CLOSE tickets_month")


def _fetch(cursor: Any, size: int) -> list[tuple[Any, ...]]:
    cursor.execute(f"FETCH {int(size)} FROM tickets_month")
    rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def changed_since(at: datetime, limit: int = 10_000) -> list[tuple[int, datetime]]:
    """(id, changed_at) of requests changed at ``at`` or later, the oldest change first."""
    rows = Ticket.objects.filter(changed_at__gte=at).order_by("changed_at", "pk")
    return list(rows.values_list("pk", "changed_at")[:limit])


def export_rows(since: datetime | None = None, *, unmasked: bool = False) -> Iterator[dict[str, Any]]:
    """Requests opened since a moment as plain values for scripts, the oldest first.

    The client's number is masked unless ``unmasked``.
    """
    rows = Ticket.objects.select_related("person", "source", "responsible").order_by("opened_at", "pk")
    if since is not None:
        rows = rows.filter(opened_at__gte=since)
    chunk: list[Ticket] = []
    for ticket in rows.iterator(chunk_size=1000):
        chunk.append(ticket)
        if len(chunk) == 1000:
            yield from _exported(chunk, unmasked)
            chunk = []
    yield from _exported(chunk, unmasked)


def _exported(tickets: list[Ticket], unmasked: bool) -> Iterator[dict[str, Any]]:
    numbers = crm.phones_of(ticket.person_id for ticket in tickets if ticket.person_id)
    for ticket in tickets:
        phone = numbers.get(ticket.person_id or 0, "")
        yield {
            "number": ticket.number,
            "opened_at": ticket.opened_at.isoformat(),
            "state": ticket.state,
            "channel": ticket.channel,
            "client": {
                "id": ticket.person_id,
                "name": ticket.person.name if ticket.person else "",
                "phone": phone if unmasked else phones.mask(phone),
            },
            "source": ticket.source.name if ticket.source else "",
            "line": ticket.line,
            "responsible": ticket.responsible.name if ticket.responsible else "",
            "step": ticket.step,
            "stage": ticket.loss,
            "stage_name": str(Loss(ticket.loss).label) if ticket.loss else "",
            "observed": ticket.observed,
            "healed": ticket.healed,
            "recovery": ticket.recovery,
            "deal": ticket.deal_id,
            "amount": str(ticket.amount),
        }


def of_person(person_id: int, limit: int = 10) -> list[Ticket]:
    """The latest requests of a client."""
    return list(Ticket.objects.filter(person=person_id).order_by("-opened_at", "-pk")[:limit])


def of_calls(call_ids: Iterable[int]) -> dict[int, tuple[int, str]]:
    """Call id -> (request id, number)."""
    rows = Contact.objects.filter(kind="call", ref_id__in=list(call_ids))
    return {call: (pk, number) for call, pk, number in rows.values_list("ref_id", "ticket_id", "ticket__number")}
