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
    needs = forms.MultipleChoiceField(
        label=_("To enter, a deal must have"), choices=Stage.Need.choices, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = Stage
        fields = ("name", "kind", "probability", "norm_hours", "needs", "advice")
        labels = {"kind": _("Meaning")}
        widgets = {"advice": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["norm_hours"].initial = self.instance.norm_seconds and self.instance.norm_seconds // HOUR
        self.fields["needs"].initial = self.instance.needs

    def clean(self) -> dict[str, Any]:
        """Hours are kept as seconds."""
        cleaned = super().clean() or {}
        hours = cleaned.get("norm_hours")
        self.instance.norm_seconds = hours * HOUR if hours else None
        return cleaned


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
