"""Forms of balances, and of the employees that an exchange names."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from perezvon.staff.models import User

from ..actions.roster import Guess


class BalanceForm(forms.Form):
    """Which days are to be balanced."""

    since = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    @classmethod
    def of_yesterday(cls) -> "BalanceForm":
        """Yesterday."""
        day = timezone.localdate() - timedelta(days=1)
        return cls(initial={"since": day, "until": day}, auto_id="balance_%s")


class RosterForm(forms.Form):
    """Whose number at the exchange is whose, and what its queues are called: as guessed, to be put right by hand."""

    def __init__(self, *args: Any, guess: Guess, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guess = guess
        for number, seat in enumerate(guess.seats):
            words = ", ".join(filter(None, (seat.name, seat.email)))
            self.fields[f"seat_{number}"] = forms.ModelChoiceField(
                User.objects.filter(is_active=True), label=f"{seat.number} {words}".strip(), required=False,
                initial=seat.user_id, empty_label=_("nobody of ours"),
            )  # fmt: skip
        for number, group in enumerate(guess.groups):
            self.fields[f"group_{number}"] = forms.CharField(
                label=_("Queue %(key)s") % {"key": group.key}, max_length=80, required=False, initial=group.name,
                help_text=_("Empty = leave it out."),
            )  # fmt: skip

    def chosen(self) -> tuple[list[tuple[str, User]], list[tuple[str, str]]]:
        """(number, employee) and (key, name) pairs."""
        given = self.cleaned_data
        seats = [(seat.number, given[f"seat_{n}"]) for n, seat in enumerate(self.guess.seats) if given[f"seat_{n}"]]
        groups = [(one.key, given[f"group_{n}"]) for n, one in enumerate(self.guess.groups) if given[f"group_{n}"]]
        return seats, groups
