"""Words of calls in templates: ``{% load calls %}``."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from perezvon.kit import phones
from perezvon.web.words import clock

from ..agents import TONES, AgentState
from ..models import Call, Recording
from ..stages import cause_words, stage_words

register = template.Library()

_ICONS = {"in": "phone-incoming", "out": "phone-outgoing", "internal": "phone-spark"}
_LONG_NUMBER = re.compile(r"\+?\d{10,15}")


@register.filter
def stage_name(call: Call) -> object:
    """Where the call ended, in words."""
    return stage_words(call.stage)


@register.filter
def cause_name(call: Call) -> object:
    """Why the call ended, in words."""
    return cause_words(call.cause)


@register.filter
def direction_icon(direction: str) -> str:
    """The icon of a direction."""
    return _ICONS.get(direction, "phone")


@register.filter
def state_tone(state: AgentState) -> str:
    """The colour of what an employee does now."""
    return TONES.get(state.state, "secondary")


@register.filter
def line_name(number: str, names: Mapping[str, str]) -> str:
    """What we call a line; its number when it has no name. Our own numbers are nobody's secret."""
    return names.get(number) or phones.pretty(number) or "—"


@register.filter
def phone_origin(number: str) -> str:
    """Where a client's number comes from, in words: its region or country and its mobile operator; "" when it does not tell."""
    language = get_language() or "ru"
    told = phones.region_of(number, language), phones.operator_of(number, language)
    return " · ".join(word for word in told if word)


@register.filter
def pretty_line(number: str) -> str:
    """Our own number for the eye."""
    return phones.pretty(number) if number else ""


@register.filter
def plain(value: float) -> str:
    """A number with a point, as CSS wants it in any language."""
    return f"{value:.1f}"


@register.filter
def as_json(payload: Any, hides: object = False) -> str:
    """A stored event as text; with ``hides`` the long numbers in it are masked."""
    text = json.dumps(payload, ensure_ascii=False, indent=1)
    return _LONG_NUMBER.sub(lambda found: phones.mask("+" + found[0].lstrip("+")), text) if hides else text


@register.filter
def peaks_script(recording: Recording) -> SafeString:
    """The loudness of a recording for the player's drawing."""
    return json_script(recording.peaks, f"peaks-{recording.pk}")


@register.filter
def stretches(heard: list[list[int]]) -> str:
    """What was heard of a talk: "0:00-1:12, 2:00-2:40"."""
    return ", ".join(f"{clock(start)}–{clock(end)}" for start, end in heard)


_DIFF = {"+": "diff-plus", "-": "diff-minus", "@": "diff-where"}


@register.filter
def diff_class(line: str) -> str:
    """The class of a line of a unified diff."""
    return _DIFF.get(line[:1], "diff-same")


@register.filter
def shift(value: float, by: float) -> float:
    """A coordinate moved by some pixels."""
    return value + by


@register.filter
def share(value: float) -> str:
    """A share (0.125) as a width of CSS: "12.5%"."""
    return f"{100 * value:.1f}%"
