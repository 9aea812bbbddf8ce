"""Forms of the import: the file, what its columns are, a row to be mended."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .. import hooks
from ..importing.fields import fields_of
from ..models import Import, ImportRow
from .fields import sellers_for


class FileForm(forms.Form):
    """A table to be brought in."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX, XLS, ODS or CSV, up to 512 MB; the first line names the columns."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.xls,.ods,.csv,.txt"}),
    )
    what = forms.ChoiceField(
        label=_("Each line is"),
        choices=[
            ("people", _("a person")),
            ("companies", _("a company")),
            ("deals", pgettext_lazy("import", "a deal")),
        ],
    )


class ColumnsForm(forms.Form):
    """What each column is, and what happens to who is known already; ``column_N`` for column N."""

    def __init__(self, *args: Any, one: Import, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offers = [
            ("", _("— leave out —")),
            *((field.key, field.label) for field in fields_of(one.what) if not field.inner),
        ]
        for number, head in enumerate(one.heads):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=head or "—",
                choices=offers,
                required=False,
                initial=one.mapping.get(str(number), ""),
                widget=forms.Select(attrs={"class": "form-select"}),
            )
        self.fields["known"] = forms.ChoiceField(
            label=_("Who is known by phone or e-mail"), choices=Import.Known.choices, initial=one.known
        )
        people = sellers_for(user, "person")
        if people:
            self.fields["responsible_id"] = forms.TypedChoiceField(
                label=_("Responsible where the file names nobody"), choices=[("", "—"), *people], coerce=int,
                empty_value=None, required=False,
            )  # fmt: skip
        self.fields["source_id"] = forms.TypedChoiceField(
            label=_("Source where the file names none"), choices=[("", "—"), *hooks.sources()], coerce=int,
            empty_value=None, required=False,
        )  # fmt: skip

    def mapping(self) -> dict[str, str]:
        """{column number: field} as chosen; the form must be valid."""
        chosen = ((name, value) for name, value in self.cleaned_data.items() if name.startswith("column_") and value)
        return {name.removeprefix("column_"): value for name, value in chosen}

    def columns(self) -> list[Any]:
        """The fields of the columns, in the order of the file."""
        return [self[name] for name in self.fields if name.startswith("column_")]

    def rules(self) -> list[Any]:
        """The other fields."""
        return [self[name] for name in self.fields if not name.startswith("column_")]


class RowForm(forms.Form):
    """The cells of one line, to be mended; ``cell_N`` for column N."""

    def __init__(self, *args: Any, one: Import, row: ImportRow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = row.texts
        width = max(len(one.heads), len(texts))
        for number in range(width):
            head = one.heads[number] if number < len(one.heads) else ""
            self.fields[f"cell_{number}"] = forms.CharField(
                label=head or "—", required=False, strip=False, max_length=10_000,
                initial=texts[number] if number < len(texts) else "",
            )  # fmt: skip

    def cells(self) -> list[str]:
        """The line as typed."""
        return [self.cleaned_data[name] for name in self.fields]
