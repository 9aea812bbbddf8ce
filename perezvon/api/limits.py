"""How much one caller may ask: calls of a minute, rows of a day. Counted in the database, for all processes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from perezvon.staff import access

from .models import Spent
from .nouns import Caller, Noun
from .problems import ApiProblem

CALLS = 300  # a minute, for a token that says nothing else and for a browser
ROWS_BY_HAND = 5_000  # a day, for those who may not export: what a person could read on the screen
ROWS_EXPORTED = 1_000_000  # a day, for those who may
_COUNT = """
INSERT INTO api_spent AS s (key, minute, calls, day, rows) VALUES (%(key)s, %(minute)s, 1, %(day)s, 0)
ON CONFLICT (key) DO UPDATE SET
    calls = CASE WHEN s.minute = excluded.minute THEN s.calls + 1 ELSE 1 END, minute = excluded.minute,
    rows = CASE WHEN s.day = excluded.day THEN s.rows ELSE 0 END, day = excluded.day
RETURNING calls, rows
"""


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left: ``calls`` of ``limit`` until ``reset`` seconds are over; ``rows`` read today."""

    limit: int
    calls: int
    reset: int
    rows: int

    @property
    def headers(self) -> dict[str, str]:
        """As the caller sees it, in the widely known names (draft-ietf-httpapi-ratelimit-headers-07)."""
        return {
            "RateLimit-Limit": str(self.limit), "RateLimit-Remaining": str(max(0, self.limit - self.calls)),
            "RateLimit-Reset": str(self.reset),
        }  # fmt: skip


def spend(caller: Caller) -> Budget:
    """Count one call; ApiProblem 429 when it is one too many."""
    minute = caller.at.replace(second=0, microsecond=0)
    day = timezone.localdate(caller.at)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"key": caller.key, "minute": minute, "day": day})
        calls, rows = cursor.fetchone()
    limit = caller.token.per_minute if caller.token is not None else CALLS
    budget = Budget(limit, calls, 60 - int((caller.at - minute).total_seconds()), rows)
    if calls > limit:
        raise ApiProblem(
            429, "too_many_requests", _("At most %(limit)d requests a minute.") % {"limit": limit},
            headers={**budget.headers, "Retry-After": str(budget.reset)},
        )  # fmt: skip
    return budget


def most_rows(caller: Caller, noun: Noun) -> int:
    """How many rows of lists a caller may read in a day."""
    return ROWS_EXPORTED if access.can(caller.user, noun.right, "export") else ROWS_BY_HAND


def check_rows(caller: Caller, noun: Noun, budget: Budget) -> None:
    """ApiProblem 429 when the caller has read enough rows today, as an export would be refused."""
    if not noun.is_exported:
        return
    most = most_rows(caller, noun)
    if budget.rows >= most:
        raise ApiProblem(
            429, "too_many_rows", _("At most %(most)d rows of lists a day.") % {"most": most},
            headers={"Retry-After": str(_till_midnight(caller.at))},
        )  # fmt: skip


def count_rows(caller: Caller, noun: Noun, count: int) -> None:
    """Note rows that were told."""
    if count and noun.is_exported:
        Spent.objects.filter(key=caller.key).update(rows=F("rows") + count)


def _till_midnight(at: datetime) -> int:
    local = timezone.localtime(at)
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return max(1, int((midnight - local).total_seconds()))
