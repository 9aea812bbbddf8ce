"""Tags and filters of the shared surface: ``{% load web %}``."""

import zlib
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.http import QueryDict
from django.middleware.csrf import get_token
from django.template import RequestContext
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from perezvon.kit.clock import now
from perezvon.kit.money import roubles
from perezvon.web import assets, client, hooks, surface, words
from perezvon.web.fields import dressed

register = template.Library()

TONES = ("blue", "azure", "indigo", "purple", "pink", "orange", "teal", "cyan", "lime", "green")

register.filter("duration", words.duration)
register.filter("clock", words.clock)
register.filter("number", words.number)
register.filter("percent", words.percent)


@register.simple_tag
def icon(name: str, classes: str = "", label: str = "") -> SafeString:
    """Draw an icon of the sheet; ``label`` is for one that stands alone without a word."""
    return _icon(assets.sprite(), name, f"icon {classes}".rstrip(), str(label))


@lru_cache(maxsize=1024)
def _icon(sprite: str, name: str, classes: str, label: str) -> SafeString:
    """Keep drawn icons: a page has dozens, all alike."""
    use = format_html('<use href="{}#{}"></use>', sprite, name)
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}">{}</svg>', classes, label, use)
    return format_html('<svg class="{}" aria-hidden="true" focusable="false">{}</svg>', classes, use)


@register.simple_tag
def asset_tags(entry: str) -> SafeString:
    """Link the built script ``src/<entry>.js`` and the style sheets it imports."""
    address = assets.script(entry)
    links = format_html_join("\n", '<link rel="stylesheet" href="{}">', ((url,) for url in assets.styles(entry)))
    if not address:
        return links
    return format_html('{}\n<script type="module" src="{}"></script>', links, address)


@register.simple_tag
def asset_script(entry: str) -> SafeString:
    """Run a small built script before the page is painted (the theme)."""
    address = assets.script(entry)
    return format_html('<script src="{}"></script>', address) if address else SafeString("")


@register.simple_tag(takes_context=True)
def again(context: RequestContext, name: str) -> str:
    """Write the block ``name`` once more: the title of the page is also its heading."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return block.render(context) if block else ""


@register.simple_tag
def client_words() -> SafeString:
    """Hand the words that the behaviours show to them as JSON."""
    return json_script(client.client_words(), "words")


@register.simple_tag
def client_logo() -> str:
    """Return the address of the bell, also on a page without the context of a request."""
    return static("web/logo.svg")


@register.filter
def money(amount: Decimal | int | float | None) -> str:
    """Return roubles for the eye: "50 000 ₽"; a dash for None."""
    return words.NOTHING if amount is None or amount == "" else roubles(amount)


@register.filter
def moment(at: datetime | None) -> str:
    """Return a local date and time in a ``<time>`` element; a dash for None."""
    if not at:
        return words.NOTHING
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), words.exact(at), words.moment(at, now())
    )


@register.filter
def ago(at: datetime | None) -> str:
    """Return "5 minutes ago" in a ``<time>`` element that the page keeps fresh; a dash for None."""
    if not at:
        return words.NOTHING
    return format_html(
        '<time datetime="{}" title="{}" data-behaviour="timeago">{}</time>',
        at.isoformat(),
        words.exact(at),
        words.ago(at, now()),
    )


@register.filter
def initials(name: Any) -> str:
    """Return up to two first letters of a name: "Anna Petrova" -> "AP"."""
    parts = [part for part in str(name or "").split() if part[:1].isalnum()]
    return "".join(part[0] for part in parts[:2]).upper() or "?"


@register.simple_tag
def avatar(name: Any, size: str = "sm") -> SafeString:
    """Draw a round picture with initials, coloured by the name; ``size`` is xs, sm, md or lg."""
    tone = TONES[zlib.crc32(str(name or "").encode()) % len(TONES)]
    return format_html(
        '<span class="avatar avatar-{} rounded-circle bg-{}-lt" aria-hidden="true">{}</span>',
        size,
        tone,
        initials(name),
    )


@register.simple_tag
def due(at: datetime | None, label: str = "") -> SafeString:
    """Draw the badge of the next action: late red, today green, later grey, nothing planned yellow."""
    if not at:
        return format_html('<span class="due due-none">{}</span>', label or _("No next action"))
    present = now()
    if at < present:
        state, word = "late", _("Overdue")
    elif timezone.localtime(at).date() == timezone.localtime(present).date():
        state, word = "today", _("Today")
    else:
        state, word = "later", _("Planned")
    text = label or words.moment(at, present)
    title = f"{word}: {words.exact(at)}"
    return format_html('<span class="due due-{}" title="{}">{}</span>', state, title, text)


@register.inclusion_tag("web/_delta.html")
def delta(value: Any, before: Any, as_money: bool = False, falling_is_good: bool = False) -> dict[str, Any]:
    """Compare a figure with that of the previous period: arrow, percent, colour."""
    if value is None or before is None:
        return {"known": False}
    change = float(value) - float(before)
    return {
        "known": True,
        "direction": "up" if change > 0 else "down" if change < 0 else "flat",
        "good": (change < 0) == falling_is_good,
        "share": abs(change) / abs(float(before)) if before else None,
        "difference": roubles(abs(change)) if as_money else words.number(abs(change)),
        "before": roubles(before) if as_money else words.number(before),
    }


@register.inclusion_tag("web/_empty.html")
def empty(icon: str, title: Any, hint: Any = "", url: str = "", action: Any = "") -> dict[str, Any]:
    """Draw an empty state: what is not here, what to do about it, and the button that does it."""
    return {"icon": icon, "title": title, "hint": hint, "url": url, "action": action}


@register.inclusion_tag("web/_slot.html", takes_context=True)
def slot(context: RequestContext, name: str, thing: Any = None) -> dict[str, Any]:
    """Draw the panels that upper rooms put into the slot; each loads itself for ``thing``'s key."""
    request = _request(context)
    user = getattr(request, "user", None)
    args = [] if thing is None else [getattr(thing, "pk", thing)]
    panels = [
        {"panel": panel, "url": address}
        for panel in surface.panels_of(name, user)
        if (address := surface.address(panel.url_name, *args))
    ]
    return {"panels": panels}


