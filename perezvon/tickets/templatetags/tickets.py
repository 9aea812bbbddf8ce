"""Words of requests in templates: ``{% load tickets %}``."""

from django import template

from perezvon.kit import phones

from ..stages import BY_KEY, Loss

register = template.Library()


@register.filter
def loss_name(code: str) -> object:
    """The loss stage in words; the code itself when it is unknown."""
    return Loss(code).label if code in Loss.values else code


@register.filter
def step_name(key: str) -> object:
    """The step in words; all stages of a pipeline are the deal."""
    head = key.partition(":")[0]
    return BY_KEY[head].name if head in BY_KEY else key


@register.filter
def line_number(e164: str) -> str:
    """Our own number for the eye: it is no client's, so it is never masked."""
    return phones.pretty(e164)
