"""Forms of what is known about a client besides: ties, files, consents, wishes."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .. import finding
from ..filing.checks import ENDINGS
from ..inputs import Roubles
from ..models import Channel, ClientFile, Company, Consent, ConsentText, Person, Product, Purpose, Tie, TieKind, Wish

_DAY = {"type": "date"}


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"), **more)


class TieKindForm(forms.ModelForm):
    """A kind of tie in the words of both ends."""

    class Meta:
        model = TieKind
        fields = ("between", "word", "other_word", "is_archived")

    def __init__(self, data: Any = None, *, instance: TieKind | None = None) -> None:
        super().__init__(data, instance=instance)
        del self.fields["is_archived" if instance is None else "between"]


class TieDaysForm(forms.Form):
    """Role and days of a tie."""

    role = forms.CharField(label=_("Role"), max_length=120, required=False)
    since = _day(_("Since"), required=False)
    until = _day(_("Until"), required=False)

    def __init__(self, data: Any = None, *, tie: Tie | None = None) -> None:
        super().__init__(data, initial={name: getattr(tie, name) for name in ("role", "since", "until")} if tie else {})

    def clean(self) -> dict[str, Any]:
        """It ends after it begins."""
        cleaned = super().clean() or {}
        if cleaned.get("since") and cleaned.get("until") and cleaned["since"] > cleaned["until"]:
            self.add_error("until", _("It ends after it begins."))
        return cleaned


class TieForm(TieDaysForm):
    """A new tie of a client: what the other one is, and who it is (a name, a number, an INN).

    When several are called so, the form asks which one.
    """

    kind = forms.ChoiceField(label=_("The other one is"))
    who = forms.CharField(label=_("Name, phone or INN"), max_length=200)
    field_order = ("kind", "who", "other", "role", "since", "until")

    def __init__(self, data: Any = None, *, party: Person | Company, user: Any) -> None:
        super().__init__(data)
        self.party, self.user = party, user
        self.fields["kind"].choices = list(self._kinds())  # type: ignore[attr-defined]

    def _kinds(self) -> Any:
        """(id and direction, what the other one is)."""
        own = TieKind.Between.PEOPLE if isinstance(self.party, Person) else TieKind.Between.COMPANIES
        for kind in TieKind.objects.filter(is_archived=False):
            if kind.between == own:
                yield f"{kind.pk}>", kind.other_word
                if kind.word != kind.other_word:
                    yield f"{kind.pk}<", kind.word
            elif kind.between == TieKind.Between.WORK:
                is_person = isinstance(self.party, Person)
                yield (f"{kind.pk}>", kind.other_word) if is_person else (f"{kind.pk}<", kind.word)

    def clean(self) -> dict[str, Any]:
        """Find the other one."""
        cleaned = super().clean()
        if "kind" not in cleaned or "who" not in cleaned:
            return cleaned
        kind = TieKind.objects.get(pk=cleaned["kind"][:-1])
        found = self._found(kind, cleaned["who"])
        asked = self.data.get("other", "")
        chosen = [one for one in found if str(one.pk) == asked] if len(found) > 1 else found
        if not found:
            self.add_error("who", _("Nobody is found: add the client first."))
        elif len(chosen) != 1:
            words = [(one.pk, f"{one.name} · № {one.pk}") for one in found]
            self.fields["other"] = forms.ChoiceField(label=_("Which one"), choices=words, widget=forms.RadioSelect)
            self.order_fields(self.field_order)
            self.add_error("who", _("Several are called so: choose one."))
        else:
            first, second = (self.party, chosen[0]) if cleaned["kind"][-1] == ">" else (chosen[0], self.party)
            cleaned |= {"kind": kind, "first": first, "second": second}
        return cleaned

    def _found(self, kind: TieKind, text: str) -> list[Any]:
        is_company = kind.between == TieKind.Between.COMPANIES or (
            kind.between == TieKind.Between.WORK and isinstance(self.party, Person)
        )
        find = finding.companies if is_company else finding.people
        return [one for one in find(self.user, text, 8) if one != self.party]

    def values(self) -> dict[str, Any]:
        """What ``add_tie`` takes; the form must be valid."""
        return {name: self.cleaned_data[name] for name in ("kind", "first", "second", "role", "since", "until")}


class FileForm(forms.Form):
    """A file to be kept with a card."""

    file = forms.FileField(
        label=_("File"), widget=forms.FileInput(attrs={"accept": ",".join(f".{ending}" for ending in ENDINGS)}),
        help_text=_("Pictures, PDF, office documents, texts, sound, video, archives; up to 50 MB."),
    )  # fmt: skip


class ConsentForm(forms.ModelForm):
    """A consent that was given."""

    given_on = _day(_("Given on"))
    file = forms.ModelChoiceField(ClientFile.objects.none(), label=_("A file that proves it"), required=False)

    class Meta:
        model = Consent
        fields = ("purpose", "channel", "evidence")
        help_texts = {"evidence": _("The number of the paper, the address of the page, the moment of the talk.")}

    field_order = ("purpose", "given_on", "channel", "evidence", "file")

    def __init__(self, data: Any = None, *, person: Person, today: date) -> None:
        super().__init__(data, initial={"given_on": today})
        self.today = today
        self.fields["file"].queryset = ClientFile.objects.filter(person=person, removed_at=None)  # type: ignore[attr-defined]

    def clean_given_on(self) -> date:
        """Not tomorrow."""
        day: date = self.cleaned_data["given_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def values(self) -> dict[str, Any]:
        """What ``give`` takes; the form must be valid."""
        values = dict(self.cleaned_data)
        day = values.pop("given_on")
        return {**values, "given_at": datetime.combine(day, time(), timezone.get_current_timezone())}


class WithdrawForm(forms.Form):
    """How a consent was taken back."""

    channel = forms.ChoiceField(label=_("How"), choices=Channel.choices, initial=Channel.CALL)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class ConsentTextForm(forms.ModelForm):
    """A new version of the words that are consented to."""

    class Meta:
        model = ConsentText
        fields = ("purpose", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 10})}

    def __init__(self, data: Any = None, *, purpose: str = "", now: str = "") -> None:
        super().__init__(data, initial={"purpose": purpose or Purpose.DATA, "text": now})


class WishForm(forms.ModelForm):
    """What a client may buy besides."""

    amount = Roubles(label=_("Amount, ₽"), required=False)

    class Meta:
        model = Wish
        fields = ("text", "product", "amount", "return_on")
        widgets = {"return_on": forms.DateInput(attrs=_DAY, format="%Y-%m-%d")}

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["product"].queryset = Product.objects.filter(is_archived=False)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What ``add_wish`` takes; the form must be valid."""
        return {**self.cleaned_data, "amount": self.cleaned_data["amount"] or 0}
