"""Forms of tasks and notes."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from perezvon.kit.money import roubles
from perezvon.kit.worktime import WorkingTime

from ..actions.errors import CommentNeeded
from ..actions.finishing import Lose, Then, Wait, Win, next_step
from ..kinds import kind_choices, usual_words
from ..models import LostReason, Task, TaskResult
from ..models.result import LOSE, WAIT, WIN
from ..moments import WHEN, after_days
from ..results import results_of, suggestion
from .fields import WhenMixin, add_responsible

USUAL, USUAL_DAYS = "usual", 1


class TaskForm(WhenMixin):
    """Something to do."""

    kind = forms.ChoiceField(label=_("What"), choices=kind_choices, initial="call")
    title = forms.CharField(label=_("In words"), max_length=200, required=False)
    field_order = ("kind", "title", "when", "deadline", "responsible_id")

    def __init__(self, data: Any = None, *, user: Any, responsible_id: int | None = None) -> None:
        super().__init__(data)
        add_responsible(self, user, "task", responsible_id or user.pk)

    def title_or_default(self) -> str:
        """The title typed, else the usual one of the kind."""
        return self.cleaned_data["title"].strip() or usual_words(self.cleaned_data["kind"])


class MoveTaskForm(WhenMixin):
    """To another moment."""


class DoneForm(WhenMixin):
    """What came out of a task, and what is next: as its result suggests, or as chosen."""

    result = forms.ModelChoiceField(TaskResult.objects.none(), label=_("Result"), required=False)
    text = forms.CharField(
        label=_("In words"), widget=forms.Textarea(attrs={"rows": 2}), required=False, max_length=4000
    )
    next_kind = forms.ChoiceField(label=_("Next step"), required=False, initial=USUAL)
    next_title = forms.CharField(label=_("Next step in words"), max_length=200, required=False)
    reason = forms.ModelChoiceField(LostReason.objects.none(), label=_("Why the deal is lost"), required=False)

    def __init__(self, data: Any = None, *, task: Task) -> None:
        super().__init__(data)
        self.task, self.ready = task, results_of(task.kind)
        self.fields["when"].required = False
        self.fields["when"].choices = [(USUAL, _("as usual")), *WHEN]  # type: ignore[attr-defined]
        self.fields["when"].initial = USUAL
        self.fields["result"].queryset = TaskResult.objects.filter(pk__in=[one.pk for one in self.ready])  # type: ignore[attr-defined]
        self.fields["next_kind"].choices = [  # type: ignore[attr-defined]
            (USUAL, _("as usual after this result")), ("", _("nothing more")), *kind_choices(), *self._ends(),
        ]  # fmt: skip
        if task.deal_id:
            self.fields["reason"].queryset = LostReason.objects.filter(is_archived=False)  # type: ignore[attr-defined]
        else:
            del self.fields["reason"]

    def _ends(self) -> list[tuple[str, Any]]:
        """What else may come next where there is a deal."""
        deal = self.task.deal
        if deal is None or deal.status != deal.Status.OPEN:
            return []
        win = [(WIN, _("close the deal as won: %(amount)s") % {"amount": roubles(deal.amount)})] if deal.amount else []
        return [(WAIT, _("wait for the client")), *win, (LOSE, _("close the deal as lost"))]

    @property
    def buttons(self) -> list[tuple[TaskResult, str, bool]]:
        """(result, what it suggests, whether it is chosen) of the ready results."""
        chosen = str(self["result"].value() or "")
        return [(one, suggestion(one), str(one.pk) == chosen) for one in self.ready]

    def clean(self) -> dict[str, Any]:
        """A result is needed, pressed or typed; a lost deal needs a reason."""
        cleaned = super().clean()
        ready: TaskResult | None = cleaned.get("result")
        if not self.outcome(cleaned) and "result" not in self.errors:
            self.add_error("result", _("Say what came out of it."))
        if ready and ready.needs_comment and not cleaned.get("text", "").strip():
            self.add_error("text", CommentNeeded.text)
        usual = cleaned.get("next_kind") == USUAL
        if usual:
            cleaned["next_kind"] = self._suggested(ready)
        if cleaned.get("when") == USUAL or (usual and not cleaned.get("when")):
            cleaned["when"] = ""
        if cleaned.get("next_kind") == LOSE and not cleaned.get("reason"):
            self.add_error("reason", _("Say why the deal is lost."))
        return cleaned

    def _suggested(self, ready: TaskResult | None) -> str:
        """The suggestion of the result, where it makes sense."""
        kind = ready.next_kind if ready else ""
        return kind if kind in dict(kind_choices()) or kind in dict(self._ends()) else ""

    def outcome(self, cleaned: dict[str, Any]) -> str:
        """The result in one text."""
        ready, text = cleaned.get("result"), cleaned.get("text", "").strip()
        return ". ".join(part for part in (ready.text if ready else "", text) if part)

    def next_words(self) -> str:
        """The title of the next step."""
        kind = self.cleaned_data["next_kind"]
        usual = str(_("The client is to answer")) if kind in ("", WAIT) else usual_words(kind)
        return self.cleaned_data["next_title"].strip() or usual

    def then(self, by: Any, at: datetime, calendar: WorkingTime) -> Then:
        """What comes next; the form must be valid."""
        kind = self.cleaned_data["next_kind"]
        if not kind:
            return None
        if kind == LOSE:
            return Lose(self.cleaned_data["reason"])
        if kind == WIN:
            return Win()
        when = self._moment(at, calendar)
        if kind == WAIT:
            return Wait(when, self.next_words())
        return next_step(self.task, kind=kind, title=self.next_words(), deadline=when, by=by)

    def _moment(self, at: datetime, calendar: WorkingTime) -> datetime:
        if self.cleaned_data["when"]:
            return self.moment(at)
        ready: TaskResult | None = self.cleaned_data.get("result")
        days = ready.next_days if ready and ready.next_kind == self.cleaned_data["next_kind"] else USUAL_DAYS
        if self.cleaned_data["next_kind"] == WAIT:
            days = max(days, 1)
        return after_days(days, at, calendar)


class WaitForm(WhenMixin):
    """Until when a deal waits for the client, and what for."""

    why = forms.CharField(label=_("What do we wait for?"), max_length=200)
    field_order = ("why", "when", "deadline")


class NoteForm(forms.Form):
    """A remark."""

    text = forms.CharField(
        label=_("Note"), max_length=8000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("What is worth remembering?"), "data-key": "KeyN"}),
    )  # fmt: skip
