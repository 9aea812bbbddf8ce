"""The form of a ready result of tasks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..kinds import kind_choices
from ..models import TaskResult
from ..models.result import LOSE, WAIT


class ResultForm(forms.ModelForm):
    """What may come out of a kind of task, and what it suggests next."""

    kind = forms.ChoiceField(label=_("Task"))
    next_kind = forms.ChoiceField(label=_("Suggests next"), required=False)

    class Meta:
        model = TaskResult
        fields = ("kind", "text", "next_kind", "next_days", "needs_comment", "is_archived")
        labels = {"is_archived": _("put away")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kind_choices()  # type: ignore[attr-defined]
        choices = [
            ("", _("nothing")),
            *kind_choices(),
            (WAIT, _("wait for the client")),
            (LOSE, _("close the deal as lost")),
        ]
        self.fields["next_kind"].choices = choices  # type: ignore[attr-defined]
        self.fields["next_days"].help_text = _("0 = today")
        if not self.instance.pk:
            del self.fields["is_archived"]
        else:
            self.fields["kind"].disabled = True
