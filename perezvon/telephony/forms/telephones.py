"""Forms of internal numbers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from perezvon.staff.models import User

from ..actions.telephones import free_number
from ..models import Provider


class GiveForm(forms.Form):
    """An internal number for somebody who has none here yet."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("Employee"))
    number = forms.CharField(
        label=_("Internal number"), max_length=6, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    browser = forms.BooleanField(label=_("A telephone in the browser at once"), required=False, initial=True)

    def __init__(self, data: Any = None, *, exchange: Provider, user: str = "") -> None:
        free = User.objects.working().exclude(pk__in=exchange.extensions.values("user")).order_by("name")
        first = free.filter(pk=int(user)).first() if user.isdecimal() and len(user) < 18 else None
        super().__init__(
            data, initial={"number": free_number(exchange, first.extension if first else ""), "user": first}
        )
        self.fields["user"].queryset = free  # type: ignore[attr-defined]
