"""Forms of own fields and of tags."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import CustomField, Tag


class FieldForm(forms.ModelForm):
    """A field of the company's own; its noun and kind are chosen once."""

    choices = forms.CharField(
        label=_("Choices, one a line"), widget=forms.Textarea(attrs={"rows": 6}), required=False,
        help_text=_("Only for “one of a list” and “several of a list”. A line that is taken away is not offered any more; who has it keeps it."),
    )  # fmt: skip

    class Meta:
        model = CustomField
        fields = ("noun", "kind", "label", "choices", "hint", "is_needed", "is_shown", "is_archived")

    def __init__(self, data: Any = None, *, instance: CustomField | None = None, noun: str = "") -> None:
        super().__init__(data, instance=instance)
        is_new = instance is None
        for name in ("noun", "kind") if not is_new else ("is_archived",):
            del self.fields[name]
        if instance is not None and not instance.has_choices:
            del self.fields["choices"]
        elif instance is not None:
            labels = instance.choices.filter(is_archived=False).order_by("order", "pk").values_list("label", flat=True)
            self.initial["choices"] = "\n".join(labels)
        if is_new and noun:
            self.initial["noun"] = noun

    def clean(self) -> dict[str, Any]:
        """A list needs something to choose."""
        cleaned = super().clean() or {}
        kind = cleaned.get("kind") or self.instance.kind
        if kind in (CustomField.Kind.CHOICE, CustomField.Kind.MANY) and not cleaned.get("choices", "").strip():
            self.add_error("choices", _("Name what can be chosen, one a line."))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """The action says itself when the name is taken."""
        return {*super()._get_validation_exclusions(), "label"} if "label" not in self.errors else set()  # type: ignore[misc]

    def labels(self) -> list[str] | None:
        """The choices as typed; None when there are none to be saved."""
        return self.cleaned_data["choices"].splitlines() if "choices" in self.cleaned_data else None


class NameForm(forms.Form):
    """What a choice or a tag is called."""

    name = forms.CharField(label=_("Name"), max_length=80)

    def __init__(self, data: Any = None, *, now: str) -> None:
        super().__init__(data, initial={"name": now})


class TagForm(NameForm):
    """What a tag is called."""

    name = forms.CharField(label=_("Name"), max_length=40, help_text=_("The name of another tag makes one of the two."))

    def __init__(self, data: Any = None, *, tag: Tag) -> None:
        super().__init__(data, now=tag.name)
