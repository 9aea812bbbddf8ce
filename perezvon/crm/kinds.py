"""The kinds of tasks, as the company has them: names, icons, usual lengths. Remembered for a few seconds."""

from typing import TYPE_CHECKING

from perezvon.staff.reads import remembered

if TYPE_CHECKING:
    from .models import TaskKind

WAIT = "wait"


@remembered
def task_kinds() -> "dict[str, TaskKind]":
    """Every kind by its code, those out of use too, in the company's order."""
    from .models import TaskKind

    return {one.code: one for one in TaskKind.objects.all()}


def kind_of(code: str) -> "TaskKind":
    """The kind with this code; an unknown one looks like "other"."""
    from .models import TaskKind

    return task_kinds().get(code) or TaskKind(code=code, name=code)


def kind_name(code: str) -> str:
    """What a kind is called in the reader's language; the code itself of one that nobody knows."""
    return kind_of(code).label


def usual_words(code: str) -> str:
    """The title of a task of this kind for which nobody found other words."""
    return kind_of(code).words


def kind_choices() -> list[tuple[str, str]]:
    """(code, name) of the kinds in use, for a form."""
    return [(one.code, one.label) for one in task_kinds().values() if one.is_used]


def all_kind_choices() -> list[tuple[str, str]]:
    """(code, name) of all kinds, for filters: old tasks have kinds that are out of use."""
    return [(one.code, one.label) for one in task_kinds().values()]
