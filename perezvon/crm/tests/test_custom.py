"""Fields that the company makes itself, through every layer: settings, cards, lists, conditions, orders, files, merges."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from perezvon.crm import actions
from perezvon.crm.actions import imports, merging
from perezvon.crm.actions.custom import save_field
from perezvon.crm.custom import definitions, sql, values
from perezvon.crm.custom.asking import form_field
from perezvon.crm.fields import PERSON
from perezvon.crm.models import Company, CustomField, Deal, Person
from perezvon.kit.clock import now
from perezvon.kit.conditions import holds, q, read
from perezvon.staff.fields import circumstances

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    definitions.forget()
    yield
    definitions.forget()


@pytest.fixture
def field(admin):
    """``field("Номер договора")`` is a field of people with text."""

    def make(label, kind="text", noun="person", choices=None, **more):
        row = save_field(CustomField(label=label, kind=kind, noun=noun, **more), choices, by=admin, at=now())
        return definitions.field_of(noun, row.key)

    return make


def give(person, by, **own):
    person.refresh_from_db()
    changes = {"custom": values.kept_all("person", own)}
    return actions.change_person(person, changes, version=person.version, by=by, at=now())


def found(tree, user):
    node, seen = read(tree, PERSON), circumstances(user, now())
    rows = list(Person.objects.filter(q(node, seen)).order_by("name"))
    assert {row.pk for row in Person.objects.all() if holds(node, row, seen)} == {row.pk for row in rows}
    return [row.name for row in rows]


KINDS = {
    "text": ("договор 7/А", "contains", "ДОГОВОР"),
    "number": ("1 234,5", "at_least", "1234.5"),
    "money": ("50 000 ₽", "between", ["49999", "50000"]),
    "date": ("01.03.1980", "before", "1980-03-02"),
    "flag": ("да", "yes", None),
    "choice": ("Море", "is", "Море"),
    "many": ("Море, Горы", "all_of", "Море"),
    "staff": ("Anna Petrova", "is", "me"),
}


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_is_asked_sorted_and_indexed(field, anna, add, kind):
    text, op, value = KINDS[kind]
    own = field("Особое", kind, choices=["Море", "Горы"] if kind in ("choice", "many") else None)
    if kind == "staff":
        text = anna.name
    if value == "Море":
        value = own.choices[0][0]
    one, other = add(anna, "Олег"), add(anna, "Яна")
    give(one, anna, **{own.key: text})
    test = {"field": own.key, "op": op}
    if value is not None:
        takes_several = op in ("is", "all_of")
        test["value"] = [value] if takes_several else value
    assert found(test, anna) == ["Олег"]
    assert found({"none": [test]}, anna) == ["Яна"]
    assert found({"field": own.key, "op": "no" if kind == "flag" else "empty"}, anna) == ["Яна"]
    connection.check_constraints()  # an index is not made over a transaction's open questions
    assert sql.keep_indexes(now()) == 1 and sql.keep_indexes(now()) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'crm_custom\\_%%\\_%%'")
        assert cursor.fetchone()
    give(one, anna, **{own.key: ""})
    assert Person.objects.get(pk=one.pk).custom == {} and other.custom == {}


def test_the_index_serves_the_order_and_the_condition(field, anna):
    own = field("Вес", "number")
    sql.keep_indexes(now())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    rows = Person.objects.annotate(by=sql.order(own)).order_by("by", "pk")
    assert f"crm_custom_{own.pk}_by" in rows[:10].explain()
    node = read({"field": own.key, "op": "at_least", "value": "5"}, PERSON)
    rows = Person.objects.filter(q(node, circumstances(anna, now()))).order_by()
    assert f"crm_custom_{own.pk}_in" in rows.explain()


def test_nonsense_is_refused_in_words(field):
    kinds = {"number": "много", "money": "1e99", "date": "вчера", "choice": "Космос", "flag": "может", "staff": "Никто"}
    for kind, text in kinds.items():
        own = field(f"Поле {kind}", kind, choices=["Море"] if kind == "choice" else None)
        with pytest.raises(values.NotSuch) as refused:
            values.kept(own, text)
        assert text in str(refused.value)
    with pytest.raises(values.NotSuch):
        values.kept_all("person", {"f0": "x"})


def test_a_field_keeps_its_kind(field):
    own = field("Вес", "number")
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomField.objects.filter(pk=own.pk).update(kind="text")


def test_it_is_made_on_screen_and_stands_everywhere(client_of, admin, anna, add):
    client, boss = client_of(anna), client_of(admin)
    data = {"noun": "person", "kind": "choice", "label": "Отдых", "choices": "Море\nГоры", "is_shown": "on"}
    assert boss.post(reverse("crm:field-add"), data).status_code == 302
    own = definitions.fields_of("person")[0]
    assert boss.post(reverse("crm:field-add"), data).status_code == 422  # the name is taken
    one = add(anna, "Олег")
    url = reverse("lists:field", args=["people", one.pk, own.key])
    assert "Горы" in client.get(url, headers={"HX-Request": "true"}).content.decode()
    chosen = {"value": own.choices[1][0], "version": 1, "was": ""}
    assert client.post(url, chosen, headers={"HX-Request": "true"}).content.decode() == "Горы"
    page = client.get(reverse("crm:people")).content.decode()
    assert "Отдых" in page and "Горы" in page
    assert "Горы" in client.get(reverse("crm:person", args=[one.pk])).content.decode()
    where = json.dumps({"field": own.key, "op": "is", "value": [own.choices[0][0]]})
    assert "Олег" not in client.get(reverse("crm:people"), {"where": where}).content.decode()
    heads = client.get(reverse("crm:people"), {"group": own.key}).content.decode()
    assert "Горы" in heads
    choice = CustomField.objects.get().choices.get(label="Горы")
    assert boss.post(reverse("crm:field-choice", args=[choice.pk]), {"name": "Альпы"}).status_code == 302
    assert "Альпы" in client.get(reverse("crm:people")).content.decode()
    boss.post(reverse("crm:field", args=[own.pk]), {"label": "Отдых", "choices": "Море", "is_shown": "on"})
    assert "Альпы" in client.get(reverse("crm:people")).content.decode()  # who has it keeps it
    boss.post(reverse("crm:field", args=[own.pk]), {"label": "Отдых", "choices": "Море", "is_archived": "on"})
    assert "Отдых" not in client.get(reverse("crm:people")).content.decode()
    for name in ("crm:fields", "crm:field-add", "crm:tags"):
        assert client.get(reverse(name)).status_code == 404 and boss.get(reverse(name)).status_code == 200


def test_a_list_goes_by_an_own_field_page_by_page(client_of, field, anna, add):
    own = field("Вес", "number", is_shown=True)
    for number in range(120):
        one = add(anna, f"К{number:03d}")
        if number % 2:
            give(one, anna, **{own.key: str(number)})
    client, address, seen = client_of(anna), f"{reverse('crm:people')}?sort=-{own.key}", []
    while address:
        page = client.get(address).context["page"]
        seen += [one.name for one in page]
        address = f"{reverse('crm:people')}?sort=-{own.key}&cursor={page.next_cursor}" if page.next_cursor else ""
    assert seen[:2] == ["К119", "К117"] and len(seen) == len(set(seen)) == 120


def test_forms_ask_for_what_must_be_filled_in(client_of, field, anna):
    own = field("Рождение", "date", is_needed=True)
    data = {"name": "Олег", "phone": "89030000001", "sure": "1"}
    client = client_of(anna)
    assert client.post(reverse("crm:person-add"), data).status_code == 422
    assert client.post(reverse("crm:person-add"), {**data, own.key: "1980-03-01"}).status_code == 302
    one = Person.objects.get()
    assert values.value_of(own, one) == date(1980, 3, 1)
    edited = {"name": "Олег", "version": one.version, own.key: ""}
    assert client.post(reverse("crm:person-edit", args=[one.pk]), edited).status_code == 302
    assert Person.objects.get().custom == {}


def test_a_file_brings_them_and_gives_them_back(field, settings, tmp_path, anna, add):
    settings.HOME = tmp_path / "home"
    rest, size = field("Отдых", "choice", choices=["Море"]), field("Вес", "number")
    known = add(anna, "Олег", phone="+79030000001", custom={size.key: "80"})
    path = tmp_path / "файл.csv"
    path.write_text(
        "Имя,Телефон,Отдых,Вес\nОлег,+79030000001,море,90\nЯна,+79030000002,Море,\nИра,+79030000003,Луна,1\n"
    )
    one = imports.take_file(path, path.name, by=anna, at=now())
    assert one.mapping == {"0": "first_name", "1": "phone", "2": rest.key, "3": size.key}
    imports.choose(one, one.mapping, by=anna, at=now())
    imports.finish_now(one)
    assert one.rows.get(is_bad=True).why == "own:Луна"
    sea = rest.choices[0][0]
    known.refresh_from_db()
    assert known.custom == {rest.key: sea, size.key: "80"}  # only what is empty is filled in
    assert Person.objects.get(name="Яна").custom == {rest.key: sea}
    imports.undo(one, by=anna, at=now())
    while imports.work(now()):
        pass
    known.refresh_from_db()
    assert known.custom == {size.key: "80"} and not Person.objects.filter(name="Яна").exists()


def test_companies_and_deals_have_their_own(client_of, field, anna, add):
    size, vat = field("Размер", "number", "company"), field("С НДС", "flag", "deal")
    client = client_of(anna)
    client.post(reverse("crm:company-add"), {"name": "Вектор", size.key: "15"})
    assert values.value_of(size, Company.objects.get()) == Decimal(15)
    one = add(anna, "Олег")
    stage = client.get(reverse("crm:deal-add"), {"person": one.pk}).context["form"]["stage"].initial
    data = {"person": one.pk, "title": "Тур", "amount": "10", "stage": stage.pk, vat.key: "True"}
    assert client.post(reverse("crm:deal-add"), data).status_code == 302
    deal = Deal.objects.get()
    assert (
        deal.custom == {vat.key: True} and vat.label in client.get(reverse("crm:deal", args=[deal.pk])).content.decode()
    )


def test_a_merge_chooses_own_fields_and_gives_them_back(field, anna, add):
    name, size = field("Прозвище"), field("Вес", "number")
    kept, gone = add(anna, "Олег"), add(anna, "Олег С.")
    give(kept, anna, **{name.key: "Кот"})
    give(gone, anna, **{name.key: "Пёс", size.key: "80"})
    row = merging.merge_people(kept, gone, take=[f"custom.{name.key}"], by=anna, at=now())
    kept.refresh_from_db()
    assert kept.custom == {name.key: "Пёс", size.key: "80"}
    give(kept, anna, **{size.key: "81"})
    merging.undo_merge(row, by=anna, at=now())
    kept.refresh_from_db()
    assert kept.custom == {name.key: "Кот", size.key: "81"}


def test_a_choice_that_was_put_away_can_be_left_as_it_is(field, admin, anna, add):
    own = field("Отдых", "choice", choices=["Море", "Горы"])
    one = add(anna, "Олег")
    give(one, anna, **{own.key: "Горы"})
    save_field(CustomField.objects.get(), ["Море"], by=admin, at=now())
    own = definitions.field_of("person", own.key)
    one.refresh_from_db()
    assert [label for _pk, label in form_field(own, one).choices] == ["—", "Горы", "Море"]
    assert [label for _pk, label in form_field(own).choices] == ["—", "Море"]
