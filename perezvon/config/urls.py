"""Every room's pages under one roof; the path of a room is its own affair."""

from importlib import import_module

from django.urls import URLPattern, URLResolver, include, path

from perezvon.config import rooms


def _room_urls() -> list[URLResolver]:
    found = [room for room in rooms.ROOMS if rooms.has(room, "urls")]
    return [
        path("", include((import_module(f"perezvon.{room}.urls").urlpatterns, room), namespace=room)) for room in found
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    *_room_urls(),
    path("", include("perezvon.config.api")),
    path("accounts/", include("allauth.urls")),
]
