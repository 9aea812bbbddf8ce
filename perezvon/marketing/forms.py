from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.crm.models import Product
from perezvon.staff.forms.people import TreeChoice

from .models import Form, Source


class SourceChoice(forms.ModelChoiceField):
    """A source in use."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Source"))
        super().__init__(Source.objects.none(), **options)

    def __deepcopy__(self, memo: Any) -> "SourceChoice":
        copy = super().__deepcopy__(memo)
        copy.queryset = Source.objects.current()
        return copy


class SourceForm(forms.Form):
    """A source of clients."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=80)
    channel = forms.CharField(
        label=_("Channel"),
        max_length=40,
        required=False,
        help_text=_("What kind of advertising it is: search, maps, outdoor."),
    )
    is_archived = forms.BooleanField(label=_("No longer in use"), required=False)

    @classmethod
    def of(cls, source: Source, data: Any = None) -> "SourceForm":
        """The form filled in with a source."""
        return cls(data, initial={"name": source.name, "channel": source.channel, "is_archived": source.is_archived})


class LineForm(forms.Form):
    """From now on a number belongs to a source."""

    line = forms.CharField(label=_("Dialled number"), max_length=32, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    source = SourceChoice()


class OfLineForm(forms.Form):
    """From now on the number whose page it is belongs to a source."""

    source = SourceChoice()


class UtmRuleForm(forms.Form):
    """Tags that mean a source."""

    utm_source = forms.CharField(label="utm_source", max_length=120, required=False)
    utm_medium = forms.CharField(label="utm_medium", max_length=120, required=False)
    utm_campaign = forms.CharField(label="utm_campaign", max_length=200, required=False)
    source = SourceChoice()


class SiteForm(forms.Form):
    """A public form of a site."""

    name = forms.CharField(label=pgettext_lazy("thing", "Name"), max_length=80)
    origins = forms.CharField(
        label=_("Sites that may send it from a script"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "https://site.example"}),
        help_text=_(
            "One address on a line. With none the form is open to posts from anywhere, but not to scripts of browsers."
        ),
    )
    source = SourceChoice(required=False, label=_("Source when the tags tell none"))
    product = forms.ModelChoiceField(Product.objects.all(), label=_("Product"), required=False)
    department = TreeChoice(label=_("Department"), required=False)
    redirect_to = forms.CharField(
        label=_("Page after sending"), max_length=500, required=False, help_text=_("Empty = our own page of thanks.")
    )
    limit_per_minute = forms.IntegerField(
        label=_("Posts a minute from one address"),
        min_value=0,
        max_value=1_000_000,
        initial=60,
        help_text=_("0 = no limit."),
    )
    is_enabled = forms.BooleanField(label=_("Accepts requests"), required=False, initial=True)

    @classmethod
    def of(cls, form: Form, data: Any = None) -> "SiteForm":
        """The form filled in with a site form."""
        names = ("name", "redirect_to", "limit_per_minute", "is_enabled")
        initial = {name: getattr(form, name) for name in names}
        links = {name: getattr(form, f"{name}_id") for name in ("source", "product", "department")}
        return cls(data, initial={**initial, **links, "origins": "\n".join(form.origins)})

    def clean_origins(self) -> list[str]:
        """The addresses one by one."""
        return str(self.cleaned_data["origins"]).split()
