from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from .. import hooks
from ..actions.tokens import PER_MINUTE
from ..models import Department, Role, User
from .zones import zone_choices, zone_name


class TreeChoice(forms.ModelChoiceField):
    """A department, indented by its place in the tree."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Department.objects.order_by("path"), **options)

    def label_from_instance(self, obj: Any) -> str:
        return "\u2003" * obj.depth + str(obj)


class PersonForm(forms.Form):
    """The card of a person of the staff."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), help_text=_("Signs in with it."))
    position = forms.CharField(label=_("Position"), max_length=120, required=False)
    department = TreeChoice(label=_("Department"), required=False)
    extension = forms.RegexField(r"^\d{0,16}$", label=_("Internal number"), max_length=16, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    roles = forms.ModelMultipleChoiceField(
        Role.objects.all(), label=_("Roles"), required=False, widget=forms.CheckboxSelectMultiple
    )

    @classmethod
    def of(cls, user: User, data: Any = None) -> "PersonForm":
        """The form filled in with a person's card."""
        card = {name: getattr(user, name) for name in ("name", "email", "position", "extension", "language")}
        return cls(data, initial={**card, "department": user.department_id, "roles": user.roles.all()})


class NewPersonForm(PersonForm):
    """A person who comes, with his first password."""

    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        validators=[validate_password],
        help_text=_("Tell it to the person; it can be changed after the sign-in."),
    )


class PasswordForm(forms.Form):
    """A new password given by an administrator."""

    password = forms.CharField(
        label=_("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        validators=[validate_password],
    )


class ProfileForm(forms.Form):
    """What a person may change about himself."""

    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, help_text=_("Dates and times are shown in it."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        own = str(self.initial.get("time_zone") or "")
        field: Any = self.fields["time_zone"]
        field.choices = [
            ("", _("the company's: %(zone)s") % {"zone": zone_name(settings.TIME_ZONE)}),
            *zone_choices(own),
        ]


class TokenForm(forms.Form):
    """A new personal token."""

    name = forms.CharField(label=_("What the token is for"), max_length=80)
    days = forms.TypedChoiceField(
        label=_("Valid for"), coerce=int, empty_value=None, required=False, initial="365",
        choices=[("30", _("a month")), ("90", _("three months")), ("365", _("a year")), ("", _("until it is taken back"))],
    )  # fmt: skip
    reads_only = forms.BooleanField(label=_("For reading only"), required=False)
    nouns = forms.MultipleChoiceField(
        label=_("Only for"), required=False, choices=(), widget=forms.SelectMultiple(attrs={"size": 5}),
        help_text=_("Nothing chosen: for everything that you may do."),
    )  # fmt: skip
    per_minute = forms.IntegerField(
        label=_("Requests a minute, at most"), min_value=1, max_value=10_000, initial=300, required=False
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["nouns"].choices = hooks.token_nouns()  # type: ignore[attr-defined]

    def limits(self) -> dict[str, Any]:
        """What the token is less than its person."""
        values = {name: self.cleaned_data[name] for name in ("days", "reads_only", "nouns")}
        return {**values, "per_minute": self.cleaned_data["per_minute"] or PER_MINUTE}