@register.simple_tag(takes_context=True)
def query_with(context: RequestContext, **changes: Any) -> str:
    """Return the current query string with changes; None or "" removes a key. Starts with "?"."""
    request = _request(context)
    query = request.GET.copy() if request else QueryDict(mutable=True)
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        elif isinstance(value, (list, tuple)):
            query.setlist(key, [str(each) for each in value])
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def hidden_query(context: RequestContext, without: str = "") -> SafeString:
    """Carry the current query through a GET form as hidden fields, but for names in ``without``."""
    request = _request(context)
    left_out = without.replace(",", " ").split()
    lists = request.GET.lists() if request else ()
    pairs = ((name, value) for name, values in lists if name not in left_out for value in values)
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.simple_tag(name="csrf_token", takes_context=True)
def csrf_input(context: RequestContext) -> SafeString:
    """Write the hidden field against forged posts; unlike Django's own, also inside ``only``."""
    request = _request(context)
    token = get_token(request) if request else context.get("csrf_token", "")
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)


@register.simple_tag
def field(bound: BoundField, label: Any = None, hint: Any = None, **attrs: Any) -> SafeString:
    """Draw a field of a form with its label, help and errors, dressed in the kit's classes."""
    return dressed(bound, label, hint, {key.replace("_", "-"): value for key, value in attrs.items()})


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: Any = None) -> SafeString:
    """Draw the options of a select box, ``(value, name)`` each; ``chosen`` may be the text of the value."""
    here = "" if chosen is None else str(chosen)
    rows = ((value, " selected" if here and str(value) == here else "", name) for value, name in choices)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


@register.simple_tag(takes_context=True)
def call_button(context: RequestContext, noun: str, pk: int | None, label: Any = "") -> str:
    """Draw the button that calls a client: by the id of a person, point, company, deal, task or call.

    Nothing for a reader without a telephone, and for no id. ``label`` is a word beside the icon.
    """
    return mark_safe(hooks.call_button(_request(context), noun, pk, label)) if pk else ""  # noqa: S308 - a room's own template


@register.filter
def has(holder: Any, key: Any) -> bool:
    """Tell whether ``holder`` contains ``key``: ``{% if table|has:"phone" %}``."""
    return key in holder


def _request(context: Any) -> Any:
    """Return the request, also in a template that was included with ``only``."""
    return getattr(context, "request", None) or context.get("request")
