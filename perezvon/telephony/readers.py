"""Background work of this room."""

from datetime import datetime

from perezvon.journey.registry import loop, schedule

from .actions.closing import close_silent
from .actions.interpret import interpret_pending


@loop("telephony.interpret")
def work() -> int:
    """Raw events become calls."""
    return interpret_pending()


@schedule("telephony.silent", every=60)
def silent(at: datetime) -> None:
    """Calls that nobody ended are closed as inferred."""
    close_silent(at)
