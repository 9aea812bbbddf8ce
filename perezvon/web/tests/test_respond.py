"""A page and its fragment come from one template."""

import json
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory

from perezvon.web import respond

PAGES = {
    "parent.html": "<html>{% block content %}{% endblock %}</html>",
    "page.html": "{% extends 'parent.html' %}{% block content %}<h1>Deals</h1>{% block fragment %}{% block rows %}{{ rows }}{% endblock %}{% endblock %}{% endblock %}",
    "child.html": "{% extends 'page.html' %}{% block rows %}own {{ block.super }}{% endblock %}",
    "plain.html": "whole {{ rows }}",
    "_rows.html": "rows: {{ rows }}",
}


@pytest.fixture(autouse=True)
def _pages(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.template import Engine
    from django.template.backends.django import DjangoTemplates

    engine = Engine(loaders=[("django.template.loaders.locmem.Loader", PAGES)])
    backend = DjangoTemplates({"NAME": "pages", "DIRS": [], "APP_DIRS": False, "OPTIONS": {}})
    backend.engine = engine
    engine.template_libraries = {}
    monkeypatch.setattr(engines, "all", lambda: [backend])


def ask(**headers: str) -> HttpRequest:
    return RequestFactory().get("/", headers=headers)


def text(request: HttpRequest, template: str, fragment: str | None = None) -> str:
    response: Any = respond.page_or_fragment(request, template, {"rows": "<3>"}, fragment)
    assert "HX-Request" in response.headers["Vary"]
    return response.content.decode()


def test_a_browser_gets_the_page() -> None:
    assert text(ask(), "page.html") == "<html><h1>Deals</h1>&lt;3&gt;</html>"


@pytest.mark.parametrize(
    ("template", "fragment", "expected"),
    [
        ("page.html", None, "&lt;3&gt;"),
        ("page.html", "rows", "&lt;3&gt;"),
        ("child.html", "rows", "own &lt;3&gt;"),
        ("child.html", None, "own &lt;3&gt;"),
        ("page.html", "_rows.html", "rows: &lt;3&gt;"),
        ("plain.html", None, "whole &lt;3&gt;"),
    ],
)
def test_htmx_gets_the_part(template: str, fragment: str | None, expected: str) -> None:
    assert text(ask(**{"HX-Request": "true"}), template, fragment) == expected


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_a_boosted_or_restored_page_is_whole(header: str) -> None:
    assert text(ask(**{"HX-Request": "true", header: "true"}), "page.html").startswith("<html>")


def test_a_block_that_is_not_there_is_an_error() -> None:
    with pytest.raises(LookupError, match="no block"):
        text(ask(**{"HX-Request": "true"}), "page.html", "gone")


def test_a_toast_travels_in_a_header_of_plain_ascii() -> None:
    response = respond.with_toast(HttpResponse(), "Сохранено")
    assert json.loads(response["HX-Trigger"]) == {"toast": {"text": "Сохранено", "tone": "success"}}
    assert response["HX-Trigger"].isascii()
