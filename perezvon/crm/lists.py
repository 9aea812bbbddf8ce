"""The numbers on the chips of deals and tasks; indexes serve them."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from .board import next_is
from .models import Deal, Task
from .moments import day_ends


def deal_counts(user: Any, at: datetime) -> dict[str, int]:
    """How many open deals there are, and how many of them ask for attention."""
    rows = Deal.objects.visible_to(user).open().order_by()
    # The stage stands in the index of open deals, so that no row is fetched.
    counted = {word: Count("stage", filter=next_is(word, at)) for word in ("overdue", "today", "none")}
    return rows.aggregate(open=Count("stage"), **counted)


_TASKS = {
    "open": lambda at: Q(done_at=None),
    "overdue": lambda at: Q(done_at=None, deadline__lt=at),
    "today": lambda at: Q(done_at=None, deadline__gte=at, deadline__lt=day_ends(at)),
    "later": lambda at: Q(done_at=None, deadline__gte=day_ends(at)),
    "done": lambda at: Q(done_at__isnull=False),
}


def task_counts(user: Any, at: datetime) -> dict[str, int]:
    """The person's own open tasks by urgency; an index serves it."""
    rows = Task.objects.open().filter(responsible=user)
    return rows.aggregate(**{word: Count("pk", filter=_TASKS[word](at)) for word in ("overdue", "today", "later")})
