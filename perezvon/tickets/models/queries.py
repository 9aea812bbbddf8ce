"""The questions that the nouns of this room answer."""

from datetime import datetime
from typing import Any, Self

from django.db import models

from perezvon.staff import access


class TicketQuerySet(models.QuerySet["Any"]):
    """Requests of one person, of a department, of the company."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """Those that ``user`` has the right to ``verb``."""
        return access.limit(self, user, "ticket", verb=verb)

    def open(self) -> Self:
        """Still to be worked on."""
        return self.filter(state="open")

    def unanswered(self) -> Self:
        """Open, and nobody of ours has responded yet."""
        return self.open().filter(first_response_at=None)

    def overdue(self) -> Self:
        """Open, with the first response or the next step late."""
        return self.open().filter(overdue_since__isnull=False)

    def missed(self) -> Self:
        """Open, and the client rang without being talked to since."""
        return self.open().filter(missed_at__isnull=False)

    def unplanned(self) -> Self:
        """Open, with nothing planned."""
        return self.open().filter(next_task_id=None)

    def late(self, at: datetime) -> Self:
        """Open, with a promise to the client that was not kept by ``at``."""
        return self.open().filter(due_at__lte=at)

    def waiting(self) -> Self:
        """Open, in a queue in which nobody can take it now."""
        return self.open().filter(waiting_since__isnull=False)

    def paused(self) -> Self:
        """Open, waiting for the client."""
        return self.open().filter(paused_at__isnull=False)

    def mine(self, user: Any) -> Self:
        """Open and given to ``user``."""
        return self.open().filter(responsible=user)


class LostCallQuerySet(models.QuerySet["Any"]):
    """Calls that nobody took: of one person, of a department, of the company."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """Those of requests that ``user`` has the right to ``verb``."""
        return access.limit(self, user, "ticket", verb=verb)

    def waiting(self) -> Self:
        """Those whose client has not been reached yet and still can be."""
        return self.filter(state="waiting")
