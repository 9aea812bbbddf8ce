"""``{% load marketing %}``."""

from django import template

from perezvon.kit import phones

register = template.Library()


@register.filter
def line_text(line: str) -> str:
    """A number of ours for the eye; short internal ones as they are. It is no client's: nothing to mask."""
    return phones.pretty(line) if line.startswith("+") else line
