"""The filter builder: every tree comes back the same; a form without script can build one step by step."""

import json
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import reverse

from perezvon.crm.fields import DEAL, PERSON
from perezvon.kit.conditions import EVERYTHING, read
from perezvon.lists.builder import of_form, of_tree
from perezvon.staff.models import Grant

pytestmark = pytest.mark.django_db
TREES = [
    {"field": "region", "op": "is", "value": ["Казань", "Самара"]},
    {"field": "name", "op": "empty"},
    {"all": [{"field": "region", "op": "contains", "value": "ка"}, {"field": "segment", "op": "is", "value": ["gold", "silver"]}]},
    {"field": "last_contact", "op": "before", "value": {"days": -5}},
    {"field": "last_contact", "op": "between", "value": ["2026-01-01", {"weeks": 2}]},
    {"field": "created", "op": "within", "value": "last_month"},
    {"all": [{"field": "responsible", "op": "is", "value": ["me"]}, {"any": [{"field": "region", "op": "empty"}, {"field": "comment", "op": "filled"}]}]},
    {"none": [{"field": "name", "op": "contains", "value": "x"}]},
    {"some": "deals", "where": {"field": "amount", "op": "between", "value": ["1", "2.50"]}},
    {"all": [{"some": "deals"}, {"no": "tasks"}]},
    {"no": "deals", "where": {"all": [{"field": "status", "op": "is", "value": ["won"]}, {"field": "amount", "op": "more", "value": "5"}]}},
    {"any": [{"field": "name", "op": "empty"}, {"all": [{"field": "region", "op": "empty"}, {"none": [{"field": "comment", "op": "empty"}]}]}]},
]  # fmt: skip


def sent(form: Any) -> QueryDict:
    """What a browser would send of the form."""
    data = QueryDict(mutable=True)
    for block in form.blocks:
        data[f"w{block.number}"] = block.word
        for row in block.rows:
            data[f"g{row.number}"] = str(block.number)
            if row.kept:
                data[f"k{row.number}"] = row.kept
                continue
            data[f"f{row.number}"], data[f"o{row.number}"] = row.key, row.op
            if row.widget in ("choice", "period"):
                data.setlist(f"v{row.number}", [key for key, _label, chosen in row.choices if chosen] or row.values)
            elif row.widget == "text" and row.asked.takes == "several":
                data[f"v{row.number}"] = "; ".join(row.values)
            elif row.widget != "none":
                data.setlist(f"v{row.number}", [value for value, _unit in row.inputs])
                if row.widget == "day":
                    data.setlist(f"u{row.number}", [unit for _value, unit in row.inputs])
    return data


@pytest.mark.parametrize("data", TREES)
def test_every_tree_comes_back_the_same(data):
    tree = read(data, PERSON)
    form = of_tree(tree, PERSON)
    assert of_form(sent(form), PERSON).tree() == tree
    assert form.menu


def test_an_empty_form_is_everything():
    assert of_tree(EVERYTHING, DEAL).rows == []
    assert of_form(QueryDict("f0="), DEAL).tree() == EVERYTHING


def post(client: Any, query: str = "", **data: Any) -> Any:
    return client.post(reverse("lists:filter", args=["people"]) + query, data)


def test_a_condition_is_built_step_by_step_without_script(client_of, anna):
    client = client_of(anna)
    first = client.get(reverse("lists:filter", args=["people"])).content.decode()
    assert 'name="f0"' in first and "<html" in first
    chosen = post(client, f0="region", g0="0", w0="all", do="redraw")
    assert (
        chosen.status_code == 422 and 'name="o0"' in chosen.content.decode() and 'name="v0"' in chosen.content.decode()
    )
    more = post(client, f0="region", o0="is", v0="Казань", g0="0", w0="all", do="add:0").content.decode()
    assert 'name="f1"' in more and 'value="Казань"' in more
    fewer = post(
        client, f0="region", o0="is", v0="Казань", g0="0", f1="name", o1="empty", g1="0", do="remove:0"
    ).content.decode()
    assert 'name="f0"' not in fewer and 'name="f1"' in fewer
    another = post(client, f0="region", o0="is", v0="Казань", g0="0", do="add:new").content.decode()
    assert 'name="w1"' in another
    done = post(client, "?sort=name&cursor=x", f0="region", o0="is", v0="Казань", g0="0", w0="all", do="done")
    assert done.status_code == 302
    query = QueryDict(done["Location"].partition("?")[2])
    assert json.loads(query["where"]) == {"field": "region", "op": "is", "value": ["Казань"]}
    assert query["sort"] == "name" and "cursor" not in query


def test_what_is_wrong_stands_beside_the_line(client_of, anna):
    answer = post(client_of(anna), f0="last_contact", o0="on", v0="вчера", u0="day", g0="0", do="done")
    assert answer.status_code == 422 and "is-wrong" in answer.content.decode()


def test_the_builder_knows_only_what_one_may_ask(client_of, anna):
    Grant.objects.filter(noun="phone").delete()
    text = client_of(anna).get(reverse("lists:filter", args=["people"])).content.decode()
    assert 'value="contacts.kind"' in text and 'value="contacts.value"' not in text
    answer = post(client_of(anna), f0="contacts.value", o0="contains", v0="4567", g0="0", do="done")
    assert answer.status_code in (302, 422) and "4567" not in answer.get("Location", "")


def test_a_form_sent_by_hand_breaks_nothing(client_of, anna):
    for data in (
        {"k0": "{"},
        {"k0": "[]"},
        {"f0": "x" * 500},
        {"f0": "region", "o0": "within"},
        {"g0": "99999", "f0": "name"},
        {"do": "add:zz"},
        {"do": "remove:7"},
    ):
        assert post(client_of(anna), **data).status_code in (302, 422)
