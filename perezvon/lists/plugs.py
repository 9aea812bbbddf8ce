"""What this room plugs into the shared surface."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.staff import access
from perezvon.web import hooks
from perezvon.web.surface import command, navigation

from . import pinned
from .listing import listings


def has_lists(user: Any) -> bool:
    """Whether the person may open at least one list."""
    return any(access.can(user, listing.noun, "view") for listing in listings.values())


navigation("selections", _("Selections"), "lists:selections", "list-check", order=75, can=has_lists)
command("lists.jobs", _("Actions on many rows"), "lists:bulks", "checks", can=has_lists)
command("lists.exports", _("Exports"), "lists:exports", "file-export", can=has_lists)
hooks.pinned_lines.answer(pinned.lines)
hooks.pinned_counts.answer(pinned.counts)
