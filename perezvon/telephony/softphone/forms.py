from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from perezvon.crm.actions.tasks import NewTask
from perezvon.crm.reads import MOMENTS, moment_called, task_kinds, task_words

from ..models import Call

RESULTS = (
    _("Agreed on the next step"),
    _("Question answered"),
    _("Asked to call later"),
    _("Passed on to a colleague"),
    _("Not a client"),
    _("Wrong number"),
)


class ResultForm(forms.Form):
    """What came of a talk, in one press, and what is next."""

    result = forms.ChoiceField(label=_("Result"), widget=forms.RadioSelect)
    text = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 2}), required=False, max_length=4000)
    next_kind = forms.ChoiceField(label=_("Next step"), required=False)
    when = forms.ChoiceField(label=_("When"), choices=MOMENTS, initial="tomorrow", required=False)

    def __init__(self, data: Any = None, *, call: Call) -> None:
        super().__init__(data)
        self.call = call
        self.fields["result"].choices = [(str(word), word) for word in RESULTS]  # type: ignore[attr-defined]
        self.fields["next_kind"].choices = [("", _("nothing more")), *task_kinds()]  # type: ignore[attr-defined]

    def then(self, user: Any, at: datetime) -> NewTask | None:
        """The next step as a task of ``user``; None for nothing more."""
        kind = self.cleaned_data["next_kind"]
        if not kind:
            return None
        return NewTask(
            kind=kind, title=task_words(kind), deadline=moment_called(self.cleaned_data["when"] or "tomorrow", at),
            by_id=user.pk, person_id=self.call.person_id, call_id=self.call.pk, responsible_id=user.pk,
            department_id=user.department_id, origin="next_step",
        )  # fmt: skip
