"""Who is behind a number."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from perezvon.crm import actions, reads
from perezvon.crm.models import ContactOwner, ContactPoint, Person
from perezvon.journey.models import Fact
from perezvon.kit.clock import now

pytestmark = pytest.mark.django_db
NOW = now()


def number(n: int) -> str:
    return f"+7916{n:07d}"


def test_unknown_numbers_become_people_with_a_phone_only():
    found = actions.identify([number(1), number(2), number(1)], at=NOW)
    assert sorted(found) == [number(1), number(2)]
    person = Person.objects.get(pk=found[number(1)])
    assert (person.name, person.entered_at) == ("", None)
    assert Fact.objects.filter(kind="person.added").count() == 2
    assert actions.identify([number(2)], at=NOW) == {number(2): found[number(2)]}


def test_region_and_operator_are_told_by_the_number():
    found = actions.identify(["+74952000001"], at=NOW)
    assert Person.objects.get(pk=found["+74952000001"]).region == "Москва"
    actions.identify(["+79031112233"], at=NOW)
    assert ContactPoint.objects.get(value="+79031112233").operator == "Билайн"


def test_five_hundred_numbers_cost_a_handful_of_statements():
    actions.identify([number(n) for n in range(100)], at=NOW)
    with CaptureQueriesContext(connection) as queries:
        actions.identify([number(n) for n in range(500)], at=NOW)
    statements = [q["sql"] for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) <= 20, statements
    with CaptureQueriesContext(connection) as queries:
        actions.identify([number(n) for n in range(500)], at=NOW)
    assert len([q for q in queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))]) == 1


def test_a_shared_number_means_the_one_contacted_last():
    first = actions.add_person(name="Мать", phones=[number(5)], at=NOW)
    second = actions.add_person(name="Дочь", phones=[number(5)], at=NOW)
    assert first.pk != second.pk
    actions.touch_people({first.pk: NOW})
    assert actions.identify([number(5)], at=NOW) == {number(5): first.pk}
    actions.touch_people({second.pk: NOW + timedelta(hours=1), first.pk: NOW - timedelta(days=1)})
    assert actions.identify([number(5)], at=NOW) == {number(5): second.pk}
    assert Person.objects.get(pk=first.pk).last_contact_at == NOW
    assert [card.id for card in reads.by_phone("8 (916) 000-00-05")] == [second.pk, first.pk]


def test_leads_are_found_by_phone_then_by_mail_and_filled_in():
    (known,) = actions.identify_many([actions.Lead(phone="8 916 000-00-07")], at=NOW)
    lead = actions.Lead(phone=number(7), email="Ivan@Example.org ", name=" Иван  Петров\x00 ")
    again = actions.Lead(email="ivan@example.org", name="Другой")
    assert actions.identify_many([lead, again, lead], at=NOW) == [known] * 3
    assert Person.objects.get(pk=known).name == "Иван Петров"
    assert ContactOwner.objects.filter(person=known).count() == 2
    nameless = actions.identify_many([actions.Lead(name="Без номера")] * 2, at=NOW)
    assert len(set(nameless)) == 2


@pytest.mark.parametrize(
    "typed", ["+7 916 000-00-09", "8 (916) 0000009", "89160000009", "7 916 000 00 09", "9160000009", "+79160000009"]
)
def test_a_number_is_found_as_it_is_typed(typed, django_assert_num_queries):
    actions.add_person(name="Олег", phones=[number(9)], at=NOW)
    with django_assert_num_queries(1):
        assert [card.name for card in reads.by_phone(typed)] == ["Олег"]


def test_a_caller_without_a_name_gets_it_instead_of_a_double(anna):
    found = actions.identify([number(11)], at=NOW)
    person = actions.add_person(name="Олег", phones=["8 916 000 00 11"], responsible=anna, by=anna, at=NOW)
    assert person.pk == found[number(11)]
    assert (person.name, person.entered_at, person.responsible) == ("Олег", NOW, anna)
    assert Fact.objects.filter(kind="person.entered", person_id=person.pk, by_id=anna.pk).count() == 1
