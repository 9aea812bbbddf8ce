from typing import Any

import pytest
from django.urls import reverse

from perezvon.marketing.actions import accept, assign_line, change_form, reject, set_utm_rule
from perezvon.marketing.models import Form, LineSource, Source, UtmRule
from perezvon.staff.contracts import NounContract
from perezvon.staff.models import User
from perezvon.staff.testing import JOINED, person


class TestForms(NounContract):
    noun, list_url, detail_url = "form", "marketing:forms", "marketing:form"
    max_list_queries, max_detail_queries = 7, 9

    def make(self, *, owner: Any, department: Any, at: Any) -> Any:
        from perezvon.marketing.actions import add_form

        return add_form(f"Form {Form.objects.count()}", department=department, at=at)

    def test_own_rows_only(self, client_of: Any, granted: Any, sales: Any) -> None:
        """A form belongs to nobody: with "own" none is seen."""
        thing = self.make(owner=None, department=sales, at=JOINED)
        reader = granted("own")
        assert not Form.objects.visible_to(reader).exists()
        assert client_of(reader).get(self.detail(thing)).status_code == 404


@pytest.fixture
def marketer(company: Any) -> Any:
    return person("Mark Market", "marketer", department=company)


PAGES = ["sources", "source-add", "numbers", "rules", "forms", "form-add"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages(marketer: Any, gleb: Any, client_of: Any, form: Any, yandex: Any, name: str, language: str) -> None:
    assign_line("+74950210001", yandex, at=JOINED)
    set_utm_rule(yandex, utm_source="yandex", at=JOINED)
    User.objects.filter(pk=marketer.pk).update(language=language)
    address = reverse(f"marketing:{name}")
    assert client_of(marketer).get(address).status_code == 200
    assert client_of(gleb).get(address).status_code == 404
    assert client_of(None).get(address).status_code == 302


def test_empty_pages_say_what_to_do(marketer: Any, client_of: Any) -> None:
    for name in ("sources", "numbers", "rules", "forms"):
        assert "empty-state" in client_of(marketer).get(reverse(f"marketing:{name}")).content.decode()


def test_sources_are_edited(marketer: Any, boris: Any, client_of: Any, site: Any) -> None:
    browser = client_of(marketer)
    browser.post(reverse("marketing:source-add"), {"name": "Maps", "channel": "maps"})
    maps = Source.objects.get(name="Maps")
    assert browser.post(reverse("marketing:source-add"), {"name": "maps"}).status_code == 422
    browser.post(reverse("marketing:source", args=[maps.pk]), {"name": "Maps 2", "channel": "", "is_archived": "on"})
    maps.refresh_from_db()
    assert (maps.name, maps.is_archived) == ("Maps 2", True)
    assert client_of(boris).post(reverse("marketing:source-add"), {"name": "No"}).status_code == 404


def test_numbers_and_rules_are_edited(marketer: Any, boris: Any, client_of: Any, site: Any) -> None:
    browser = client_of(marketer)
    numbers, rules = reverse("marketing:numbers"), reverse("marketing:rules")
    browser.post(numbers, {"line": "8 495 021-00-01", "source": site.pk})
    assert LineSource.objects.get().line == "+74950210001"
    assert "+7 495 021-00-01" in browser.get(numbers).content.decode()
    assert browser.post(numbers, {"line": "nonsense", "source": site.pk}).status_code == 422
    client_of(boris).post(numbers, {"line": "+74950210002", "source": site.pk})
    assert LineSource.objects.count() == 1
    browser.post(reverse("marketing:number-free"), {"line": "+74950210001"})
    assert LineSource.objects.get().until
    browser.post(rules, {"utm_source": "vk", "source": site.pk})
    assert browser.post(rules, {"source": site.pk}).status_code == 422
    browser.post(reverse("marketing:rule-remove", args=[UtmRule.objects.get().pk]))
    assert not UtmRule.objects.exists()


def test_a_form_is_set_up(marketer: Any, client_of: Any, site: Any) -> None:
    browser = client_of(marketer)
    data = {
        "name": "Ask",
        "origins": "https://A.example/page\nhttp://localhost:3000",
        "limit_per_minute": 10,
        "is_enabled": "on",
    }
    answer = browser.post(reverse("marketing:form-add"), data)
    made = Form.objects.get()
    assert answer["Location"] == reverse("marketing:form", args=[made.pk])
    assert made.origins == ["https://a.example", "http://localhost:3000"]
    page = browser.get(answer["Location"]).content.decode()
    assert f"/f/{made.key}/" in page
    assert "data-perezvon" in page and "Idempotency-Key" in page
    for wrong in ({"origins": "javascript:alert(1)"}, {"redirect_to": "javascript:alert(1)"}, {"origins": "https://*"}):
        assert browser.post(answer["Location"], {**data, **wrong}).status_code == 422
    browser.post(answer["Location"], {**data, "is_enabled": ""})
    assert not Form.objects.get().is_enabled


def test_what_came_is_shown_with_masked_numbers(marketer: Any, admin: Any, client_of: Any, form: Any) -> None:
    accept(form, {"name": "Nina", "phone": "+79161234567", "email": "nina@mail.example"}, at=JOINED)
    reject(form, "broken JSON", "{", at=JOINED)
    address = reverse("marketing:form", args=[form.pk])
    masked = client_of(marketer).get(address).content.decode()
    assert "Nina" in masked and "broken JSON" in masked
    assert "123-45-67" not in masked and "nina@mail" not in masked
    assert "123-45-67" in client_of(admin).get(address).content.decode()
    assert "Nina" not in client_of(admin).get(address + "?state=rejected").content.decode()


def test_the_snippet_is_safe(form: Any, marketer: Any, client_of: Any) -> None:
    change_form(form, {"name": "<script>alert(1)</script>"}, at=JOINED)
    page = client_of(marketer).get(reverse("marketing:form", args=[form.pk])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;form action=" in page
