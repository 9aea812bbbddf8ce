"""What this room does when its time comes."""

from perezvon.journey.registry import OUTSIDE, loop
from perezvon.kit import clock

from .actions.syncing import due, sync


@loop("calendar.sync", lane=OUTSIDE)
def look_at_calendars() -> int:
    """The next calendar at another service whose turn it is."""
    at = clock.now()
    account = due(at)
    if account is None:
        return 0
    sync(account, at=at)
    return 1
