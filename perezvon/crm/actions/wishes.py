"""Wishes: what a client may buy besides, coming back as a task on its day."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perezvon.journey.actions import NewFact, record, record_many

from .. import facts
from ..models import Deal, Person, Product, Wish
from ..moments import named
from .errors import Refused
from .notes import without_numbers
from .tasks import NewTask, set_tasks

ORIGIN = "wish"
BATCH = 500


class ClosedAlready(Refused):
    """It was sold or dropped before."""

    text = gettext_lazy("This wish is closed already.")


@transaction.atomic
def add_wish(
    person: Person,
    *,
    text: str,
    return_on: date,
    product: Product | None = None,
    amount: Decimal | int = 0,
    by: Any,
    at: datetime,
) -> Wish:
    """Note a wish; on ``return_on`` it becomes a task of the client's responsible."""
    row = Wish.objects.create(
        person=person, text=text.strip(), return_on=return_on, product=product, amount=amount, by=by, at=at
    )
    record(facts.WISH_ADDED, at=at, by=by, person_id=person.pk, what=without_numbers(row.text), wish=row.pk)
    return row


def _close(row: Wish, state: str, by: Any, at: datetime, **more: Any) -> None:
    rows = Wish.objects.filter(pk=row.pk, closed_at=None)
    if not rows.update(state=state, closed_at=at, closed_by=by, **more):
        raise ClosedAlready
    row.refresh_from_db()


@transaction.atomic
def sell_wish(
    row: Wish, *, amount: Decimal | int | None = None, deal: Deal | None = None, by: Any, at: datetime
) -> None:
    """The client bought it: counted as an upsell of whoever sold. ClosedAlready."""
    _close(row, Wish.State.SOLD, by, at, deal=deal, amount=row.amount if amount is None else amount)
    record(
        facts.WISH_SOLD,
        at=at,
        by=by,
        person_id=row.person_id,
        amount=row.amount,
        what=without_numbers(row.text),
        wish=row.pk,
    )


@transaction.atomic
def drop_wish(row: Wish, *, by: Any, at: datetime) -> None:
    """The client does not want it any more. ClosedAlready."""
    _close(row, Wish.State.DROPPED, by, at)
    record(facts.WISH_DROPPED, at=at, by=by, person_id=row.person_id, what=without_numbers(row.text), wish=row.pk)


def bring_back(*, at: datetime, today: date) -> int:
    """Make the tasks of all wishes whose day has come, once each; how many. Merged clients' wishes are their keepers'."""
    total = 0
    while done := _bring_batch(at, today):
        total += done
    return total


@transaction.atomic
def _bring_batch(at: datetime, today: date) -> int:
    waiting = Wish.objects.filter(state=Wish.State.OPEN, return_on__lte=today).order_by("return_on", "id")
    rows = list(
        waiting.select_for_update(skip_locked=True, of=("self",)).select_related("person", "by", "product")[:BATCH]
    )
    if not rows:
        return 0
    deadline = named("tomorrow", at)
    tasks = set_tasks([_task(row, deadline) for row in rows], at)
    for row, task in zip(rows, tasks, strict=True):
        row.state, row.task = Wish.State.BACK, task
    Wish.objects.bulk_update(rows, ["state", "task"])
    record_many(_fact(row, at) for row in rows)
    return len(rows)


def _task(row: Wish, deadline: datetime) -> NewTask:
    person = row.person
    return NewTask(
        kind="call", title=_("Offer: %(text)s") % {"text": row.text}, deadline=deadline, person_id=person.pk,
        responsible_id=person.responsible_id or row.by_id, department_id=person.department_id, origin=ORIGIN,
    )  # fmt: skip


def _fact(row: Wish, at: datetime) -> NewFact:
    return NewFact(
        facts.WISH_BACK, at, person_id=row.person_id, details={"what": without_numbers(row.text), "wish": row.pk}
    )


def by_seller(people: Iterable[Any] | Any, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Upsell per colleague: wishes noted by him in the period, and sold by him, with their sum in roubles."""
    rows = Wish.objects.filter(person__in=people).order_by()
    in_time = {"gte": since, "lt": until}
    noted = rows.filter(**{f"at__{op}": moment for op, moment in in_time.items()})
    sold = rows.filter(state=Wish.State.SOLD, **{f"closed_at__{op}": moment for op, moment in in_time.items()})
    found: dict[int, dict[str, Any]] = {}
    for what, column, wishes in (("noted", "by", noted), ("sold", "closed_by", sold)):
        for pk, count, amount in wishes.values_list(column).annotate(Count("pk"), Sum("amount")):
            if pk is not None:
                found.setdefault(pk, dict.fromkeys(("noted", "noted_amount", "sold", "sold_amount"), 0))
                found[pk] |= {"user": pk, what: count, f"{what}_amount": amount or 0}
    return sorted(found.values(), key=lambda row: (-row["sold_amount"], -row["sold"], -row["noted"]))
