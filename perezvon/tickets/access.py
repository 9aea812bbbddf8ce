"""Who may open and change which request; what is missing and what is forbidden look alike (404)."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from perezvon.staff.access import recheck

from .models import Ticket

__all__ = ["recheck", "ticket"]

_RELATED = ("person", "source", "product", "department", "responsible", "out_by", "ended_by", "queue", "merged_into")


def ticket(user: Any, pk: int, to: str = "view") -> Ticket:
    """The request, when ``user`` may do that to it. Http404 otherwise."""
    found: Ticket = get_object_or_404(Ticket.objects.visible_to(user, to).select_related(*_RELATED), pk=pk)
    return found


def by_number(user: Any, number: str) -> Ticket:
    """The request with this number, when ``user`` may see it. Http404 otherwise."""
    found = Ticket.objects.visible_to(user).filter(number=number).first()
    if found is None:
        raise Http404
    return found
