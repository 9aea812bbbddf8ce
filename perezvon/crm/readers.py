"""What this room does when its time comes."""

from collections.abc import Sequence
from datetime import datetime

from perezvon.journey.models import Due
from perezvon.journey.registry import timer

from .actions.tasks import OVERDUE, note_overdue


@timer(OVERDUE)
def tell_overdue(dues: Sequence[Due], at: datetime) -> None:
    """A deadline has passed: say so unless the task is done or was put off."""
    note_overdue([int(due.key) for due in dues], at=at)
