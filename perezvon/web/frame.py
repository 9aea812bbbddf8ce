"""Parts of the frame that look the same on thousands of pages, drawn once.

The navigation differs only by what the person may open, by the active line and by the language: it is kept for
each of these, and a page does not pay for it again.
"""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

if TYPE_CHECKING:
    from perezvon.web.context import Surface

_MOST = 1_000
_kept: dict[Any, tuple[Any, SafeString]] = {}


def drawn(template: str, surface: "Surface", *also: Any) -> SafeString:
    """Return ``template`` drawn with ``surface``; it may show the navigation, ``also``, and nothing else of the page."""
    entries = [entry for entry, _url in surface.entries]
    # By identity: an entry is made once, at the start. The kept value holds them, so that no id is given out again.
    key = (template, get_language(), surface.person is None, id(surface.active), *map(id, entries), *also)
    known = _kept.get(key)
    if known is None or settings.DEBUG:
        if len(_kept) >= _MOST:
            _kept.clear()
        known = _kept[key] = entries, SafeString(render_to_string(template, {"surface": surface}))
    return known[1]
