"""Rights in templates: ``{% load rights %}``."""

from typing import Any

from django import template

from perezvon.kit import phones

from .. import access

register = template.Library()


@register.filter
def can(user: Any, right: str) -> bool:
    """Whether a button is shown: ``{% if user|can:"deal.edit" %}``."""
    noun, _, verb = right.partition(".")
    return access.can(user, noun, verb)


@register.filter
def phone_for(e164: str | None, user: Any) -> str:
    """A number as this person may see it: in full or masked."""
    if not e164:
        return ""
    return phones.pretty(e164) if access.sees_phones(user) else phones.mask(e164)
