"""Changes: the right for this very row, the version that was read, the room's action, and the row as it is afterwards."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from pydantic_core import to_json

from perezvon.staff.access import OutOfSight

from .keeping import claimed, keep
from .nouns import Caller, Noun, Verb, nouns
from .problems import ApiProblem
from .schemas import In
from .telling import tell


def do(noun: Noun, verb: Verb, request: HttpRequest, caller: Caller, pk: int | None, body: In | None) -> HttpResponse:
    """Carry a verb out, whole or not at all. Raises what the action raises; Http404 for what is out of reach."""
    if not noun.can(caller.user, verb.right):
        raise Http404
    if verb.is_outside:
        return _done_outside(noun, verb, request, caller, pk, body)
    with transaction.atomic():
        place, before = claimed(request, caller)
        if before is not None:
            return before
        thing = _acted(noun, verb, request, caller, pk, body)
        response = _answer(noun, verb, caller, thing)
        keep(place, response)
    return response


def _done_outside(
    noun: Noun, verb: Verb, request: HttpRequest, caller: Caller, pk: int | None, body: In | None
) -> HttpResponse:
    """The key is taken before another server hears of it: whatever happens then, it is not asked twice."""
    place, before = claimed(request, caller)
    if before is not None:
        return before
    response = _answer(noun, verb, caller, _acted(noun, verb, request, caller, pk, body))
    keep(place, response)
    return response


def _acted(noun: Noun, verb: Verb, request: HttpRequest, caller: Caller, pk: int | None, body: In | None) -> Any:
    sent = () if verb.body is None else (body,)
    if not verb.is_of_row:
        return verb.act(caller, *sent)
    row = get_object_or_404(noun.rows(caller.user, verb.right).select_related(*noun.related), pk=pk)
    asked = request.headers.get("If-Match")
    version = _matched(noun, row, asked, getattr(body, "version", None))
    if verb.key != "change":
        return verb.act(caller, row, *sent)
    try:
        return verb.act(caller, row, body, version)
    except Exception as error:
        if asked is not None and type(error).__name__ == "ChangedMeanwhile":
            raise _stale(412) from error
        raise


def _matched(noun: Noun, row: Any, asked: str | None, told: int | None) -> int | None:
    """The version that the change is for; ApiProblem when the row has another one."""
    version: int | None = row.version if noun.is_versioned else None
    if asked is not None and asked.strip() != "*":
        tags = {tag.strip().removeprefix("W/").strip('"') for tag in asked.split(",")}
        if version is None or str(version) not in tags:
            raise _stale(412)
    if told is not None and told != version:
        raise _stale(409)
    return version


def _stale(status: int) -> ApiProblem:
    return ApiProblem(status, "changed_meanwhile", _("Somebody has changed this meanwhile. Read it again."))


def _answer(noun: Noun, verb: Verb, caller: Caller, thing: Any) -> HttpResponse:
    if verb.is_silent or thing is None:
        return HttpResponse(status=204)
    told = nouns()[verb.tells] if verb.tells else noun
    row = told.rows(caller.user, told.view).filter(pk=thing.pk).select_related(*told.related).first()
    if row is None:
        raise OutOfSight
    extra = getattr(thing, "told_once", None)
    body = {**tell(told, [row], caller)[0], **(extra or {})}
    response = HttpResponse(to_json(body), status=201 if verb.key == "add" else 200, content_type="application/json")
    if verb.key == "add":
        response["Location"] = f"/api/v1/{told.key}/{row.pk}"
    return tagged(told, row, response)


def tagged(noun: Noun, row: Any, response: HttpResponse) -> HttpResponse:
    """The response with the version of its row, for If-Match."""
    if noun.is_versioned:
        response["ETag"] = f'"{row.version}"'
    return response
