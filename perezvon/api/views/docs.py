"""The description of the API: for machines and for people."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from ..document import document
from ..readable import sections

_LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)
_made: dict[str, dict[str, Any]] = {}


def _document(language: str) -> dict[str, Any]:
    """The document, made once a language and process: declarations do not change while it runs."""
    if language not in _made:
        with translation.override(language):
            _made[language] = document(settings.PUBLIC_URL)
    return _made[language]


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "")
    return asked if asked in _LANGUAGES else translation.get_language() or settings.LANGUAGE_CODE


@require_safe
def openapi(request: HttpRequest) -> JsonResponse:
    """The OpenAPI document; ``?lang=`` is the language, else the reader's own."""
    return JsonResponse(_document(_language(request)), json_dumps_params={"indent": 1, "ensure_ascii": False})


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """How to begin, and what there is."""
    found = sections(_document(_language(request)))
    return render(request, "api/docs.html", {"sections": found, "calls": _calls(settings.PUBLIC_URL.rstrip("/"))})


def _calls(address: str) -> dict[str, str]:
    """The first calls of a program, to be copied."""
    curl = f'curl -H "Authorization: Bearer $TOKEN" {address}/api/v1'
    body = '{"name": "Анна", "phones": ["8 916 123-45-67"]}'
    tree = '{"field": "amount", "op": "at_least", "value": "50000"}'
    return {
        "me": f"export TOKEN=pzv_...\n{curl}/me",
        "page": f"{curl}/people -G \\\n  -d limit=10 -d sort=-created -d fields=id,name,phones",
        "filter": f"{curl}/deals -G \\\n  --data-urlencode 'filter={tree}'",
        "add": f"{curl}/people -H 'Content-Type: application/json' \\\n  -H 'Idempotency-Key: order-1001' -d '{body}'",
    }


@require_safe
def noun(request: HttpRequest, key: str) -> HttpResponse:
    """The operations of one noun."""
    found = sections(_document(_language(request)))
    section = next((one for one in found if one.key == key), None)
    if section is None:
        raise Http404
    return render(request, "api/noun.html", {"sections": found, "section": section})
