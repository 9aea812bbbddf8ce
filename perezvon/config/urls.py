"""Every room's pages under one roof; the path of a room is its own affair."""

from importlib import import_module
from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from django.urls.resolvers import RoutePattern

from perezvon.config import rooms

# Machines ask these hundreds of times a second: they are looked at first.
HOT = ("telephony", "marketing", "api")


class Beginnings(RoutePattern):
    """The empty prefix of a room: a path whose first word no page of the room has is not compared with any of them."""

    def __init__(self, patterns: list[URLPattern]) -> None:
        super().__init__("")
        self.words = {str(one.pattern).partition("/")[0] for one in patterns}
        self.takes_all = any("<" in word for word in self.words)

    def match(self, path: str) -> Any:
        """Tell what is left of ``path`` for the room, or None."""
        return super().match(path) if self.takes_all or path.partition("/")[0] in self.words else None


def _room(name: str) -> URLResolver:
    patterns = import_module(f"perezvon.{name}.urls").urlpatterns
    return URLResolver(Beginnings(patterns), patterns, app_name=name, namespace=name)


def _room_urls() -> list[URLResolver]:
    order = sorted(rooms.ROOMS, key=lambda room: room not in HOT)
    return [_room(name) for name in order if rooms.has(name, "urls")]


urlpatterns: list[URLPattern | URLResolver] = [
    *_room_urls(),
    path("accounts/", include("allauth.urls")),
]
