"""The API as a whole: the framework with our way of reading, answering and refusing."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from pydantic_core import from_json

from .extras import extras
from .nouns import nouns
from .problems import ApiProblem, answer, on_error
from .routes import router_of
from .who import admit


class StrictParser(Parser):
    """JSON without NaN, lone surrogates and NUL characters, which no column of the data base can hold."""

    def parse_body(self, request: HttpRequest) -> Any:
        body = from_json(request.body, allow_inf_nan=False)
        if b"\\u0000" in request.body and "\x00" in repr_of(body):
            raise HttpError(400, "a NUL character")
        return body


def repr_of(body: Any) -> str:
    """All texts of a body in one."""
    if isinstance(body, dict):
        return "".join(key + repr_of(value) for key, value in body.items())
    return "".join(map(repr_of, body)) if isinstance(body, list) else body if isinstance(body, str) else ""


@cache
def api() -> NinjaAPI:
    """Everything that the rooms declare, as operations."""
    site = NinjaAPI(
        title="Perezvon", version="1", docs_url=None, openapi_url=None, auth=admit, parser=StrictParser(),
        urls_namespace="perezvon-api", description=gettext_lazy("People, deals, tasks, requests, calls and all the rest for programs."),  # type: ignore[arg-type]
    )  # fmt: skip
    for kind in (Exception, Http404, HttpError, ValidationError, AuthenticationError):
        site.add_exception_handler(kind, on_error)  # type: ignore[arg-type]  # it is never given a class
    for extra in extras():
        extra.mount(site)
    for noun in sorted(nouns().values(), key=lambda noun: noun.key):
        site.add_router(f"/{noun.key}", router_of(noun))
    return site


def patterns() -> list[URLPattern]:
    """The addresses, each answering in our way."""
    found = [one for one in api().urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
    return [path(str(one.pattern), dressed(one.callback), name=one.name) for one in found]


def dressed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """An operation with the headers that every answer has."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            allowed = response.get("Allow", "")
            response = answer(ApiProblem(405, "not_allowed", headers={"Allow": allowed}))
        response.setdefault("Cache-Control", "no-store")
        budget = getattr(request, "budget", None)
        for name, value in (budget.headers if budget else {}).items():
            response.setdefault(name, value)
        return response

    answered.csrf_exempt = True  # type: ignore[attr-defined]  # browsers may only read here, see who.py
    return answered


@dressed
def nothing(request: HttpRequest) -> HttpResponse:
    """Any address that is not there."""
    return answer(ApiProblem(404, "not_found", _("There is no such address.")))
