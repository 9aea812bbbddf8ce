"""Forms of tasks and notes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Task, TaskKind
from ..results import DEFAULT_TITLES, RESULTS
from .fields import WhenMixin, add_responsible

WAIT = "wait"


class TaskForm(WhenMixin):
    """Something to do."""

    kind = forms.ChoiceField(label=_("What"), choices=TaskKind.choices, initial="call")
    title = forms.CharField(label=_("In words"), max_length=200, required=False)
    field_order = ("kind", "title", "when", "deadline", "responsible_id")

    def __init__(self, data: Any = None, *, user: Any, responsible_id: int | None = None) -> None:
        super().__init__(data)
        add_responsible(self, user, "task", responsible_id or user.pk)

    def title_or_default(self) -> str:
        """The title typed, else the usual one of the kind."""
        return self.cleaned_data["title"].strip() or str(DEFAULT_TITLES[self.cleaned_data["kind"]])


class MoveTaskForm(WhenMixin):
    """To another moment."""


class DoneForm(WhenMixin):
    """What came out of a task, and what is next."""

    result = forms.ChoiceField(label=_("Result"), widget=forms.RadioSelect, required=False)
    text = forms.CharField(
        label=_("In words"), widget=forms.Textarea(attrs={"rows": 2}), required=False, max_length=4000
    )
    next_kind = forms.ChoiceField(label=_("Next step"), required=False)
    next_title = forms.CharField(label=_("Next step in words"), max_length=200, required=False)
    field_order = ("result", "text", "next_kind", "next_title", "when", "deadline")

    def __init__(self, data: Any = None, *, task: Task) -> None:
        super().__init__(data)
        self.fields["when"].required = False
        words = [(str(word), word) for word in RESULTS.get(task.kind, RESULTS[TaskKind.OTHER])]
        self.fields["result"].choices = words  # type: ignore[attr-defined]
        waits = [(WAIT, _("wait for the client"))] if task.deal_id else []
        self.fields["next_kind"].choices = [  # type: ignore[attr-defined]
            ("", _("nothing more")),
            *TaskKind.choices,
            *waits,
        ]  # type: ignore[attr-defined]
        if task.deal_id:
            self.fields["next_kind"].initial = TaskKind.CALL

    def clean(self) -> dict[str, Any]:
        """A result is needed, pressed or typed."""
        cleaned = super().clean()
        if not self.outcome(cleaned):
            self.add_error("result", _("Say what came out of it."))
        return cleaned

    def outcome(self, cleaned: dict[str, Any]) -> str:
        """The result in one text."""
        return ". ".join(part for part in (cleaned.get("result", ""), cleaned.get("text", "").strip()) if part)

    def next_words(self) -> str:
        """The title of the next step."""
        return self.cleaned_data["next_title"].strip() or str(
            DEFAULT_TITLES.get(self.cleaned_data["next_kind"], _("The client is to answer"))
        )


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
