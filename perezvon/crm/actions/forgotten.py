"""The nightly proof that no open deal is without a next action; whoever has some, and his head, hears of it."""

from collections import Counter
from datetime import datetime

from django.utils.translation import ngettext

from perezvon.staff import reads as staff
from perezvon.staff.actions.notices import notify

from ..models import Deal
from ..notices import FORGOTTEN


def forgotten() -> Counter[tuple[int | None, int | None]]:
    """How many open deals have nothing planned, by (responsible, department)."""
    rows = Deal.objects.all().without_next_action().values_list("responsible", "department")
    return Counter(rows.order_by())


def tell_forgotten(*, at: datetime) -> int:
    """Tell the responsible and the heads; how many deals there are."""
    counts = forgotten()
    heads: Counter[int] = Counter()
    for (responsible, department), count in counts.items():
        if responsible is not None:
            _tell(responsible, count, at)
        head = staff.head_of(department)
        if head is not None and head != responsible:
            heads[head] += count
    for head, count in heads.items():
        _tell(head, count, at)
    return sum(counts.values())


def _tell(user: int, count: int, at: datetime) -> None:
    def words() -> str:
        return ngettext("%(count)s open deal has no next action", "%(count)s open deals have no next action", count) % {
            "count": count
        }

    notify([user], kind=FORGOTTEN, title=words, url="/deals/?show=none", at=at, key=f"forgotten:{user}:{at.date()}")
