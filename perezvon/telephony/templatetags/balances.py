"""Filters of balances: ``{% load balances %}``."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

register = template.Library()


@register.filter
def days_of(balance: Any) -> str:
    """The local days of a balance: "11 March 2026", or the first and the last of them."""
    zone = timezone.get_default_timezone()
    first = balance.since.astimezone(zone).date()
    last = (balance.until - timedelta(seconds=1)).astimezone(zone).date()
    return date_format(first) if first == last else f"{date_format(first)} – {date_format(last)}"


@register.filter
def total(rows: Iterable[Any], name: str) -> int:
    """The sum of one attribute."""
    return sum(getattr(row, name) for row in rows)


@register.filter
def said(reason: str) -> str:
    """A reason that we have in two languages in the reader's; an exchange's own words as they are."""
    return gettext(reason) if reason else ""
