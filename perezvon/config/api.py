"""The public API: the screen-pop query, the list of requests, and the document that describes everything.

Who asks is told by a personal token or by the session; rights are those of the person. Answers are JSON,
refusals ``{"ok": false, "error": ...}``.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import path, reverse
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from perezvon.config.openapi import document
from perezvon.crm import reads as crm
from perezvon.kit import phones
from perezvon.kit.clock import now
from perezvon.staff import access
from perezvon.staff.tokens import person_of
from perezvon.tickets.models import Ticket

View = Callable[[HttpRequest, Any], JsonResponse]
MOST, USUAL = 1_000, 100
_LARGEST_ID = 2**63 - 1


def refused(status: int, error: str) -> JsonResponse:
    """A refusal; 401 says how to introduce oneself."""
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JsonResponse({"ok": False, "error": error}, status=status, headers=headers)


def for_people(noun: str) -> Callable[[View], Callable[[HttpRequest], JsonResponse]]:
    """A view for those who may see ``noun``; it gets the person as its second argument."""

    def decorate(view: View) -> Callable[[HttpRequest], JsonResponse]:
        @require_safe
        @wraps(view)
        def guarded(request: HttpRequest) -> JsonResponse:
            person = person_of(request, at=now())
            if person is None:
                return refused(401, "sign in or show a personal token")
            if not access.can(person, noun, "view"):
                return refused(403, "no right")
            response = view(request, person)
            response.headers["Cache-Control"] = "no-store"
            return response

        return guarded

    return decorate


@for_people("person")
def by_phone(request: HttpRequest, person: Any) -> JsonResponse:
    """The people behind a number as typed."""
    text = request.GET.get("phone", "")
    if not text.strip():
        return refused(422, "phone: which number?")
    sees = access.sees_phones(person)
    return JsonResponse({"people": [_card(card, sees) for card in crm.by_phone(text, person)]})


def _card(card: crm.PersonCard, sees: bool) -> dict[str, Any]:
    return {
        "id": card.id,
        "name": card.name,
        "phone": card.phone if sees else phones.mask(card.phone),
        "company": card.company,
        "region": card.region,
        "responsible": card.responsible,
        "responsible_id": card.responsible_id,
        "extension": card.extension,
        "url": reverse("crm:person", args=[card.id]),
    }


class _Unreadable(ValueError):
    """A parameter that cannot be read; the text names it."""


@for_people("ticket")
def tickets(request: HttpRequest, person: Any) -> JsonResponse:
    """A page of requests in order of their ids."""
    try:
        limit = _whole(request, "limit", USUAL, 1, MOST)
        after = _whole(request, "after", 0, 0, _LARGEST_ID)
        since = _moment(request, "since")
    except _Unreadable as error:
        return refused(422, str(error))
    rows = Ticket.objects.visible_to(person).filter(pk__gt=after)
    if since is not None:
        rows = rows.filter(opened_at__gte=since)
    page = list(rows.select_related("person", "source", "responsible").order_by("pk")[: limit + 1])
    more, page = len(page) > limit, page[:limit]
    numbers = crm.phones_of(ticket.person_id for ticket in page if ticket.person_id)
    sees = access.sees_phones(person)
    told = [_ticket(ticket, numbers.get(ticket.person_id or 0, ""), sees) for ticket in page]
    return JsonResponse({"tickets": told, "next": page[-1].pk if more else None})


def _ticket(ticket: Ticket, phone: str, sees: bool) -> dict[str, Any]:
    client = ticket.person and {
        "id": ticket.person_id,
        "name": ticket.person.name,
        "phone": phone if sees else phones.mask(phone),
    }
    return {
        "id": ticket.pk,
        "number": ticket.number,
        "state": ticket.state,
        "channel": ticket.channel,
        "opened_at": ticket.opened_at.isoformat(),
        "client": client,
        "source": ticket.source.name if ticket.source else "",
        "responsible": ticket.responsible.name if ticket.responsible else "",
        "step": ticket.step,
        "loss": ticket.loss,
        "recovery": ticket.recovery,
        "deal": ticket.deal_id,
        "amount": str(ticket.amount),
    }


def _whole(request: HttpRequest, name: str, usual: int, least: int, most: int) -> int:
    text = request.GET.get(name)
    if text is None:
        return usual
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1
    if not least <= number <= most:
        raise _Unreadable(f"{name}: a whole number from {least} to {most}")
    return number


def _moment(request: HttpRequest, name: str) -> datetime | None:
    text = request.GET.get(name)
    if text is None:
        return None
    try:
        # "+" of a zone that was not quoted arrives as a space
        moment = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1900 < moment.year < 9000:
        raise _Unreadable(f"{name}: a moment with a zone, like 2026-05-01T09:00:00+03:00")
    return moment.astimezone(UTC)  # PostgreSQL takes no zone beyond 16 hours


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """The OpenAPI document."""
    return JsonResponse(document(settings.PUBLIC_URL), json_dumps_params={"indent": 1, "ensure_ascii": False})


app_name = "api"
urlpatterns = [
    path("api/v1/openapi.json", openapi, name="openapi"),
    path("api/v1/clients/by-phone", by_phone, name="by-phone"),
    path("api/v1/tickets", tickets, name="tickets"),
]
