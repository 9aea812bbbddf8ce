"""Forms of phrases and music."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..actions.prompts import heard, said
from ..models import Prompt
from ..sounds import audio
from ..sounds.audio import Sound
from ..sounds.speech import LANGUAGES, MOST_LETTERS

_FROM = ((Prompt.Kind.UPLOADED, _("from a file")), (Prompt.Kind.SPOKEN, _("spoken by the machine")))
_NAMES = {"ru": _("Russian"), "en": _("English")}


class PromptForm(forms.Form):
    """A phrase or a piece of music: a file, or words for the machine to speak."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=80)
    use = forms.ChoiceField(
        label=_("What it is"), choices=Prompt.Use.choices, initial=Prompt.Use.PHRASE, widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(
        label=_("Where the sound comes from"), choices=_FROM, initial=Prompt.Kind.UPLOADED,
        widget=forms.RadioSelect,
    )  # fmt: skip
    upload = forms.FileField(label=_("Sound file"), required=False, widget=forms.FileInput(attrs={"accept": "audio/*"}))
    text = forms.CharField(
        label=_("Text"), max_length=MOST_LETTERS, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What is said in it: read in lists, and spoken by the machine when it is to speak."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=[(code, _NAMES[code]) for code in LANGUAGES])

    def __init__(self, data: Any = None, files: Any = None, *, prompt: Prompt | None = None, use: str = "") -> None:
        names = ("name", "use", "kind", "text", "language")
        initial = {name: getattr(prompt, name) for name in names} if prompt else {"use": use or Prompt.Use.PHRASE}
        super().__init__(data, files, initial=initial)
        self.prompt = prompt
        hint = _("%(formats)s; it is converted for the telephone.") % {"formats": audio.formats()}
        self.fields["upload"].help_text = hint

    def columns(self) -> dict[str, Any]:
        """Columns of the prompt; the form must be valid."""
        return {name: self.cleaned_data[name] for name in ("name", "use", "kind", "text", "language")}

    def sound(self) -> Sound | None:
        """The new sound; None = the present one stays. ValidationError names the field."""
        data = self.cleaned_data
        if data["kind"] == Prompt.Kind.SPOKEN:
            return said(data["text"], data["language"], data["use"]) if self._is_new_text(data) else None
        upload: UploadedFile | None = data["upload"]
        if upload is None:
            if self.prompt is None or not self.prompt.file:
                raise forms.ValidationError({"upload": _("Choose a file.")})
            return None
        return heard(upload.read(audio.MOST_BYTES + 1), data["use"])

    def _is_new_text(self, data: dict[str, Any]) -> bool:
        """Whether it has to be spoken: new, another text or language, or uploaded before."""
        old = self.prompt
        same = old is not None and old.kind == Prompt.Kind.SPOKEN and old.file
        return not same or (old.text, old.language) != (data["text"], data["language"])  # type: ignore[union-attr]
