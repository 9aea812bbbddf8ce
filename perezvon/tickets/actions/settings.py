"""How long the company waits: read often, changed seldom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import transaction

from perezvon.journey.actions import record
from perezvon.staff import reads as staff

from .. import facts
from ..journey import Limits
from ..models import TicketSettings

SECONDS = 5.0
_kept: list[tuple[float, TicketSettings]] = []


def settings_row() -> TicketSettings:
    """The row of settings; this process asks the database once in ``SECONDS``."""
    if not _kept or monotonic() >= _kept[0][0]:
        row = TicketSettings.objects.order_by("pk").first() or TicketSettings()
        _kept[:] = [(monotonic() + SECONDS, row)]
    return _kept[0][1]


def forget_settings() -> None:
    """Ask the database at the next question."""
    _kept.clear()


@dataclass(frozen=True, slots=True)
class Patience:
    """The settings as durations; limits and deadlines of any department."""

    row: TicketSettings

    def limits(self, department_id: int | None) -> Limits:
        """What ``standing.stand`` needs to know."""
        row = self.row
        return Limits(
            window=timedelta(hours=row.window_hours),
            entry=timedelta(hours=row.entry_hours),
            work_seconds=row.work_hours * 3600,
            follow_up=timedelta(days=row.follow_up_days),
            upsell=timedelta(days=row.upsell_days),
            calendar=staff.calendar_of(department_id),
            short_seconds=row.short_seconds,
        )

    def callback_due(self, department_id: int | None, at: datetime) -> datetime:
        """When a lost call has to be called back."""
        return staff.calendar_of(department_id).add(at, self.row.callback_minutes * 60)

    def response_due(self, department_id: int | None, at: datetime) -> datetime:
        """When somebody has to have responded."""
        return staff.calendar_of(department_id).add(at, self.row.response_minutes * 60)


def patience() -> Patience:
    """The present settings."""
    return Patience(settings_row())


@transaction.atomic
def change_settings(changes: Mapping[str, Any], *, by: Any, at: datetime) -> TicketSettings:
    """Save new limits; standings follow when their requests are looked at next."""
    row = TicketSettings.objects.select_for_update().order_by("pk").first() or TicketSettings(pk=1)
    names = {field.name for field in TicketSettings._meta.fields if not field.primary_key}
    changed = {name: value for name, value in changes.items() if name in names and getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    if changed:
        record(facts.SETTINGS, at=at, by=by, fields=sorted(changed))
    transaction.on_commit(forget_settings)
    return row
