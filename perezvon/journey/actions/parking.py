"""Facts that a reader could not take."""

from datetime import datetime

from ..models import Parked


def retry_parked(reader: str, *, at: datetime) -> int:
    """Ask for another try of everything a reader has parked; how many facts that is."""
    return Parked.objects.filter(reader=reader).update(next_try_at=at)
