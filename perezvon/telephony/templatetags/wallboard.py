"""Words and marks of the wallboard: ``{% load wallboard %}``."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _

from perezvon.kit import clock as present
from perezvon.staff.models import Presence
from perezvon.web.words import NOTHING, clock, number, percent

from ..alerting.words import rule_parts, text, title
from ..models import Alert, AlertRule, Call
from ..stages import stage_words
from ..wallboard.words import DOING, TONES

register = template.Library()


@register.filter
def doing(row: Any) -> object:
    """What an employee does, in words; the reason he gave instead of the state."""
    if row.reason:
        return row.reason
    return DOING[row.state] if row.state in DOING else Presence.State(row.state).label


@register.filter
def doing_tone(state: str) -> str:
    """The colour of a state."""
    return TONES.get(state, "secondary")


@register.filter
def call_state(state: str) -> object:
    """Where a call is, in words."""
    return Call.State(state).label


@register.filter
def lost_at(stage: str) -> object:
    """A loss stage in words."""
    return stage_words(stage)


@register.filter
def ticking(at: datetime | None) -> str:
    """The time since ``at`` as a clock that the page keeps going; a dash for None."""
    if at is None:
        return NOTHING
    seconds = max(0.0, (present.now() - at).total_seconds())
    return format_html('<time class="ticks" datetime="{}" data-ticks>{}</time>', at.isoformat(), clock(seconds))


@register.filter
def counting_down(at: datetime | None) -> str:
    """The time until ``at``, which the page keeps going; a dash for None."""
    if at is None:
        return NOTHING
    seconds = max(0.0, (at - present.now()).total_seconds())
    return format_html('<time class="ticks" datetime="{}" data-ticks="down">{}</time>', at.isoformat(), clock(seconds))


@register.filter
def share(value: float | None) -> str:
    """A share in whole percent: "83 %"."""
    return percent(value, 0)


@register.filter
def seconds(value: float | None) -> str:
    """Seconds: "12 s"."""
    return NOTHING if value is None else _("%(count)s s") % {"count": number(round(value))}


@register.filter
def level_tone(value: float | None) -> str:
    """good, middling or bad for a service level; 80 % is what most contact centres promise."""
    if value is None:
        return ""
    return "good" if value >= 0.8 else "middling" if value >= 0.6 else "bad"


@register.filter
def alert_title(alert: Any) -> str:
    """What an alert says; ``alert`` is a row of the table or of the board."""
    return title(alert.kind, dict(alert.details))


@register.filter
def alert_text(alert: Any, sees_money: bool) -> str:
    """The figures behind it."""
    return text(alert.kind, dict(alert.details), sees_money=bool(sees_money))


@register.filter
def lasted(alert: Alert) -> float:
    """Seconds that an alert was open, or has been so far."""
    return ((alert.ended_at or present.now()) - (alert.opened_at or alert.since)).total_seconds()


@register.filter
def rule_words(rule: AlertRule) -> str:
    """The settings of a rule in one line."""
    return ", ".join(str(part) for part in rule_parts(rule))


@register.filter
def rule_people(rule: AlertRule) -> str:
    """Whom a rule tells."""
    heads = [_("the head of the department")] if rule.tells_heads else []
    return ", ".join([*heads, *(role.title for role in rule.roles.all()), *(one.name for one in rule.people.all())])
