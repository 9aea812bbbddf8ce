"""Who calls: a personal token with its limits, or the browser of somebody who is signed in (to read only)."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from perezvon.kit import clock
from perezvon.staff.tokens import holder_of

from .limits import Budget, spend
from .nouns import Caller, Noun
from .problems import ApiProblem

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
MOST_BYTES = 1024 * 1024
_LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


def admit(request: HttpRequest) -> tuple[Caller, Budget] | None:
    """Let a request in and count it; None = nobody knows who it is. ApiProblem for what a token or a body may not."""
    holder = holder_of(request, at=clock.now())
    if holder is None:
        return None
    caller = Caller(holder.user, clock.now(), holder.token)
    _speak(request, caller.user)
    budget = spend(caller)
    request.budget = budget  # type: ignore[attr-defined]  # the headers of the answer are made of it
    if request.method not in SAFE:
        _may_change(caller)
        _readable(request)
    if any("\x00" in value for values in request.GET.lists() for value in (values[0], *values[1])):
        raise ApiProblem(422, "invalid", errors=[("query", _("There is a NUL character in it."), "nul")])
    return caller, budget


def _speak(request: HttpRequest, user: Any) -> None:
    """A program that asks for no language gets its owner's."""
    if "Accept-Language" not in request.headers and user.language in _LANGUAGES:
        translation.activate(user.language)


def _may_change(caller: Caller) -> None:
    if caller.token is None:
        raise ApiProblem(403, "token_needed", _("Changes are made with a personal token only."))
    if caller.token.reads_only:
        raise ApiProblem(403, "token_reads_only", _("This token is for reading only."))


def _readable(request: HttpRequest) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise ApiProblem(413, "too_long", _("At most %(most)d bytes.") % {"most": MOST_BYTES})
    if int(length) and request.content_type != "application/json":
        raise ApiProblem(415, "not_json", _("Send Content-Type: application/json."))


def check_scope(caller: Caller, noun: Noun) -> None:
    """ApiProblem when the token is for other nouns."""
    if caller.token is not None and caller.token.nouns and noun.key not in caller.token.nouns:
        raise ApiProblem(403, "token_of_other_nouns", _("This token is for other things: %(nouns)s.") % {
            "nouns": ", ".join(caller.token.nouns)})  # fmt: skip
