"""Events of people's own calendars, as they stand in ours: one's own with their title, others' as busy times."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from . import entries
from .entries import Entry
from .models import OutsideEvent


def shown(people: Sequence[int], begin: datetime, end: datetime, reader: Any) -> Iterator[Entry]:
    """What people have in their own calendars between two moments."""
    rows = OutsideEvent.objects.filter(user__in=people, starts_at__lt=end, ends_at__gt=begin)
    for one in rows.order_by("starts_at", "pk")[: entries.MOST]:
        mine = one.user_id == reader.pk
        yield Entry(
            one.user_id, one.starts_at, one.ends_at, one.title if mine and one.title else str(_("busy")), icon="calendar",
            is_busy=True, is_whole_day=one.is_all_day,
        )  # fmt: skip


entries.more.append(shown)
