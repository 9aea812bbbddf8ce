"""Forms of judging talks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..models import Criterion, QualityScore

MARKS = (("100", _("yes")), ("50", _("partly")), ("0", pgettext_lazy("mark", "no")), ("", _("does not apply")))


class ScoreForm(forms.Form):
    """One choice for every criterion in use, and a word about the whole."""

    def __init__(self, data: Any = None, *, before: QualityScore | None = None) -> None:
        super().__init__(data)
        given = {mark.criterion_id: mark.value for mark in before.marks.all()} if before else {}
        self.criteria = list(Criterion.objects.filter(is_archived=False))
        for one in self.criteria:
            value = given.get(one.pk)
            self.fields[_name(one)] = forms.ChoiceField(
                label=one.name, choices=MARKS, required=False, widget=forms.RadioSelect, help_text=one.hint,
                initial="" if value is None else str(value),
            )  # fmt: skip
        self.fields["comment"] = forms.CharField(
            label=_("Comment"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
            initial=before.comment if before else "",
        )  # fmt: skip

    def judged(self) -> list[tuple[Criterion, forms.BoundField]]:
        """Every criterion with its field, for the template."""
        return [(one, self[_name(one)]) for one in self.criteria]

    def marks(self) -> dict[Criterion, int | None]:
        """The marks by criterion; None = it did not apply."""
        given = {one: self.cleaned_data[_name(one)] for one in self.criteria}
        return {one: int(value) if value else None for one, value in given.items()}


def _name(criterion: Criterion) -> str:
    return f"criterion_{criterion.pk}"


class CriterionForm(forms.ModelForm):
    """A criterion."""

    class Meta:
        model = Criterion
        fields = ("name", "hint", "weight", "order", "is_archived")
