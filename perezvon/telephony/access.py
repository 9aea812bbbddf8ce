"""Who may open which call or exchange; what is missing and what is forbidden look alike (404)."""

from typing import Any

from django.shortcuts import get_object_or_404

from .models import Call, Provider, Recording


def call(user: Any, pk: int, to: str = "view") -> Call:
    """The call, when ``user`` may do that to it. Http404 otherwise."""
    related = ("person", "user", "department", "provider")
    return get_object_or_404(Call.objects.visible_to(user, to).select_related(*related), pk=pk)


def provider(user: Any, pk: int, to: str = "view") -> Provider:
    """The exchange, when ``user`` may do that to it. Http404 otherwise."""
    return get_object_or_404(Provider.objects.visible_to(user, to).select_related("department"), pk=pk)


def recording(user: Any, pk: int, to: str = "listen") -> Recording:
    """The recording, when ``user`` may do that to its call. Http404 otherwise."""
    related = ("call__person", "call__provider", "provider")
    return get_object_or_404(Recording.objects.visible_to(user, to).select_related(*related), pk=pk)
