"""Words of requests in templates: ``{% load tickets %}``."""

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perezvon.kit import phones
from perezvon.kit.clock import now
from perezvon.staff import reads as staff
from perezvon.web import words

from ..models import ClockKind, SlaClock, Ticket
from ..promises import left
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


SOON = 15 * 60  # seconds of working time below which a promise is shown as running out


@register.simple_tag
def promise(ticket: Ticket) -> SafeString:
    """The badge of the nearest promise: how much working time is left, or since when the request waits for the client."""
    if ticket.paused_at is not None:
        return _badge("later", _("waits for the client"), words.exact(ticket.paused_at))
    if ticket.due_at is None:
        return format_html('<span class="text-secondary">{}</span>', words.NOTHING)
    return _remaining(ticket, ticket.due_kind, ticket.due_at)


@register.simple_tag
def clock_state(clock: SlaClock, ticket: Ticket) -> SafeString:
    """How one promise stands: kept, late, how much working time is left."""
    if clock.met_at is not None:
        if clock.breached_at is None:
            return _badge("today", _("in time"), words.exact(clock.met_at))
        seconds = staff.calendar_of(ticket.department_id).between(clock.breached_at, clock.met_at)
        return _badge("late", _("late by %(span)s") % {"span": words.duration(seconds)}, words.exact(clock.met_at))
    if clock.deadline_at is None:
        return _badge("later", _("the clock stands"), "")
    return _remaining(ticket, clock.kind, clock.deadline_at)


def _remaining(ticket: Ticket, kind: str, due_at: datetime) -> SafeString:
    seconds = left(staff.calendar_of(ticket.department_id), due_at, now())
    name = ClockKind(kind).label if kind in ClockKind.values else ""
    title = f"{name}: {words.exact(due_at)}"
    if due_at <= now():
        return _badge("late", _("late by %(span)s") % {"span": words.duration(max(60, -seconds))}, title)
    tone = "none" if seconds < SOON else "later"
    return _badge(tone, _("%(span)s left") % {"span": words.duration(seconds // 60 * 60 or 60)}, title)


def _badge(tone: str, text: str, title: str) -> SafeString:
    return format_html('<span class="due due-{}" title="{}">{}</span>', tone, title, text)


@register.filter
def before_or_after(minutes: int) -> str:
    """When a step of escalation comes: "10 min before", "at once", "15 min after"."""
    if not minutes:
        return _("at the deadline")
    count = abs(minutes)
    if minutes < 0:
        return ngettext("%(count)d min before", "%(count)d min before", count) % {"count": count}
    return ngettext("%(count)d min after", "%(count)d min after", count) % {"count": count}
