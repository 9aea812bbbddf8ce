"""What this room does in the background."""

from perezvon.journey.registry import SLOW, loop
from perezvon.kit import clock

from .actions import work_on_next


@loop("lists.bulk", lane=SLOW)
def work_on_many() -> int:
    """A piece of the action on many rows that has waited longest."""
    return work_on_next(clock.now())
