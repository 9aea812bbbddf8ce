"""The session, the language and the time zone of the person who is signed in."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from .reads import zone_called

_LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


_ACCOUNTS = "/accounts/"


class Sessions(SessionMiddleware):
    """Sessions as remembered, but read afresh where a person signs in, proves who he is or changes his keys.

    The page after such a step is often answered by another process, whose memory is some seconds old: it would ask for
    the password again and again.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if request.path.startswith(_ACCOUNTS):
            request.session.forget()  # type: ignore[attr-defined]


def own_zone(user: Any) -> ZoneInfo | None:
    """The zone that a person has chosen; None = the company's."""
    return zone_called(user.time_zone) if user.time_zone else None


def own_language(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Show pages in the person's own language and times in his zone, whatever this browser was used for before.

    Stands after the authentication; asks who it is only when there is a session at all.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            language = request.user.language
            if language in _LANGUAGES and language != translation.get_language():
                translation.activate(language)
                request.LANGUAGE_CODE = language
            if zone := own_zone(request.user):
                with timezone.override(zone):
                    return get_response(request)
        return get_response(request)

    return middleware
