"""People through the API, from end to end: rights, masks, pages, filters, changes, versions."""

import json
from typing import Any

import pytest

from perezvon.crm.actions import add_company, add_person
from perezvon.crm.actions.custom import save_field
from perezvon.crm.models import CustomField, Person
from perezvon.staff.testing import JOINED


@pytest.fixture
def nina(anna: Any, sales: Any) -> Any:
    return add_person(
        name="Nina", phones=["+74950210077"], emails=["N@x.example"], responsible=anna, by=anna, at=JOINED
    )


def test_a_person_is_told(program: Any, anna: Any, nina: Any) -> None:
    answer = program(anna).get(f"people/{nina.pk}")
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["name"], told["phones"], told["emails"]) == ("Nina", ["+74950210077"], ["n@x.example"])
    assert (answer["ETag"], told["version"]) == ('"1"', 1)
    assert told["created_at"].startswith("2025-01-09T06:00:00") and told["created_at"][-1] == "Z"
    assert answer["RateLimit-Limit"] == "300"


def test_numbers_are_masked_and_the_forbidden_is_missing(
    program: Any, boris: Any, vera: Any, gleb: Any, nina: Any
) -> None:
    assert program(gleb).get("people").status_code == program(vera).get(f"people/{nina.pk}").status_code == 404
    assert program(boris).get("people/999999999").json()["code"] == "not_found"


def test_pages_go_on_by_signed_cursors(program: Any, anna: Any) -> None:
    for number in range(5):
        add_person(name=f"Client {number}", responsible=anna, by=anna, at=JOINED)
    hers, seen, cursor = program(anna), [], ""
    for _ in range(3):
        page = hers.get("people", limit=2, sort="-name", cursor=cursor).json()
        seen += [one["name"] for one in page["items"]]
        cursor = page["next"] or ""
    assert seen == [f"Client {number}" for number in (4, 3, 2, 1, 0)] and not cursor
    first = hers.get("people", limit=2).json()["next"]
    assert hers.get("people", limit=2, cursor=first, sort="name").status_code == 422
    assert hers.get("people", cursor=first[:-2] + "xx").json()["errors"][0]["place"] == "query.cursor"


def test_the_same_conditions_as_on_the_screen(program: Any, anna: Any, nina: Any) -> None:
    add_person(name="Oleg", region="Kazan", responsible=anna, by=anna, at=JOINED)
    hers = program(anna)
    tree = {"field": "region", "op": "is", "value": ["Kazan"]}
    assert [one["name"] for one in hers.get("people", filter=json.dumps(tree)).json()["items"]] == ["Oleg"]
    wrong = hers.get("people", filter=json.dumps({"field": "nothing", "op": "is"})).json()
    assert wrong["errors"][0]["place"] == "query.filter.field"
    assert hers.get("people", fliter="{}").json()["errors"][0]["place"] == "query.fliter"
    assert [one["name"] for one in hers.get("people", q="495 021-00-77").json()["items"]] == ["Nina"]
    words = hers.get("people/vocabulary").json()
    assert {"region", "segment", "responsible"} <= {one["key"] for one in words["fields"]}


def test_fields_and_expansions(program: Any, anna: Any, boris: Any) -> None:
    firm = add_company(name="Firm", responsible=anna, by=anna, at=JOINED)
    hidden = add_company(name="Hidden", responsible=boris, by=boris, at=JOINED)
    for company in (firm, hidden):
        add_person(name=f"Of {company}", company_id=company.pk, responsible=anna, by=anna, at=JOINED)
    page = program(anna).get("people", fields="name", expand="company", sort="name").json()["items"]
    assert [(one["name"], (one["company"] or {}).get("name")) for one in page] == [
        ("Of Firm", "Firm"),
        ("Of Hidden", None),
    ]
    assert set(page[0]) == {"id", "name", "company"}
    assert program(anna).get("people", fields="secret").status_code == 422


