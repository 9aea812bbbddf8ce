"""Every room's pages under one roof; the path of a room is its own affair."""

from importlib import import_module

from django.urls import URLPattern, URLResolver, include, path

from perezvon.config import rooms

# Machines ask these hundreds of times a second: they are looked at first.
HOT = ("telephony", "marketing")


def _room_urls() -> list[URLResolver]:
    order = sorted(rooms.ROOMS, key=lambda room: room not in HOT)
    found = [room for room in order if rooms.has(room, "urls")]
    return [
        path("", include((import_module(f"perezvon.{room}.urls").urlpatterns, room), namespace=room)) for room in found
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("perezvon.config.api")),
    *_room_urls(),
    path("accounts/", include("allauth.urls")),
]
