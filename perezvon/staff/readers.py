"""Housekeeping of this room."""

from datetime import datetime

from perezvon.journey.registry import schedule

from .actions import notices


@schedule("staff.deliveries", every=120)
def deliveries(at: datetime) -> None:
    """Deliveries whose job was lost go out after all."""
    notices.give_again(at=at)


@schedule("staff.notices", every=6 * 3600)
def old_notices(at: datetime) -> None:
    """What was seen long ago is forgotten."""
    notices.sweep(at=at)
