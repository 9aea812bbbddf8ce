"""Fields of forms in the kit's classes."""

from typing import Any

from django import forms
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


def dressed(bound: BoundField, label: Any, hint: Any, attrs: dict[str, Any]) -> SafeString:
    """Return the field with its label, help text and errors as HTML.

    ``label`` and ``hint`` replace the form's own; ``attrs`` go to the widget.
    """
    widget = bound.field.widget
    if bound.is_hidden:
        return bound.as_widget(attrs=attrs)
    kind = _kind(widget)
    classes = " ".join(filter(None, [_class(widget), widget.attrs.get("class", ""), attrs.pop("class", "")]))
    if bound.errors:
        classes += " is-invalid"
    if kind == "choices":
        widget.attrs["class"] = classes
    context = {
        "field": bound,
        "kind": kind,
        "label": bound.label if label is None else label,
        "hint": bound.help_text if hint is None else hint,
        "hint_id": f"{bound.auto_id}_helptext" if bound.auto_id else "",
        "errors_id": f"{bound.auto_id}_errors" if bound.auto_id else "",
        "widget": "" if kind == "choices" else bound.as_widget(attrs={**attrs, "class": classes}),
    }
    return SafeString(render_to_string("web/_field.html", context))


def _kind(widget: forms.Widget) -> str:
    """Return how the label stands to the widget: a tick before it, a list under it, or above it."""
    if isinstance(widget, CHOICES):
        return "choices"
    return "tick" if isinstance(widget, forms.CheckboxInput) else "line"


def _class(widget: forms.Widget) -> str:
    """Return the kit's class of a widget."""
    if isinstance(widget, (*CHOICES, forms.CheckboxInput)):
        return "form-check-input"
    if isinstance(widget, forms.Select):
        return "form-select"
    return "form-control"
