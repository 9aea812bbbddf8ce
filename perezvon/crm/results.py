"""Ready results of tasks: one press instead of typing, words that can be counted, a suggestion of what comes next."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from perezvon.kit.worktime import WorkingTime

from .kinds import kind_name
from .models import TaskKind, TaskResult
from .models.result import LOSE, WAIT
from .moments import after_days


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
    words = _("wait for the client") if result.next_kind == WAIT else kind_name(result.next_kind)
    if not result.next_days:
        return str(_("%(what)s today") % {"what": words})
    after = ngettext("%(what)s in %(days)s day", "%(what)s in %(days)s days", result.next_days)
    return after % {"what": words, "days": result.next_days}


def suggested_at(result: TaskResult, at: datetime, calendar: WorkingTime) -> datetime:
    """When the suggested step is due, within working time."""
    return after_days(result.next_days, at, calendar)
