"""Who may open a list, a view, a selection, a job; what is missing and what is forbidden look alike (404)."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from perezvon.staff import access as rights

from .listing import Listing, listings
from .models import Bulk, Selection, View


def listing(user: Any, key: str, verb: str = "view") -> Listing:
    """The list, when ``user`` may do that to something in it. Http404 otherwise."""
    found = listings.get(key)
    if found is None or not rights.can(user, found.noun, verb):
        raise Http404
    return found


def one(user: Any, listing: Listing, pk: int, verb: str = "view") -> Any:
    """A row of the list, when ``user`` may do that to it. Http404 otherwise."""
    return get_object_or_404(listing.rows(user, verb).select_related(*listing.related), pk=pk)


def view(user: Any, pk: int, to: str = "view") -> View:
    """The saved view. Http404 when it is somebody else's and not shared, or its list is closed to ``user``."""
    found: View = get_object_or_404(View.objects.visible_to(user, to), pk=pk)
    listing(user, found.listing)
    return found


def selection(user: Any, pk: int, to: str = "view") -> Selection:
    """The selection. Http404 when it is somebody else's and not shared."""
    found: Selection = get_object_or_404(Selection.objects.visible_to(user, to), pk=pk)
    listing(user, found.listing)
    return found


def bulk(user: Any, pk: int) -> Bulk:
    """The action on many rows. Http404 when it is out of sight."""
    found: Bulk = get_object_or_404(Bulk.objects.visible_to(user), pk=pk)
    return found
