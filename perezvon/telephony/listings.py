"""The list of calls: saved views, conditions, selections, export, calling through."""

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from perezvon.kit import phones
from perezvon.lists.listing import Column, Listing, Look, Show, Sort, register
from perezvon.lists.picking import add_to_selection
from perezvon.staff import access as rights
from perezvon.staff import reads as staff
from perezvon.web import hooks, words
from perezvon.web.templatetags.web import icon

from . import fields, lists
from .models import Call, Line
from .players import sounds_of
from .stages import TALKED, CallLoss, cause_words, stage_words
from .templatetags.calls import direction_icon

_LOST = {"field": "stage", "op": "is", "value": CallLoss.values}


def _shows() -> Sequence[Show]:
    def going(key: str) -> dict[str, Any]:
        return {"field": "direction", "op": "is", "value": [key]}

    return (
        Show("", gettext_lazy("All")),
        Show(lists.IN, gettext_lazy("Incoming"), going("in")),
        Show(lists.OUT, gettext_lazy("Outgoing"), going("out")),
        Show(lists.LOST, pgettext_lazy("calls", "Lost"), _LOST, "danger"),
    )


def _dress(rows: Sequence[Call], user: Any) -> None:
    """Buttons that play, names of lines, numbers as the reader may see them: two queries a page."""
    sounds = sounds_of(user, [row.pk for row in rows if row.answered_at])
    names = {line.number: str(line) for line in Line.objects.all() if line.name}
    sees = rights.sees_phones(user)
    for row in rows:
        shown: Any = row
        shown.sound = sounds.get(row.pk)
        shown.line_shown = names.get(row.line) or phones.pretty(row.line) or ""
        shown.phone_shown = (phones.pretty(row.phone) if sees else phones.mask(row.phone)) if row.phone else ""


def _when(row: Call, look: Look) -> SafeString:
    mark = icon(direction_icon(row.direction), "me-1", row.get_direction_display())
    return format_html(
        '{}<time datetime="{}">{}</time>', mark, row.started_at.isoformat(), words.moment(row.started_at, look.at)
    )


def _client(row: Any, look: Look) -> SafeString:
    button = _button(row, look)
    if row.person_id and row.person.name:
        address = reverse("crm:person", args=[row.person_id])
        return format_html(
            '<a href="{}">{}</a><div class="text-secondary text-nowrap">{} {}</div>',
            address,
            row.person.name,
            row.phone_shown,
            button,
        )
    if row.phone:
        return format_html('<span class="text-nowrap">{} {}</span>', row.phone_shown, button)
    return format_html('<span class="text-secondary">{}</span>', _who(row))


def _who(row: Any) -> str:
    if row.person_id and row.person.name:
        return str(row.person.name)
    return row.phone_shown or (_("inside the company") if row.direction == "internal" else _("hidden number"))


def _button(row: Call, look: Look) -> SafeString:
    drawn = hooks.call_button(look.request, "call", row.pk, "") if look.request is not None and row.phone else ""
    return mark_safe(drawn)  # noqa: S308 - a room's own template


def _outcome(row: Call, look: Look) -> SafeString:
    if row.state != Call.State.ENDED:
        return format_html('<span class="due due-none">{}</span>', row.get_state_display())
    if row.stage == TALKED:
        drawn = format_html('<span class="due due-today">{}</span>', stage_words(row.stage))
    elif row.stage:
        drawn = format_html('<span class="due due-late">{} · {}</span>', row.stage, stage_words(row.stage))
    else:
        drawn = format_html('<span class="text-secondary">{}</span>', cause_words(row.cause))
    if row.observed:
        return drawn
    hint = _("The exchange did not tell it: we inferred it.")
    return format_html(
        '{} <span class="text-secondary" title="{}">{}</span>', drawn, hint, icon("help-circle", label=_("inferred"))
    )


def _outcome_words(row: Call) -> str:
    return str(stage_words(row.stage) if row.stage else cause_words(row.cause) if row.cause else "")


def _talk(row: Any, look: Look) -> Any:
    if row.sound:
        return mark_safe(render_to_string("web/_sound.html", {"sound": row.sound}))  # noqa: S308 - a template
    return escape(words.duration(row.talk_seconds)) if row.answered_at else ""


CALLS = register(
    Listing(
        "calls", "call", gettext_lazy("Calls"), "telephony:calls", "phone", fields.CALL, card="telephony:call",
        columns=(
            Column("when", gettext_lazy("When"), sort="started", always=True, link=True, classes="text-nowrap",
                   value=lambda row: timezone.localtime(row.started_at), cell=_when),
            Column("client", gettext_lazy("Client"), always=True, value=_who, cell=_client),
            Column("phone", gettext_lazy("Number"), shown=False, value=lambda row: row.phone_shown),
            Column("outcome", gettext_lazy("Outcome"), value=_outcome_words, cell=_outcome),
            Column("talk", gettext_lazy("Talk"), numeric=True, classes="text-nowrap", value=lambda row: row.talk_seconds, cell=_talk),
            Column("waited", gettext_lazy("Waited"), numeric=True, classes="text-nowrap", value=lambda row: row.wait_seconds,
                   cell=lambda row, look: escape(words.duration(row.wait_seconds))),
            Column("line", gettext_lazy("Line"), value=lambda row: row.line_shown),
            Column("queue", gettext_lazy("Queue"), shown=False, value=lambda row: row.queue),
            Column("user", gettext_lazy("Employee"), value=lambda row: staff.name_of(row.user_id)),
            Column("department", gettext_lazy("Department"), shown=False, value=lambda row: row.department.name if row.department else ""),
            Column("rating", gettext_lazy("The client's mark"), numeric=True, shown=False, value=lambda row: row.rating),
        ),
        sorts=(Sort("started", gettext_lazy("When"), "started_at"),), sort="-started",
        rows=lambda user, verb="view": Call.objects.visible_to(user, verb), related=("person", "department"),
        search=lambda rows, user, text: lists.of_somebody(rows, user, text), placeholder=gettext_lazy("Name or the whole number"),
        shows=_shows, quick=("stage", "line", "user"), groups=("stage", "line", "user", "department", "direction"), dress=_dress,
        client="person_id", owner=("user_id", "department_id"),
        empty=(gettext_lazy("No calls yet"), gettext_lazy("Connect your exchange: every call appears here by itself, also the ones nobody answered.")),
    )
)  # fmt: skip
CALLS.add_action(add_to_selection(CALLS))
