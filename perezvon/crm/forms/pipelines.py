"""Forms of pipelines, stages, lost reasons and products."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import LostReason, Pipeline, Product, Stage

HOUR = 3600


class PipelineForm(forms.ModelForm):
    """What a pipeline is called."""

    class Meta:
        model = Pipeline
        fields = ("name", "is_archived")
        labels = {"is_archived": _("put away")}


class StageForm(forms.ModelForm):
    """A stage: meaning, norm, chance, what it asks for, advice."""

    norm_hours = forms.IntegerField(label=_("Time norm, working hours"), required=False, min_value=1, max_value=10_000)
    checks = forms.CharField(
        label=_("To enter, tick off"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A line for each thing to be done before a deal comes here."),
    )  # fmt: skip
    needs = forms.MultipleChoiceField(
        label=_("To enter, a deal must have"), choices=Stage.Need.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = Stage
        fields = (
            "name", "kind", "probability", "norm_hours", "stale_days", "needs", "checks", "advice", "advice_candidate",
            "advice_master",
        )  # fmt: skip
        labels = {"kind": _("Meaning")}
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("advice", "advice_candidate", "advice_master")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["norm_hours"].initial = self.instance.norm_seconds and self.instance.norm_seconds // HOUR
        self.fields["needs"].initial = self.instance.needs
        self.fields["stale_days"].help_text = _(
            "Without a sign of life for so long (nothing planned, nothing done, no talk) the card turns red; empty = by the time norm."
        )
        self.fields["advice_candidate"].help_text = _("Empty = the advice to a newbie.")
        self.fields["advice_master"].help_text = _("Empty = the advice to a candidate.")
        if self.instance.pk:
            items = self.instance.checks.filter(is_archived=False).values_list("text", flat=True)
            self.fields["checks"].initial = "\n".join(items)

    def clean(self) -> dict[str, Any]:
        """Hours are kept as seconds."""
        cleaned = super().clean() or {}
        hours = cleaned.get("norm_hours")
        self.instance.norm_seconds = hours * HOUR if hours else None
        return cleaned

    def check_texts(self) -> list[str]:
        """The lines of the checklist; the form must be valid."""
        lines = (line.strip()[:200] for line in self.cleaned_data["checks"].splitlines())
        return list(dict.fromkeys(line for line in lines if line))


class RemoveStageForm(forms.Form):
    """Where the deals of a stage go when it is taken away."""

    to = forms.ModelChoiceField(Stage.objects.none(), label=_("Its deals go to"), required=False)

    def __init__(self, *args: Any, stage: Stage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Stage.objects.filter(pipeline=stage.pipeline_id, is_archived=False).exclude(pk=stage.pk)
        field = self.fields["to"]
        field.queryset = others.exclude(kind__in=("won", "lost")).order_by("order")  # type: ignore[attr-defined]


class ReasonForm(forms.ModelForm):
    """Why deals are lost."""

    class Meta:
        model = LostReason
        fields = ("name", "is_ours", "is_archived")
        labels = {"is_archived": _("put away")}


class ProductForm(forms.ModelForm):
    """What is sold, as coarse as reports need it."""

    class Meta:
        model = Product
        fields = ("name", "is_archived")
        labels = {"is_archived": _("put away")}
