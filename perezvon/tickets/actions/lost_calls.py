"""Keeping the rows of lost calls: what the pure function says of a journey is what stands in the table."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from ..assembly import Known
from ..lost_calls import WAITING, Lost, lost_calls
from ..models import LostCall, Ticket
from ..stages import CALL_LOSSES
from .settings import Patience

_TOLD = (
    "lost_at", "last_at", "stage", "rings", "is_short", "attempts", "first_try_at", "last_try_at", "state", "window_until",
    "healed_at", "recovery", "healed_by_id", "seconds", "work_seconds",
)  # fmt: skip
_OURS = ("person_id", "department_id", "responsible_id", "source_id", "product_id", "is_new")
_NAMES = tuple(name.removesuffix("_id") for name in (*_TOLD, *_OURS))


class LossBook:
    """The lost calls of some requests as they are told now, beside the stored rows; one statement when there are any."""

    def __init__(
        self, tickets: Sequence[Ticket], known: Mapping[int, Known], rules: Patience, times: Mapping[int, datetime]
    ) -> None:
        found = {ticket.pk: _told(ticket, known[ticket.pk], rules, times[ticket.pk]) for ticket in tickets}
        self.told = {pk: lost for pk, lost in found.items() if lost}
        self.stored: dict[int, dict[datetime, LostCall]] = defaultdict(dict)
        suspects = {ticket.pk for ticket in tickets if ticket.pk in self.told or _was_lost(ticket)}
        for row in LostCall.objects.filter(ticket__in=suspects) if suspects else ():
            self.stored[row.ticket_id][row.began_at] = row

    def fresh(self, ticket_id: int) -> Lost | None:
        """The loss that waits, when we have called in vain since it was written last; None otherwise."""
        lost = self.told.get(ticket_id, [])[-1:]
        if not lost or lost[0].state != WAITING:
            return None
        row = self.stored[ticket_id].get(lost[0].began_at)
        return lost[0] if lost[0].attempts > (row.attempts if row else 0) else None

    def write(self, tickets: Sequence[Ticket]) -> None:
        """Bring the rows up to date with the losses and with the requests they belong to."""
        by_id = {ticket.pk: ticket for ticket in tickets}
        rows = [self._row(by_id[pk], lost) for pk, found in self.told.items() for lost in found]
        changed = [row for row in rows if row is not None]
        if changed:
            LostCall.objects.bulk_create(
                changed, update_conflicts=True, unique_fields=["ticket", "began_at"], update_fields=_NAMES
            )
        self._forget()

    def _row(self, ticket: Ticket, lost: Lost) -> LostCall | None:
        """The row to write; None when it says the same already."""
        row = self.stored[ticket.pk].get(lost.began_at)
        values = {name: getattr(lost, name) for name in _TOLD} | {name: getattr(ticket, name) for name in _OURS}
        if row is not None and all(getattr(row, name) == value for name, value in values.items()):
            return None
        return LostCall(ticket_id=ticket.pk, began_at=lost.began_at, **values)

    def _forget(self) -> None:
        """The exchange has told more since: a call that looked lost was none."""
        gone = []
        for pk, rows in self.stored.items():
            begun = {lost.began_at for lost in self.told.get(pk, ())}
            gone += [row.pk for began_at, row in rows.items() if began_at not in begun]
        if gone:
            LostCall.objects.filter(pk__in=gone).delete()


def _was_lost(ticket: Ticket) -> bool:
    """Whether the row, as it was written last, speaks of a lost call."""
    return ticket.missed_at is not None or ticket.loss in CALL_LOSSES or ticket.healed in CALL_LOSSES


def _told(ticket: Ticket, known: Known, rules: Patience, at: datetime) -> list[Lost]:
    if not any(touch.is_lost for touch in known.journey.touches):
        return []
    return lost_calls(known.journey, rules.limits(ticket.department_id), at)