def test_adding_and_changing(program: Any, anna: Any, boris: Any) -> None:
    hers = program(anna)
    made = hers.post("people", {"name": "Pavel", "phones": ["8 (916) 123-45-67"], "comment": "From the site"})
    assert made.status_code == 201, made.content
    assert made.json()["phones"] == ["+79161234567"] and made["Location"] == f"/api/v1/people/{made.json()['id']}"
    person = Person.objects.get(pk=made.json()["id"])
    assert (person.responsible, person.department) == (anna, anna.department)
    path = f"people/{person.pk}"
    changed = hers.patch(path, {"region": "Kazan", "version": 1})
    assert (changed.status_code, changed.json()["region"], changed["ETag"]) == (200, "Kazan", '"2"')
    assert hers.patch(path, {"region": "Omsk", "version": 1}).status_code == 409
    assert hers.patch(path, {"region": "Omsk"}, If_Match='"1"').status_code == 412
    assert hers.patch(path, {"region": "Omsk"}, If_Match='"2"').status_code == 200
    assert hers.patch(path, {"responsible_id": boris.pk}).json()["errors"][0]["place"] == "body.responsible_id"
    wrong = hers.post("people", {"name": "", "phones": ["12"], "nmae": 1}).json()
    assert {one["place"] for one in wrong["errors"]} == {"body.name", "body.nmae"}
    assert hers.post("people", {"name": "X", "phones": ["12"]}).json()["errors"][0]["place"] == "body.phones.0"


def test_a_repeated_request_changes_nothing(program: Any, anna: Any) -> None:
    hers, body = program(anna), {"name": "Once"}
    first, again = (hers.post("people", body, Idempotency_Key="k-1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() and again["Idempotent-Replayed"] == "true" and again["Location"]
    assert Person.objects.filter(name="Once").count() == 1
    other = hers.post("people", {"name": "Other"}, Idempotency_Key="k-1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert hers.post("people", {"name": ""}, Idempotency_Key="k-2").status_code == 422
    assert hers.post("people", {"name": "Two"}, Idempotency_Key="k-2").status_code == 201


def test_merging(program: Any, anna: Any, nina: Any) -> None:
    other = add_person(name="Nina P.", phones=["+79160000001"], responsible=anna, by=anna, at=JOINED)
    kept = program(anna).post(f"people/{nina.pk}/merge", {"gone_id": other.pk, "take": ["name"]})
    assert kept.status_code == 200, kept.content
    assert kept.json()["name"] == "Nina P." and len(kept.json()["phones"]) == 2


@pytest.mark.django_db(transaction=True)
def test_what_has_changed_since(program: Any, anna: Any, boris: Any, nina: Any) -> None:
    hers = program(anna)
    place = hers.get("people/changes").json()["next"]
    hers.patch(f"people/{nina.pk}", {"region": "Kazan"})
    foreign = add_person(name="Foreign", responsible=boris, by=boris, at=JOINED)
    told = hers.get("people/changes", after=place).json()
    assert [one["region"] for one in told["items"]] == ["Kazan"] and told["gone"] == [foreign.pk]
    assert hers.get("people/changes", after=told["next"]).json()["items"] == []
    assert hers.get("people/changes", after="1-2-3.x").status_code == 422


def test_own_fields_and_tags_are_read_written_and_asked(program: Any, admin: Any, anna: Any, nina: Any) -> None:
    row = save_field(CustomField(label="Отдых", kind="choice", noun="person"), ["Море"], by=admin, at=JOINED)
    sea, hers = row.choices.get().pk, program(anna)
    changed = hers.patch(f"people/{nina.pk}", {"custom": {row.key: "море"}, "tags": ["VIP"], "version": 1})
    assert changed.status_code == 200, changed.content
    assert (changed.json()["custom"], changed.json()["tags"]) == ({row.key: sea}, ["VIP"])
    wrong = hers.patch(f"people/{nina.pk}", {"custom": {row.key: "Луна"}, "version": 2})
    assert wrong.status_code == 422 and "Луна" in wrong.content.decode()
    where = json.dumps({"field": row.key, "op": "is", "value": [sea]})
    assert [one["id"] for one in hers.get("people", filter=where).json()["items"]] == [nina.pk]
    added = hers.post("people", {"name": "Яна", "custom": {row.key: sea}, "tags": ["vip"]})
    assert added.status_code == 201, added.content
    assert added.json()["tags"] == ["VIP"] and Person.objects.get(name="Яна").custom == {row.key: sea}
