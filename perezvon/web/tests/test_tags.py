"""Tags and filters of the library ``web``."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils import translation

from perezvon.web import surface, words
from perezvon.web.templatetags import web as tags

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    settings.TIME_ZONE = "Europe/Moscow"
    monkeypatch.setattr(tags, "now", lambda: NOW)
    with translation.override("en"):
        yield


def drawn(text: str, request: Any = None, **values: Any) -> str:
    context = RequestContext(request, values) if request else Context(values)
    return Template("{% load i18n web %}" + text).render(context)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "—"),
        (0, "0 s"),
        (45, "45 s"),
        (60, "1 min"),
        (185, "3 min 5 s"),
        (7260, "2 h 1 min"),
        (2 * 86400 + 4 * 3600, "2 d 4 h"),
        (-30, "−30 s"),
    ],
)
def test_duration_takes_the_two_largest_units(seconds: int | None, text: str) -> None:
    assert words.duration(seconds) == text


@pytest.mark.parametrize(
    ("language", "seconds", "text"),
    [
        ("en", 20, "just now"),
        ("en", 60, "1 minute ago"),
        ("en", 3 * 3600, "3 hours ago"),
        ("en", -86400, "in 1 day"),
        ("ru", 60, "1 минуту назад"),
        ("ru", 22 * 60, "22 минуты назад"),
        ("ru", 11 * 60, "11 минут назад"),
        ("ru", -3 * 86400, "через 3 дня"),
    ],
)
def test_ago_is_right_in_both_languages(language: str, seconds: int, text: str) -> None:
    with translation.override(language):
        assert words.ago(NOW - timedelta(seconds=seconds), NOW) == text


def test_moment_is_local_and_as_short_as_it_can_be() -> None:
    assert words.moment(NOW, NOW) == "today 12:00"
    assert words.moment(NOW - timedelta(days=2), NOW) == "20 Nov 12:00"
    assert "2025" in words.moment(NOW - timedelta(days=400), NOW)


def test_times_carry_the_machine_readable_moment() -> None:
    html = drawn("{{ at|moment }}|{{ at|ago }}|{{ none|moment }}", at=NOW, none=None)
    assert html.count('datetime="2026-11-22T09:00:00+00:00"') == 2
    assert html.endswith("|—")


def test_figures_in_both_languages() -> None:
    assert words.number(1234567) == "1\u00a0234\u00a0567"
    assert words.percent(Decimal("0.1234")) == "12.3\u00a0%"
    with translation.override("ru"):
        assert words.number(12.5, 1) == "12,5"
        assert words.percent(0.1234) == "12,3\u00a0%"


def test_money_is_a_dash_when_unknown() -> None:
    assert drawn("{{ a|money }}|{{ b|money }}", a=Decimal("50000"), b=None) == "50\u00a0000\u00a0₽|—"


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (NOW - timedelta(minutes=1), "due-late"),
        (NOW + timedelta(hours=1), "due-today"),
        (NOW + timedelta(days=1), "due-later"),
        (None, "due-none"),
    ],
)
def test_the_next_action_has_its_colour(at: datetime | None, state: str) -> None:
    assert state in drawn("{% due at %}", at=at)


def test_text_from_people_is_escaped() -> None:
    bad = '<script>alert("x")</script>'
    html = drawn("{% avatar name %}{% due at label=name %}{% empty 'inbox' name name %}", name=bad, at=NOW)
    assert "<script>" not in html


def test_an_icon_alone_has_a_name_for_readers() -> None:
    assert 'aria-hidden="true"' in drawn("{% icon 'phone' %}")
    assert 'role="img" aria-label="Call"' in drawn("{% icon 'phone' label='Call' %}")


def test_delta_knows_which_way_is_good() -> None:
    assert "delta-bad" in drawn("{% delta 120 100 falling_is_good=True %}")
    assert "delta-good" in drawn("{% delta 120 100 %}")
    assert "100" in drawn("{% delta 120 0 %}") or "120" in drawn("{% delta 120 0 %}")
    assert "delta-flat" in drawn("{% delta 5 None %}")


def test_query_with_changes_sets_and_removes() -> None:
    request = RequestFactory().get("/?a=1&b=2&a=3")
    assert drawn("{% query_with c='x y' %}", request) == "?a=1&amp;a=3&amp;b=2&amp;c=x+y"
    assert drawn("{% query_with a='' b=None %}", request) == "?"


def test_query_with_and_the_token_work_inside_only() -> None:
    request = RequestFactory().get("/?stage=new")
    text = "{% include 'web/_pager.html' with page=page only %}"
    html = drawn(text, request, page={"next_cursor": "abc", "previous_cursor": ""})
    assert "?stage=new&amp;cursor=abc" in html
    form = drawn(
        "{% include 'web/_dialog_form.html' with form=form title='T' action='/x/' only %}", request, form=forms.Form()
    )
    assert 'name="csrfmiddlewaretoken" value="' in form
    assert 'value=""' not in form


def test_a_get_form_carries_the_rest_of_the_query() -> None:
    request = RequestFactory().get("/?q=%3Cb%3E&columns=a&columns=b&cursor=x")
    assert (
        drawn("{% hidden_query without='columns cursor' %}", request)
        == '<input type="hidden" name="q" value="&lt;b&gt;">'
    )


def test_a_slot_draws_panels_that_load_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surface, "panels", surface.Registry("panel"))
    surface.panel("crm.person", "found", "Found", "web:search", can=lambda user: True)
    surface.panel("crm.person", "secret", "Secret", "web:search", can=lambda user: False)
    request = RequestFactory().get("/")
    html = drawn("{% slot 'crm.person' %}", request)
    assert 'hx-get="/search/"' in html
    assert 'href="/search/"' in html
    assert "Secret" not in html


class Order(forms.Form):
    """Fields of several kinds."""

    name = forms.CharField(label="Name", help_text="As he said")
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(required=False)


def test_fields_have_labels_help_and_errors() -> None:
    form = Order({"name": ""})
    html = drawn("{% include 'web/_form.html' with form=form only %}", form=form)
    assert '<label class="form-label" for="id_name">' in html
    assert 'id="id_name_helptext"' in html
    assert "is-invalid" in html
    assert html.count('class="form-check-input') == 2
    assert html.count("form-error") == 2


def test_a_row_of_words_for_the_scripts_is_json() -> None:
    html = drawn("{% client_words %}")
    assert html.startswith('<script id="words" type="application/json">')


def test_options_of_a_select_box() -> None:
    text = drawn("{% options rows chosen %}", rows=[(1, "<A>"), ("x", "B")], chosen="1")
    assert text == '<option value="1" selected>&lt;A&gt;</option><option value="x">B</option>'
    assert "selected" not in drawn("{% options rows %}", rows=[("", "Any"), (1, "A")])
