"""Small things that the pages of the staff have in common."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.core.exceptions import ValidationError


@contextmanager
def told_in(form: forms.Form) -> Iterator[None]:
    """An action's ValidationError becomes errors of the form."""
    try:
        yield
    except ValidationError as error:
        fields = getattr(error, "error_dict", None)
        if fields:
            for name, errors in fields.items():
                form.add_error(name if name in form.fields else None, errors)
        else:
            form.add_error(None, error)
