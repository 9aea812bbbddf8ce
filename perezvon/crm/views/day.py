"""My day: what is overdue, what is today, what comes next."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.respond import page_or_fragment

from .. import lists
from ..models import Deal, Task
from ..moments import day_ends

MOST = 50


@require_safe
@rights.required("task", "view")
def day(request: HttpRequest) -> HttpResponse:
    """The working list of one person; the goal is that it is empty in the evening."""
    at, user = clock.now(), request.user
    mine = Task.objects.open().filter(responsible=user.pk).select_related("person", "deal").order_by("deadline", "id")
    end = day_ends(at)
    forgotten = Deal.objects.visible_to(user).without_next_action().filter(responsible=user.pk)
    counts = lists.task_counts(user, at)
    groups: list[dict[str, Any]] = [
        {"key": "overdue", "title": _("Overdue"), "tone": "late", "tasks": mine.filter(deadline__lt=at)[:MOST]},
        {"key": "today", "title": _("Today"), "tone": "today", "tasks": mine.filter(deadline__gte=at, deadline__lt=end)[:MOST]},
        {"key": "later", "title": _("Next"), "tone": "later", "tasks": mine.filter(deadline__gte=end)[:10]},
    ]  # fmt: skip
    for group in groups:
        group["count"] = counts[group["key"]]
    if unclaimed := _unclaimed(user):
        groups.insert(1, {"key": "unclaimed", "title": _("Nobody's yet"), "tone": "late", "tasks": unclaimed})
        groups[1]["count"] = len(unclaimed)
    context = {
        "groups": groups, "at": at, "is_empty": not any(group["count"] for group in groups),
        "forgotten": forgotten.select_related("person", "stage").order_by("-stage_since")[:20],
    }  # fmt: skip
    return page_or_fragment(request, "crm/day.html", context)


def _unclaimed(user: Any) -> list[Task]:
    """Open tasks in sight that nobody answers for: a lost call of a stranger waits here for a volunteer."""
    rows = Task.objects.open().filter(responsible=None).visible_to(user)
    return list(rows.select_related("person", "deal").order_by("deadline", "id")[:MOST])
