"""One box finds people, companies and deals however they are typed, within the reader's rights."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from perezvon.crm import actions, finding, search, vocabulary
from perezvon.crm.models import Company, ContactPoint, Deal, Person
from perezvon.crm.models.party import last_contact
from perezvon.crm.readers import learn_names
from perezvon.crm.typed import typed
from perezvon.journey.models import Fact
from perezvon.kit.clock import now
from perezvon.kit.texts import Folded
from perezvon.staff.models import Grant

pytestmark = pytest.mark.django_db


def add(user: Any, name: str, phone: str = "", email: str = "") -> Person:
    return actions.add_person(name=name, phones=[phone], emails=[email], responsible=user, by=user, at=now())


@pytest.fixture
def family(anna, boris):
    return [
        add(anna, "Семён Королёв", "+79161234567", "s.korolev@mail.ru"),
        add(anna, "Анна Петрова", "+79031112233"),
        add(boris, "Жанна Ёлкина", "+74951112233", "office@elka.example"),
    ]


def names(user: Any, text: str) -> list[str]:
    """What the box finds, checked against the list, which must find the same."""
    found = {one.name for one in finding.people(user, text, 10)}
    listed = {one.name for one in search.people(Person.objects.visible_to(user), user, text)}
    assert found == listed, text
    return sorted(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("королев", ["Семён Королёв"]),
        ("СЕМЕН", ["Семён Королёв"]),
        ("ролё", ["Семён Королёв"]),
        ("королев семен", ["Семён Королёв"]),
        ("ёлк", ["Жанна Ёлкина"]),
        ("анна", ["Анна Петрова", "Жанна Ёлкина"]),
        ("ан", ["Анна Петрова"]),
        ("анна 2233", ["Анна Петрова", "Жанна Ёлкина"]),
        ("анна 903 111", ["Анна Петрова"]),
        ("+7 (916) 123-45-67", ["Семён Королёв"]),
        ("8 916 123 45 67", ["Семён Королёв"]),
        ("9161234567", ["Семён Королёв"]),
        ("8916123", ["Семён Королёв"]),
        ("+7 916 12", ["Семён Королёв"]),
        ("7916", ["Семён Королёв"]),
        ("4567", ["Семён Королёв"]),
        ("12345", ["Семён Королёв"]),
        ("111-22-33", ["Анна Петрова", "Жанна Ёлкина"]),
        ("korolev", ["Семён Королёв"]),
        ("S.Korolev@Mail", ["Семён Королёв"]),
        ("@elka", ["Жанна Ёлкина"]),
        ("office@elka.example", ["Жанна Ёлкина"]),
        ("никто", []),
        ("%", []),
        ("_нна", []),
        ("\\", []),
    ],
)  # fmt: skip
def test_people_by_whatever_is_known_of_them(boris, family, text, expected):
    assert names(boris, text) == expected


def test_nobody_finds_what_he_may_not_see(anna, family):
    assert names(anna, "анна") == ["Анна Петрова"]
    assert names(anna, "@elka") == []
    assert names(anna, "111-22-33") == ["Анна Петрова"]


def test_without_the_right_to_numbers_a_part_of_one_finds_nothing(boris, family):
    Grant.objects.filter(noun="phone").delete()
    boris = type(boris).objects.get(pk=boris.pk)
    assert names(boris, "12345") == []
    assert names(boris, "анна 2233") == []
    assert names(boris, "+79161234567") == ["Семён Королёв"]


def test_who_was_spoken_to_last_comes_first(boris, family):
    for hours, one in enumerate(family):
        Person.objects.filter(pk=one.pk).update(last_contact_at=now() - timedelta(hours=10 - hours))
    add(boris, "Анна Новая")
    assert [one.name for one in finding.people(boris, "анна", 3)] == ["Жанна Ёлкина", "Анна Петрова", "Анна Новая"]


def test_a_number_that_somebody_had_before_does_not_find_him(boris, family):
    owner = family[0].contact_owners.get(point__kind="phone")
    actions.remove_contact(owner, by=boris, at=now())
    assert names(boris, "8916123") == []


def test_companies_by_name_inn_number_and_form(boris):
    one = actions.add_company(
        name="ООО «Зелёные туры»", inn="7701234567", phones=["+74950000001"], responsible=boris, by=boris, at=now()
    )
    for text in ("зеленые", "ТУРЫ", "тур", "7701", "7701234567", "8 495 000-00-01", "зеленых туров"):
        assert finding.companies(boris, text, 5) == [one], text
    for text in ("зеленые", "7701", "8 495 000-00-01"):
        assert list(search.companies(Company.objects.all(), boris, text)) == [one]
    assert finding.companies(boris, "красные", 5) == []


def test_deals_by_number_and_by_words_in_any_form(anna, deal_of):
    deal = deal_of(anna, title="Туры в Турцию на двоих")
    for text in (str(deal.pk), f"№ {deal.pk}", f"#{deal.pk}", "тур", "турция", "турции двоих", "в турц"):
        assert finding.deals(anna, text, 5) == [deal], text
        assert list(search.deals(Deal.objects.all(), text)) == [deal], text
    assert finding.deals(anna, "египет", 5) == []


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("ивонова", "Иванова"),
        ("смиронва", "Смирнова"),
        ("bdfyjdf", "Иванова"),
        ("иванова", ""),
        ("абракадабра", ""),
        ("12", ""),
    ],
)
def test_a_slip_is_mended(db, text, better):
    vocabulary.learn(["Анна Иванова", "Смирнова Ирина"])
    assert vocabulary.meant(text) == better


def test_the_vocabulary_hears_of_new_names(anna):
    add(anna, "Серафима Преображенская")
    learn_names(list(Fact.objects.filter(kind="person.added")))
    assert vocabulary.meant("преображенсквя") == "Преображенская"


def test_the_page_mends_a_slip_and_says_so(client_of, boris, family):
    vocabulary.learn(["Семён Королёв"])
    page = client_of(boris).get(reverse("web:search"), {"q": "каролев"}).content.decode()
    assert "Семён Королёв" in page and "Королев" in page and "каролев" in page
    answer = client_of(boris).get(reverse("web:palette"), {"q": "каролев"}).json()
    assert answer["groups"][0]["items"][0]["title"] == "Семён Королёв"


def test_the_palette_masks_numbers(client_of, boris, family):
    Grant.objects.filter(noun="phone").delete()
    answer = client_of(boris).get(reverse("web:palette"), {"q": "королев"}).json()
    assert "•" in answer["groups"][0]["items"][0]["subtitle"]


def test_indexes_serve_every_reading(boris, family):
    asked = {
        "crm_person_trigrams": Person.objects.filter(search.name_has(("КОРОЛЕВ",))),
        "crm_point_trigrams": ContactPoint.objects.filter(value__contains="elka.ex"),
        "crm_contact_point_once": search.beginning_with(ContactPoint.objects.filter(kind="phone"), "+7916"),
        "crm_deal_words": Deal.objects.filter(search.forms_of(typed("турции"))),
        "crm_person_folded": Person.objects.annotate(by=Folded("name")).order_by("by", "id"),
        "crm_person_contacted": Person.objects.annotate(by=last_contact()).order_by("-by", "-id"),
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        for index, rows in asked.items():
            assert index in rows.explain(), index


@pytest.mark.parametrize(
    ("text", "beginnings"),
    [
        ("8916", ["+7916"]),
        ("+7916", ["+7916"]),
        ("+375 29", ["+37529"]),
        ("916", ["+7916", "+916"]),
        ("375", ["+7375", "+375"]),
    ],
)
def test_how_a_number_may_begin(text, beginnings):
    assert typed(text).beginnings == beginnings
