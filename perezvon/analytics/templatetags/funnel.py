"""Filters of the funnel's templates: ``{% load funnel %}``."""

from django import template

from ..funnel.money import Worth
from ..present import money

register = template.Library()


@register.filter
def worth(value: Worth) -> str:
    """What lost clients would have brought, as text."""
    return money(value)
