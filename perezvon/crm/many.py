"""What is done to many clients, deals and tasks at once: handing over, planning a task, moving to a stage."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from perezvon.kit import clock
from perezvon.lists.listing import Action, Change, Refused
from perezvon.staff import access
from perezvon.staff import reads as staff
from perezvon.staff.models import User

from . import actions
from .actions import tags
from .forms.fields import sellers_for
from .forms.tasks import TaskForm
from .models import Deal, Person, Stage, Task

Save = Callable[..., Any]


class HandOverForm(forms.Form):
    """To whom."""

    responsible = forms.TypedChoiceField(label=_("Responsible"), coerce=int)

    def __init__(self, data: Any, *, user: Any, noun: str) -> None:
        super().__init__(data)
        self.fields["responsible"].choices = sellers_for(user, noun)  # type: ignore[attr-defined]


def hand_over(noun: str, save: Save) -> Action:
    """Give rows to another responsible."""
    return Action(
        "assign", _("Hand over"), "user-share", "assign", form=lambda user, data: HandOverForm(data, user=user, noun=noun),
        values=lambda form: {"responsible_id": form.cleaned_data["responsible"]},
        change=lambda row, values, by, at: _hand_over(save, row, values, by, at),
        restore=lambda row, change, by, at: _put_back(save, row, change, by, at),
    )  # fmt: skip


def _hand_over(save: Save, row: Any, values: dict[str, Any], by: Any, at: datetime) -> Change | None:
    wanted = values["responsible_id"]
    if row.responsible_id == wanted:
        return None
    before = {"responsible_id": row.responsible_id, "department_id": row.department_id}
    after = {"responsible_id": wanted, "department_id": staff.department_of(wanted)}
    save(row, after, version=getattr(row, "version", 0), by=by, at=at)
    return Change(before, after)


def _put_back(save: Save, row: Any, change: Change, by: Any, at: datetime) -> bool:
    """Only what still says what the action wrote."""
    if any(getattr(row, name) != value for name, value in change.after.items()):
        return False
    save(row, change.before, version=getattr(row, "version", 0), by=by, at=at)
    return True


def save_task(task: Task, changes: dict[str, Any], *, version: int, by: Any, at: datetime) -> None:
    """Hand an open task over."""
    actions.hand_task(task, changes["responsible_id"], by=by, at=at)


# --- a task for each ------------------------------------------------------------


class SameTaskForm(TaskForm):
    """The same task for every row; by default each row's own responsible does it."""

    def __init__(self, data: Any, *, user: Any) -> None:
        super().__init__(data, user=user)
        if "responsible_id" in self.fields:
            field: Any = self.fields["responsible_id"]
            field.choices = [("", _("the responsible of each")), *field.choices[1:]]
            field.initial = None


def plan_task() -> Action:
    """Plan the same task with every client or deal."""
    return Action(
        "task", _("Plan a task"), "calendar-plus", "view", form=lambda user, data: SameTaskForm(data, user=user),
        values=_task_values, change=_plan, restore=_unplan, may=lambda user: access.can(user, "task", "add"),
    )  # fmt: skip


def _task_values(form: TaskForm) -> dict[str, Any]:
    values = form.cleaned_data
    return {
        "kind": values["kind"], "title": form.title_or_default(), "deadline": form.moment(clock.now()).isoformat(),
        "responsible_id": values.get("responsible_id"),
    }  # fmt: skip


def _plan(row: Any, values: dict[str, Any], by: Any, at: datetime) -> Change:
    """The row's own responsible does it, unless somebody is named; one without the right to hand over does it himself."""
    person, deal = (row, None) if isinstance(row, Person) else (None, row)
    named = values.get("responsible_id") or row.responsible_id if access.can(by, "task", "assign") else by.pk
    responsible = User.objects.filter(pk=named).first() if named else by
    task = actions.set_task(
        kind=values["kind"], title=values["title"], deadline=datetime.fromisoformat(values["deadline"]), person=person,
        deal=deal, responsible=responsible, by=by, at=at,
    )  # fmt: skip
    return Change({}, {"task": task.pk})


def _unplan(row: Any, change: Change, by: Any, at: datetime) -> bool:
    """A task that is still open is taken back; one that was done stays."""
    task = Task.objects.open().filter(pk=change.after["task"]).first()
    if task is None:
        return False
    actions.cancel_task(task, by=by, at=at)
    return True


# --- tags --------------------------------------------------------------------------


class TagsForm(forms.Form):
    """Which tags; parted by commas."""

    tags = forms.CharField(label=_("Tags"), max_length=300, help_text=_("Parted by commas"))

    def clean_tags(self) -> str:
        """Their names as they are kept."""
        names = tags.tidy(self.cleaned_data["tags"].split(","))
        if not names:
            raise forms.ValidationError(_("Name a tag."))
        return ", ".join(names)


def _tag_action(key: str, label: Any, icon: str, do: Save, undo: Save) -> Action:
    def change(row: Any, values: dict[str, Any], by: Any, at: datetime) -> Change | None:
        done = do(row, values["tags"], by=by, at=at)
        return Change({}, {"tags": done}) if done else None

    def restore(row: Any, change: Change, by: Any, at: datetime) -> bool:
        return bool(undo(row, change.after["tags"], by=by, at=at))

    return Action(
        key, label, icon, "edit", form=lambda user, data: TagsForm(data), values=lambda form: {"tags": form.cleaned_data["tags"].split(", ")},
        change=change, restore=restore,
    )  # fmt: skip


def put_tags() -> Action:
    """Mark rows with tags."""
    return _tag_action("tag", _("Put tags"), "tag", tags.mark, tags.unmark)


def take_tags() -> Action:
    """Take tags off rows."""
    return _tag_action("untag", _("Take tags off"), "tag-off", tags.unmark, tags.mark)


# --- another stage ---------------------------------------------------------------


class StageForm(forms.Form):
    """Where deals go; won and lost ask for more and are done one by one."""

    stage = forms.ModelChoiceField(Stage.objects.none(), label=_("Stage"))

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        open_stages = Stage.objects.filter(
            kind__in=("unsorted", "open", "warm_up"), pipeline__is_archived=False, is_archived=False
        )
        field: Any = self.fields["stage"]
        field.queryset = open_stages.select_related("pipeline").order_by("pipeline__order", "pipeline_id", "order")


def move_stage() -> Action:
    """Move deals to another open stage."""
    return Action(
        "stage", _("Move to a stage"), "arrows-right-left", "edit", form=lambda user, data: StageForm(data),
        values=lambda form: {"stage_id": form.cleaned_data["stage"].pk}, change=_move, restore=_move_back,
    )  # fmt: skip


def _move(deal: Deal, values: dict[str, Any], by: Any, at: datetime) -> Change | None:
    if deal.stage_id == values["stage_id"]:
        return None
    if deal.status != Deal.Status.OPEN:
        raise Refused(_("The deal is closed: open it again by itself."))
    before = deal.stage_id
    _to_stage(deal, values["stage_id"], by, at)
    return Change({"stage_id": before}, {"stage_id": values["stage_id"]})


def _move_back(deal: Deal, change: Change, by: Any, at: datetime) -> bool:
    if deal.stage_id != change.after["stage_id"]:
        return False
    _to_stage(deal, change.before["stage_id"], by, at)
    return True


def _to_stage(deal: Deal, stage_id: int, by: Any, at: datetime) -> None:
    stage = Stage.objects.filter(pk=stage_id).first()
    if stage is None:
        raise Refused(_("The stage is gone."))
    actions.move_deal(deal, stage, by=by, at=at)
