"""Figures leave the house: who took which ones is a fact."""

from datetime import datetime
from typing import Any

from django.db import transaction

from perezvon.journey.actions import record

from .. import facts


def note_export(*, report: str, format: str, since: datetime, until: datetime, by: Any, at: datetime) -> int:
    """Record that ``by`` took a report out as a file; the fact's id."""
    with transaction.atomic():
        return record(
            facts.EXPORTED,
            at=at,
            by=by,
            owner_id=by.pk,
            department_id=by.department_id,
            report=report,
            format=format,
            since=since.date().isoformat(),
            until=until.date().isoformat(),
        )
