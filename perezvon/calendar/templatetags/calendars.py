"""Filters of this room's templates: ``{% load calendars %}``."""

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(known: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping holds for a key; "" for nothing."""
    return known.get(key, "")
