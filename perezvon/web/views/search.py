"""Search in everything the rooms offer: a page, and JSON for the palette."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from perezvon.web import hooks, surface

LONGEST = 100
FEWEST = 4  # letters of a text worth mending
IN_PALETTE = 6
ON_PAGE = 25


def _text(request: HttpRequest) -> str:
    """Return what is searched for, cut to a sane length; NUL is nothing anybody types."""
    return " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST]


@require_safe
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """Show everything found, kind by kind; works without script."""
    text = _text(request)
    found, meant = _found(request.user, text, ON_PAGE)
    groups = [{"source": source, "hits": hits} for source, hits in found]
    return render(request, "web/search.html", {"text": text, "groups": groups, "meant": meant})


def _found(user: Any, text: str, limit: int) -> tuple[list[tuple[surface.SearchSource, list[surface.Hit]]], str]:
    """Return what was found, and what was looked for instead when that was another text."""
    found = surface.search(user, text, limit) if text else []
    if found or len(text) < FEWEST or not (meant := hooks.meant(text)):
        return found, ""
    found = surface.search(user, meant, limit)
    return found, meant if found else ""


@require_safe
@login_required
def palette(request: HttpRequest) -> JsonResponse:
    """Return what the palette offers: without ``q`` the commands and pages, with it the hits."""
    text = _text(request)
    if text:
        return JsonResponse({"groups": _hits(request.user, text)})
    return JsonResponse({"commands": _commands(request.user)})


def _hits(user: Any, text: str) -> list[dict[str, Any]]:
    """Return found things in groups."""
    found, meant = _found(user, text, IN_PALETTE)
    return [
        {
            "label": f"{source.label}: {meant}" if meant else str(source.label),
            "items": [{"title": hit.title, "subtitle": hit.subtitle, "url": hit.url, "icon": hit.icon} for hit in hits],
        }
        for source, hits in found
    ]


def _commands(user: Any) -> list[dict[str, str]]:
    """Return commands first, then the pages of the navigation."""
    plugs: list[surface.Command | surface.Entry] = [*surface.commands.open_to(user), *surface.entries.open_to(user)]
    return [
        {"title": str(plug.label), "url": url, "icon": plug.icon}
        for plug in plugs
        if (url := surface.address(plug.url_name))
    ]


@require_safe
@login_required
def counts(request: HttpRequest) -> JsonResponse:
    """Return the numbers on the badges of the navigation by key."""
    return JsonResponse({**surface.counts_of(request.user), **hooks.pinned_counts(request.user)})
