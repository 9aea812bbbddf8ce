"""Operations that are not about rows of a noun: the screen-pop query, the ledger, who am I, sound of a recording."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from ninja import NinjaAPI, Query
from pydantic import BaseModel
from pydantic_core import to_json

from perezvon.staff import access

from .asking import no_others
from .nouns import Caller, Label, nouns
from .problems import ApiProblem
from .schemas import Id, Problem


class Nothing(BaseModel):
    """No parameters."""


@dataclass(frozen=True, slots=True)
class Extra:
    """A question: GET ``path`` with the parameters of ``query`` gives what ``act(caller, asked[, pk])`` answers.

    ``right`` is (noun, verb) of rights, None = whoever is signed in; ``of`` is the noun that a token must be for.
    ``act`` may answer an HttpResponse of its own. ``media`` is what it gives when that is not JSON.
    """

    path: str
    name: str
    tag: str
    words: Label
    out: type[BaseModel] | None
    act: Callable[..., Any]
    query: type[BaseModel] = Nothing
    right: tuple[str, str] | None = None
    of: str = ""
    about: Label = ""
    media: str = ""

    def mount(self, site: NinjaAPI) -> None:
        """Make it an operation."""
        content = {"content": {self.media: {"schema": {"type": "string", "format": "binary"}}}} if self.media else {}
        words: dict[str, Any] = {"summary": self.words, "description": self.about, "tags": [self.tag]}
        site.default_router.add_api_operation(
            self.path, ["GET"], self._view(), operation_id=self.name, url_name=self.name,
            response={200: self.out, **dict.fromkeys((401, 403, 404, 422, 429), Problem)},
            openapi_extra={"responses": {200: content}} if content else None, **words,
        )  # fmt: skip

    def _view(self) -> Any:
        model = self.query

        def one(request: HttpRequest, pk: Id, asked: Query[model]) -> HttpResponseBase:  # type: ignore[valid-type]
            return self._answer(request, asked, pk)

        def bare(request: HttpRequest) -> HttpResponseBase:
            return self._answer(request, Nothing())

        def bare_one(request: HttpRequest, pk: Id) -> HttpResponseBase:
            return self._answer(request, Nothing(), pk)

        def plain(request: HttpRequest, asked: Query[model]) -> HttpResponseBase:  # type: ignore[valid-type]
            return self._answer(request, asked)

        if model is Nothing:
            return bare_one if "{int:pk}" in self.path else bare
        return one if "{int:pk}" in self.path else plain

    def _answer(self, request: HttpRequest, asked: BaseModel, *pk: int) -> HttpResponseBase:
        caller: Caller = request.auth[0]  # type: ignore[attr-defined]
        if self.of and caller.token is not None and caller.token.nouns and self.of not in caller.token.nouns:
            raise ApiProblem(403, "token_of_other_nouns")
        if self.right is not None and not access.can(caller.user, *self.right):
            raise Http404
        no_others(request, self.query)
        found = self.act(caller, asked, request, *pk) if self.media else self.act(caller, asked, *pk)
        if isinstance(found, HttpResponseBase):
            return found
        return HttpResponse(to_json(found), content_type="application/json")


_extras: list[Extra] = []


def extra(one: Extra) -> Extra:
    """Make a question known."""
    _extras.append(one)
    return one


def extras() -> list[Extra]:
    """All of them; the rooms' ``api.py`` are read first."""
    nouns()
    return _extras
