"""The one place that looks at the wall clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC.

    Only the edges call it (views, the command line, worker loops); the domain receives ``at=``.
    """
    return datetime.now(UTC)
