"""The body of a list as HTML: one pass over rows and columns, because templates for 50 rows of 8 cells cost ten times more.

Cells escape what they show (``Column.drawn``); what stands around them is escaped here.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from perezvon.staff import access as rights

from .listing import Column, Listing, Look
from .state import State

_ROW = '<tr{href} data-row="{pk}">{pick}{cells}</tr>'
_PICK = '<td class="cell-pick"><input class="form-check-input" type="checkbox" name="id" value="{pk}" form="bulk" aria-label="{word}"></td>'


def body(state: State, items: Sequence[Any], picks: bool, request: Any = None) -> SafeString:
    """The rows of a page, ready for ``<tbody>``; ``picks`` puts a box before each."""
    listing, look = state.listing, Look(state.user, state.at, request)
    columns = [column for column in state.table.shown if isinstance(column, Column)]
    heads = [_head(column) for column in columns]
    after, word = f"?list={quote(state.address or 'all')}", escape(_("Choose"))
    drawn = []
    for row in items:
        href = escape(address(listing, row) + after) if listing.card else ""
        can_edit = bool(listing.edits) and may(state.user, listing, row, "edit")
        cells = "".join(
            _cell(head, column, row, look, href, can_edit) for head, column in zip(heads, columns, strict=True)
        )
        pick = _PICK.format(pk=row.pk, word=word) if picks else ""
        drawn.append(_ROW.format(href=f' data-href="{href}"' if href else "", pk=row.pk, pick=pick, cells=cells))
    return mark_safe("".join(drawn))  # noqa: S308 - escaped piece by piece


def _head(column: Column) -> str:
    """The beginning of every cell of a column."""
    classes = " ".join(
        filter(None, ("cell-main" if column.link else "", "cell-number" if column.numeric else "", column.classes))
    )
    label = "" if column.link else f' data-label="{escape(column.label)}"'
    attribute = f' class="{classes}"' if classes else ""
    return f"<td{attribute}{label}"


def _cell(head: str, column: Column, row: Any, look: Look, href: str, can_edit: bool) -> str:
    inside = column.drawn(row, look)
    if column.link and href:
        inside = f'<a href="{href}">{inside}</a>'
    edit = f' data-edit="{column.edit}"' if can_edit and column.edit else ""
    return f"{head}{edit}>{inside}</td>"


def address(listing: Listing, row: Any) -> str:
    """Where a row opens."""
    return reverse(listing.card, args=[row.pk])


def may(user: Any, listing: Listing, row: Any, verb: str) -> bool:
    """Whether the person may do it to this very row; asks no database."""
    owner, department = listing.owner
    return rights.allows(
        user, listing.noun, verb, owner_id=getattr(row, owner, None), department_id=getattr(row, department, None)
    )
