"""Who may open which call or exchange; what is missing and what is forbidden look alike (404)."""

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from perezvon.staff import access as rights
from perezvon.staff.models import User

from . import telephones
from .models import Call, Dialling, Provider, Recording
from .telephones import rang_at

WISH_LASTS = timedelta(seconds=60)


def call(user: Any, pk: int, to: str = "view") -> Call:
    """The call, when ``user`` may do that to it. Http404 otherwise."""
    related = ("person", "user", "department", "provider")
    return get_object_or_404(Call.objects.visible_to(user, to).select_related(*related), pk=pk)


def calls_at_hand(user: Any) -> Any:
    """Calls that ``user`` may see, and those that rang at his own telephone, whoever they belong to by now."""
    return Call.objects.visible_to(user) | Call.objects.filter(rang_at(user))  # no list of ids: there may be millions


def calls_of_mine(user: Any) -> list[Call]:
    """Calls that ring at a telephone of ``user`` now, or in which he talks."""
    numbers = telephones.numbers_of(user.pk)
    lasting = (
        Call.objects.live().filter(rang_at(user)).select_related("person", "provider").order_by("started_at", "pk")
    )

    def is_mine(call: Call) -> bool:
        mine = [each for each in call.attempts if (call.provider_id, each.get("extension", "")) in numbers]
        return call.user_id == user.pk or any(not each.get("cause") for each in mine)

    return [call for call in lasting[:20] if is_mine(call)]


def call_at_hand(user: Any, which: str) -> Call | None:
    """The call that rings at a telephone of ``user`` or that he may see; ``which`` is its id or the exchange's name.

    None while nothing is known of it: the telephone may ring before the exchange's events are understood.
    """
    by = {"pk": int(which)} if which.isascii() and which.isdecimal() and len(which) < 18 else {"key": which[:160]}
    rows = calls_at_hand(user).filter(**by).select_related("person", "provider", "department")
    return rows.order_by("-pk").first() if which else None


def wish(user: Any, key: str, at: datetime) -> Dialling:
    """The call that ``user`` himself asked for a moment ago; ``key`` is the exchange's name of it. Http404 otherwise."""
    fresh = Dialling.objects.filter(user=user.pk, at__gte=at - WISH_LASTS).select_related("person")
    return get_object_or_404(fresh, token=key.rpartition("-")[2])


def lasting_call(user: Any, pk: int, to: str) -> Call:
    """A call that lasts, when ``user`` may ``to`` it (listen, supervise). Http404 otherwise."""
    rows = Call.objects.visible_to(user, to).live().select_related("person", "user", "department", "provider")
    return get_object_or_404(rows, pk=pk)


def agent(user: Any, pk: int, to: str = "view") -> User:
    """An employee whose calls ``user`` may see beyond his own ("view") or lead ("supervise"). Http404 otherwise."""
    if rights.scope(user, "call", to) in ("", "own"):
        raise Http404
    rows = rights.limit(User.objects.working(), user, "call", to, owner=None)
    found: User = get_object_or_404(rows.select_related("department"), pk=pk)
    return found


def provider(user: Any, pk: int, to: str = "view") -> Provider:
    """The exchange, when ``user`` may do that to it. Http404 otherwise."""
    return get_object_or_404(Provider.objects.visible_to(user, to).select_related("department"), pk=pk)


def recording(user: Any, pk: int, to: str = "listen") -> Recording:
    """The recording, when ``user`` may do that to its call. Http404 otherwise."""
    related = ("call__person", "call__provider", "provider")
    return get_object_or_404(Recording.objects.visible_to(user, to).select_related(*related), pk=pk)
