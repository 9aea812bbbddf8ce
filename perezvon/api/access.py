"""Who may open which subscription; what is missing and what is forbidden look alike (404)."""

from typing import Any

from django.shortcuts import get_object_or_404

from .models import Delivery, Webhook


def webhook(user: Any, pk: int, to: str = "view") -> Webhook:
    """The subscription, when ``user`` may do that to it. Http404 otherwise."""
    found: Webhook = get_object_or_404(Webhook.objects.visible_to(user, to).select_related("owner"), pk=pk)
    return found


def delivery(user: Any, pk: int, to: str = "view") -> Delivery:
    """The delivery, by its subscription. Http404 otherwise."""
    found: Delivery = get_object_or_404(Delivery.objects.visible_to(user, to).select_related("webhook__owner"), pk=pk)
    return found
