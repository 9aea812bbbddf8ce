"""Tags of lists and of cards opened from them: ``{% load lists %}``."""

from typing import Any
from urllib.parse import quote

from django import template
from django.template import RequestContext
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from perezvon.kit import clock
from perezvon.web import hooks
from perezvon.web.templatetags.web import icon

from .. import pinned
from ..draw import may
from ..listing import Listing, Look, listings
from ..state import State

register = template.Library()


@register.simple_tag
def carried(state: State) -> SafeString:
    """What a GET form over the list must not lose: everything that it does not ask for itself."""
    asked = {"q", "cursor", "group", "list", "part", *state.listing.quick}
    pairs = ((name, value) for name, values in state.query.lists() if name not in asked for value in values)
    return format_html_join("", '<input type="hidden" name="{}" value="{}">', pairs)


@register.simple_tag
def nearest_words(listing: Listing, state: State) -> SafeString:
    """When nothing is found: what may have been meant."""
    meant = hooks.meant(state.text) if state.text and listing.search else ""
    if not meant:
        return SafeString("")
    query = state.query.copy()
    query["q"] = meant
    query.pop("cursor", None)
    return format_html(
        '<p class="did-you-mean">{} <a href="?{}">{}</a></p>', _("Did you mean"), query.urlencode(), meant
    )


@register.simple_tag(takes_context=True)
def is_pinned(context: RequestContext, view: Any) -> bool:
    """Whether the reader keeps the view in his side bar."""
    user = getattr(_request(context), "user", None)
    return any(line.pk == view.pk for line in pinned.lines(user)) if user else False


@register.filter
def list_title(key: str) -> str:
    """The title of a list by its key."""
    return str(listings[key].title) if key in listings else key


@register.simple_tag(takes_context=True)
def editable(context: RequestContext, key: str, row: Any, name: str) -> SafeString:
    """A value of a card that can be changed in place: shown as in the list ``key``, with a pencil for who may."""
    listing, request = listings[key], _request(context)
    user = getattr(request, "user", None)
    column = listing.column_of_edit(name)
    edit = listing.edit(name)
    if column is None or edit is None:
        raise LookupError(f"the list {key!r} has no field {name!r} to change in place")
    shown = column.drawn(row, Look(user, clock.now(), request))
    if not may(user, listing, row, "edit"):
        return format_html("<span>{}</span>", shown or "—")
    url = reverse("lists:field", args=[key, row.pk, name])
    return format_html(
        '<span class="inline" data-edit="{}" data-edit-url="{}">{}</span>'
        '<a class="inline-pencil" href="{}?next={}" aria-label="{}" title="{}">{}</a>',
        name, url, shown, url, quote(request.get_full_path() if request else ""), _("Change: %(field)s") % {"field": edit.label},
        _("Change"), icon("pencil"),
    )  # fmt: skip


def _request(context: Any) -> Any:
    return getattr(context, "request", None) or context.get("request")
