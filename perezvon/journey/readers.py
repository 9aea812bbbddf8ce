"""Housekeeping of the ledger."""

from datetime import datetime

from .partitions import make_partitions
from .registry import schedule


@schedule("journey.partitions", every=6 * 3600)
def partitions_ahead(at: datetime) -> None:
    """Months of the ledger exist before they begin."""
    make_partitions(at=at)
