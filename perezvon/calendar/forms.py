"""Forms of calendars."""

from base64 import b64decode, b64encode
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from perezvon.crm import saying
from perezvon.staff import reads as staff
from perezvon.staff.models import Absence

from .actions.accounts import URLS
from .models import CalendarAccount
from .secrets import opened, sealed


class FeedForm(forms.Form):
    """A new calendar by address."""

    name = forms.CharField(
        label=_("What is it for?"), max_length=80, widget=forms.TextInput({"placeholder": _("My telephone")})
    )
    with_names = forms.BooleanField(label=_("with names of clients and words of tasks"), required=False, initial=True)
    with_tasks = forms.BooleanField(label=_("tasks without a time as whole days"), required=False)


def _day() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, "%Y-%m-%d")


class AbsenceForm(forms.Form):
    """Who is away when, and who stands in."""

    user = forms.TypedChoiceField(label=_("Who"), coerce=int)
    kind = forms.ChoiceField(label=_("Why"), choices=Absence.Kind.choices)
    first = forms.DateField(label=_("First day"), widget=_day())
    last = forms.DateField(label=_("Last day, inclusive"), widget=_day())
    substitute = forms.TypedChoiceField(label=_("Who stands in"), coerce=int, required=False, empty_value=None)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(
        self, data: Any = None, *, people: list[tuple[int, str]], initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        who: Any = self.fields["user"]
        who.choices = people
        substitute: Any = self.fields["substitute"]
        substitute.choices = [("", "—"), *staff.working()]


LENGTHS = (15, 30, 45, 60, 90, 120, 180, 240)


class FreeForm(forms.Form):
    """When these people have time together."""

    who = forms.TypedMultipleChoiceField(label=_("Who"), coerce=int, widget=forms.SelectMultiple({"size": 10}))
    minutes = forms.TypedChoiceField(label=_("For how long"), coerce=int)
    first = forms.DateField(label=_("From"), widget=_day())
    days = forms.TypedChoiceField(label=_("Look ahead, days"), coerce=int, choices=[(n, n) for n in (1, 3, 7, 14, 30)])

    def __init__(self, data: Any = None, *, user: Any, at: Any) -> None:
        today = timezone.localdate(at)
        initial = {"who": [user.pk], "minutes": 60, "first": today + timedelta(days=1), "days": 7}
        super().__init__(data, initial=initial)
        who: Any = self.fields["who"]
        who.choices = staff.working()
        minutes: Any = self.fields["minutes"]
        minutes.choices = [(one, saying.length(one)) for one in LENGTHS]


def _unsealed(text: str, user_id: int) -> str:
    try:
        return opened(b64decode(text, validate=True), user_id) if text else ""
    except ValueError:
        return ""


class AccountForm(forms.Form):
    """Where a calendar lies, and how to get in. The password is for this program only, and is shown nowhere."""

    service = forms.ChoiceField(label=_("Service"), choices=CalendarAccount.Service.choices)
    url = forms.URLField(
        label=_("Address of the server"), required=False, max_length=300, assume_scheme="https",
        help_text=_("For Nextcloud and other servers, such as https://cloud.example.com/remote.php/dav/"),
    )  # fmt: skip
    login = forms.CharField(label=_("Login"), max_length=200)
    sealed = forms.CharField(required=False, widget=forms.HiddenInput)  # what was typed before, encrypted
    password = forms.CharField(
        label=_("App password"), max_length=200, required=False, widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("Made in the settings of the service for this program only; not the password that you sign in with."),
    )  # fmt: skip
    calendar = forms.CharField(label=_("Calendar"), required=False, widget=forms.Select)
    with_names = forms.BooleanField(label=_("with names of clients and words of tasks"), required=False, initial=True)

    def __init__(self, data: Any = None, *, user_id: int) -> None:
        super().__init__(data)
        self.user_id, self.secret = user_id, ""
        if data is None:
            del self.fields["calendar"]  # asked when there are several

    def address(self) -> str:
        """The server's address: the known one of the service, or as typed; "" = it is needed."""
        return URLS.get(self.cleaned_data["service"]) or self.cleaned_data["url"]

    def clean(self) -> dict[str, Any]:
        """Servers that we do not know need an address."""
        cleaned = super().clean() or {}
        if not URLS.get(cleaned.get("service", "")) and not cleaned.get("url") and "url" not in self.errors:
            self.add_error("url", _("Say where the server is."))
        self.secret = cleaned.get("password") or _unsealed(cleaned.get("sealed", ""), self.user_id)
        if not self.secret and "password" not in self.errors:
            self.add_error("password", _("It is needed."))
        return cleaned

    def ask_which(self, found: list[tuple[str, str]]) -> None:
        """Let the form ask which calendar; what was typed goes along sealed."""
        widget: Any = self.fields["calendar"].widget
        widget.choices = found
        self.add_error("calendar", _("Choose which of them."))
        data: Any = self.data
        data = data.copy()
        data["sealed"] = b64encode(sealed(self.secret, self.user_id)).decode()
        self.data = data


class PasswordForm(forms.Form):
    """Another app password."""

    password = forms.CharField(
        label=_("App password"), max_length=200, widget=forms.PasswordInput({"autocomplete": "new-password"})
    )
