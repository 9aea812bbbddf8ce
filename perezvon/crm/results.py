"""Ready results of tasks: one press instead of typing, words that can be counted, a suggestion of what comes next."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .kinds import kind_name
from .models import TaskKind, TaskResult
from .models.result import LOSE, WAIT


def results_of(kind: str) -> list[TaskResult]:
    """The ready results of a kind of task, in their order; of the kind "other" where there are none."""
    rows = TaskResult.objects.filter(kind__in=(kind, TaskKind.OTHER), is_archived=False).order_by("order", "id")
    own = [one for one in rows if one.kind == kind]
    return own or list(rows)


def suggestion(result: TaskResult) -> str:
    """What a result suggests next, in words; "" = nothing."""
    if not result.next_kind:
        return ""
    if result.next_kind == LOSE:
        return str(_("close the deal"))
    if result.next_kind == WAIT:
        days = max(result.next_days, 1)
        return ngettext("wait for the client for %(days)s day", "wait for the client for %(days)s days", days) % {
            "days": days
        }
    words = kind_name(result.next_kind)
    if not result.next_days:
        return str(_("%(what)s today") % {"what": words})
    after = ngettext("%(what)s in %(days)s day", "%(what)s in %(days)s days", result.next_days)
    return after % {"what": words, "days": result.next_days}
