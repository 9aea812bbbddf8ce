"""Forms of people and companies."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.staff import reads

from ..actions.contact_points import key_of
from ..actions.errors import NotAPhone
from ..custom.asking import add_to, taken_from
from ..models import Company, ContactOwner, ContactPoint, Person
from .fields import VersionForm, add_responsible


class _Changes(VersionForm):
    """Columns common to people and companies."""

    noun = ""

    def changes(self) -> dict[str, Any]:
        """What to save; the department comes with the responsible."""
        changed = super().changes()
        if "responsible_id" in changed:
            changed["department_id"] = reads.department_of(changed["responsible_id"])
        changed["custom"] = taken_from(changed, self.noun)
        return changed


class PersonForm(_Changes):
    """The card of a person."""

    noun = "person"

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    company = forms.CharField(label=_("Company"), max_length=200, required=False)
    region = forms.CharField(label=_("Region"), max_length=120, required=False)
    comment = forms.CharField(label=_("Comment"), widget=forms.Textarea(attrs={"rows": 3}), required=False)

    def __init__(self, data: Any = None, *, user: Any, person: Person | None = None) -> None:
        initial: dict[str, Any] = {}
        if person is not None:
            company = person.company.name if person.company else ""
            initial = {"name": person.name, "company": company, "region": person.region, "comment": person.comment}
            initial["version"] = person.version
        super().__init__(data, initial=initial)
        add_responsible(self, user, "person", person.responsible_id if person else user.pk)
        add_to(self, "person", person, is_new=person is None)


class NewPersonForm(PersonForm):
    """A new person: how to reach him comes first."""

    version = None  # type: ignore[assignment]
    name = forms.CharField(label=_("Name"), max_length=200)
    phone = forms.CharField(
        label=_("Phone"), max_length=64, required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "placeholder": "+7 9XX XXX-XX-XX"}),
    )  # fmt: skip
    email = forms.CharField(
        label=_("E-mail"), max_length=254, required=False,
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "off"}),
    )  # fmt: skip
    field_order = ("name", "phone", "email", "company", "responsible_id", "region", "comment")

    def clean_phone(self) -> str:
        """The number in its one spelling."""
        return _checked("phone", self.cleaned_data["phone"])

    def clean_email(self) -> str:
        """The address in its one spelling."""
        return _checked("email", self.cleaned_data["email"])


class CompanyForm(_Changes):
    """The card of a company."""

    noun = "company"

    name = forms.CharField(label=pgettext_lazy("company", "Name"), max_length=200)
    inn = forms.RegexField(
        label=_("INN"), regex=r"^(\d{10}|\d{12})$", required=False,
        error_messages={"invalid": _("An INN is 10 or 12 digits.")},
    )  # fmt: skip
    region = forms.CharField(label=_("Region"), max_length=120, required=False)
    comment = forms.CharField(label=_("Comment"), widget=forms.Textarea(attrs={"rows": 3}), required=False)

    def __init__(self, data: Any = None, *, user: Any, company: Company | None = None) -> None:
        names = ("name", "inn", "region", "comment", "version")
        super().__init__(data, initial={name: getattr(company, name) for name in names} if company else {})
        add_responsible(self, user, "company", company.responsible_id if company else user.pk)
        add_to(self, "company", company, is_new=company is None)


class NewCompanyForm(CompanyForm):
    """A new company."""

    version = None  # type: ignore[assignment]
    phone = forms.CharField(label=_("Phone"), max_length=64, required=False)
    email = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    field_order = ("name", "inn", "phone", "email", "responsible_id", "region", "comment")

    def clean_phone(self) -> str:
        """The number in its one spelling."""
        return _checked("phone", self.cleaned_data["phone"])

    def clean_email(self) -> str:
        """The address in its one spelling."""
        return _checked("email", self.cleaned_data["email"])


class ContactForm(forms.Form):
    """One more way to reach somebody."""

    kind = forms.ChoiceField(label=_("What"), choices=ContactPoint.Kind.choices, initial="phone")
    text = forms.CharField(label=_("Number or address"), max_length=254)

    def clean(self) -> dict[str, Any]:
        """The text must be what its kind says."""
        cleaned = super().clean() or {}
        if "kind" in cleaned and "text" in cleaned:
            try:
                key_of(cleaned["kind"], cleaned["text"])
            except NotAPhone as error:
                self.add_error("text", str(error))
        return cleaned


class ContactChangeForm(forms.Form):
    """A way to reach somebody, changed in place; the number itself only by those who see numbers."""

    text = forms.CharField(label=_("Number or address"), max_length=254)
    type = forms.ChoiceField(label=_("Which"), choices=[("", "—"), *ContactOwner.Type.choices], required=False)
    extension = forms.CharField(label=_("Extension"), max_length=16, required=False)
    note = forms.CharField(label=_("Note"), max_length=120, required=False)
    is_primary = forms.BooleanField(label=_("The main one"), required=False)
    works = forms.BooleanField(label=_("It works"), required=False)

    def __init__(self, data: Any = None, *, owner: ContactOwner, sees: bool) -> None:
        point = owner.point
        names = ("type", "extension", "note", "is_primary")
        initial = {name: getattr(owner, name) for name in names} | {"text": point.value, "works": point.is_valid}
        super().__init__(data, initial=initial)
        self.kind = point.kind
        if point.kind != "phone":
            del self.fields["extension"]
        elif not sees:
            del self.fields["text"]

    def clean_text(self) -> str:
        """The text must be what its kind says."""
        return _checked(self.kind, self.cleaned_data["text"])

    def changes(self) -> dict[str, Any]:
        """What ``change_contact`` takes."""
        values = {"text": None, "extension": "", **self.cleaned_data}
        values["is_valid"] = values.pop("works")
        return values


def _checked(kind: str, text: str) -> str:
    if not text.strip():
        return ""
    try:
        return key_of(kind, text)[1]
    except NotAPhone as error:
        raise forms.ValidationError(str(error)) from error
