"""Every declared noun becomes operations of the framework: list, one, add, change, remove, verbs, changes, vocabulary."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import lazy
from ninja import Query, Router
from pydantic_core import to_json

from . import asking, changes, limits
from .doing import do, tagged
from .nouns import SUMMARIES, Caller, Noun, Verb, nouns
from .schemas import Id, Problem
from .telling import item_model, page_model, tell
from .vocabulary import Vocabulary, vocabulary
from .who import check_scope

FAILURES = dict.fromkeys((401, 403, 404, 422, 429), Problem)
CHANGE_FAILURES = {**FAILURES, **dict.fromkeys((400, 409, 412, 413, 415), Problem)}


def router_of(noun: Noun) -> Router:
    """The operations of one noun."""
    router, item = Router(tags=[noun.key]), item_model(noun)
    _add(router, "list", "", noun, _list_view(noun), page_model(noun, item))
    _add(router, "get", "/{int:pk}", noun, _get_view(noun), item)
    if noun.heard is not None:
        _add(router, "changes", "/changes", noun, _changes_view(noun), changes.model_of(noun, item))
    if noun.fields is not None:
        _add(router, "vocabulary", "/vocabulary", noun, _vocabulary_view(noun), Vocabulary)
    for verb in noun.verbs:
        _add_verb(router, noun, verb, item)
    return router


def _add(router: Router, what: str, path: str, noun: Noun, view: Any, shape: Any) -> None:
    words: dict[str, Any] = {
        "summary": titled(SUMMARIES[what], noun.title), "description": noun.about if what == "list" else "",
    }  # fmt: skip
    shapes = {200: shape, **FAILURES}
    router.add_api_operation(path, ["GET"], view, response=shapes, operation_id=f"{noun.key}_{what}", **words)


def _add_verb(router: Router, noun: Noun, verb: Verb, item: Any) -> None:
    path = "/{int:pk}" if verb.is_of_row else ""
    if verb.key not in ("add", "change", "remove"):
        path += f"/{verb.key}"
    shape = item_model(nouns()[verb.tells]) if verb.tells else item
    success: dict[int, Any] = {204: None} if verb.is_silent else {201 if verb.key == "add" else 200: shape}
    words: dict[str, Any] = {
        "summary": verb.words or titled(SUMMARIES[verb.key], noun.title), "description": verb.about,
        "operation_id": f"{noun.key}_{verb.key.replace('-', '_')}",
    }  # fmt: skip
    shapes = {**success, **CHANGE_FAILURES}
    router.add_api_operation(path, [verb.method], _verb_view(noun, verb), response=shapes, **words)


def _words(sentence: Any, title: Any) -> str:
    return str(sentence) % {"nouns": title}


#: a sentence about a noun that is put into words only when it is read, in the reader's language
titled = lazy(_words, str)


def _let(request: HttpRequest, noun: Noun, verb: str) -> tuple[Caller, limits.Budget]:
    """The caller, when the token is for this noun and he has the right at all. Http404 otherwise."""
    caller, budget = request.auth  # type: ignore[attr-defined]
    check_scope(caller, noun)
    if not noun.can(caller.user, verb):
        raise Http404
    return caller, budget


def _json(body: Any) -> HttpResponse:
    return HttpResponse(to_json(body), content_type="application/json")


def _list_view(noun: Noun) -> Any:
    model = asking.query_of(noun)

    def view(request: HttpRequest, asked: Query[model]) -> HttpResponse:  # type: ignore[valid-type]
        caller, budget = _let(request, noun, noun.view)
        asking.no_others(request, model)
        page, after = asking.page_of(noun, caller, asked, budget)
        told = tell(noun, page.items, caller, asked)
        limits.count_rows(caller, noun, len(told))
        return _json({"items": told, "next": after or None})

    return view


def _get_view(noun: Noun) -> Any:
    def view(request: HttpRequest, pk: Id, asked: Query[asking.Told]) -> HttpResponse:  # type: ignore[valid-type]
        caller, _budget = _let(request, noun, noun.view)
        asking.no_others(request, asking.Told)
        row = get_object_or_404(noun.rows(caller.user, noun.view).select_related(*noun.related), pk=pk)
        return tagged(noun, row, _json(tell(noun, [row], caller, asked)[0]))

    return view


def _changes_view(noun: Noun) -> Any:
    def view(request: HttpRequest, asked: Query[changes.Since]) -> HttpResponse:  # type: ignore[valid-type]
        caller, budget = _let(request, noun, noun.view)
        asking.no_others(request, changes.Since)
        limits.check_rows(caller, noun, budget)
        told = changes.of_noun(noun, caller, asked)
        limits.count_rows(caller, noun, len(told["items"]))
        return _json(told)

    return view


def _vocabulary_view(noun: Noun) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        caller, _budget = _let(request, noun, noun.view)
        return _json(vocabulary(noun, caller))

    return view


def _verb_view(noun: Noun, verb: Verb) -> Any:
    body = verb.body
    if verb.is_of_row and body is not None:

        def with_both(request: HttpRequest, pk: Id, sent: body) -> HttpResponse:  # type: ignore[valid-type]
            return do(noun, verb, request, _let(request, noun, verb.right)[0], pk, sent)

        return with_both
    if verb.is_of_row:

        def with_row(request: HttpRequest, pk: Id) -> HttpResponse:
            return do(noun, verb, request, _let(request, noun, verb.right)[0], pk, None)

        return with_row

    def with_body(request: HttpRequest, sent: body) -> HttpResponse:  # type: ignore[valid-type]
        return do(noun, verb, request, _let(request, noun, verb.right)[0], None, sent)

    return with_body
