"""Background work of the marketing room."""

from perezvon.journey.registry import loop

from .actions.submissions import process_submissions


@loop("marketing.submissions")
def understand() -> int:
    """New submissions become people and facts."""
    return process_submissions()
