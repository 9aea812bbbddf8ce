"""Rows as HTML. A row that has not changed is not drawn again, whoever looks; a browser gets only what changed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from .rows import Piece, Sections

_MOST = 20_000
_drawn: dict[tuple[str, str, Any], str] = {}


def draw(piece: Piece, language: str) -> str:
    """The HTML of one piece in a language."""
    key = (language, piece.template, piece.row)
    html = _drawn.get(key)
    if html is None:
        if len(_drawn) >= _MOST:
            _drawn.clear()
        with translation.override(language):
            html = render_to_string(f"telephony/wallboard/_{piece.template}.html", {"key": piece.key, "row": piece.row})
        _drawn[key] = html = html.strip()
    return html


@dataclass(frozen=True)
class Picture:
    """The whole board as one kind of viewers sees it: HTML by key, and the order of keys in every section."""

    html: Mapping[str, str] = field(default_factory=dict)
    order: Mapping[str, list[str]] = field(default_factory=dict)

    def since(self, before: "Picture") -> str:
        """What changed since an earlier picture, as JSON; "" when nothing did."""
        changed = {key: html for key, html in self.html.items() if before.html.get(key) != html}
        moved = {name: keys for name, keys in self.order.items() if before.order.get(name) != keys}
        if not changed and not moved:
            return ""
        return json.dumps({"html": changed, "order": moved}, ensure_ascii=False, separators=(",", ":"))


def picture(sections: Sections, language: str) -> Picture:
    """Draw all sections."""
    html = {piece.key: draw(piece, language) for pieces in sections.values() for piece in pieces}
    return Picture(html, {name: [piece.key for piece in pieces] for name, pieces in sections.items()})
