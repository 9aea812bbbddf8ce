"""Who is calling: known, shared, unknown, hidden; seen by whom; made a client in one press."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from perezvon.crm.actions.deals import open_deal
from perezvon.crm.actions.people import add_person, identify
from perezvon.crm.models import ContactOwner, Person
from perezvon.journey.models import Fact
from perezvon.staff.models import Grant, Role
from perezvon.staff.testing import person
from perezvon.telephony.models import Call, Provider

from .conftest import CLIENT
from .operator import own_exchange, ringing, talked, telephone

HTMX = {"headers": {"HX-Request": "true"}}
SPOKEN = "123-45-67"


@pytest.fixture
def own(noon: datetime, anna: Any) -> Provider:
    provider = own_exchange(noon)
    telephone(provider, anna, "101")
    return provider


def pop(client: Any, which: object) -> Any:
    return client.get(reverse("telephony:pop"), {"call": which}, **HTMX)


def test_a_known_client_with_his_deal_and_the_last_talk(
    own: Provider, anna: Any, client_of: Any, noon: datetime
) -> None:
    ivan = add_person(name="Ivan Client", phones=[CLIENT], responsible=anna, by=anna, at=noon)
    open_deal(person=ivan, title="Tour to Egypt", amount=90_000, responsible=anna, by=anna, at=noon)
    talked(own, "101", anna, noon - timedelta(days=2), person=ivan)
    call = ringing(own, "101", noon, person=ivan)
    for which in (call.pk, call.key):
        page = pop(client_of(anna), which).content.decode()
        for words in (
            "Ivan Client",
            "Tour to Egypt",
            "90\u00a0000",
            "Anna Petrova",
            'data-title="Ivan Client"',
            SPOKEN,
        ):
            assert words in page


def test_nothing_is_told_before_the_call_is_known_or_to_somebody_else(
    own: Provider, anna: Any, gleb: Any, client_of: Any, noon: datetime
) -> None:
    assert pop(client_of(anna), "node1-77.1").status_code == 204
    assert pop(client_of(anna), "").status_code == 204
    call = ringing(own, "101", noon)
    assert pop(client_of(gleb), call.pk).status_code == 204
    assert client_of(None).get(reverse("telephony:pop"), {"call": call.pk}).status_code == 302


def test_a_client_of_a_colleague_is_not_named_but_the_colleague_is(
    own: Provider, anna: Any, boris: Any, client_of: Any, noon: datetime
) -> None:
    his = add_person(name="Secret Client", phones=[CLIENT], responsible=boris, by=boris, at=noon)
    page = pop(client_of(anna), ringing(own, "101", noon, person=his).pk).content.decode()
    assert "Secret Client" not in page and "Boris Orlov" in page
    assert 'data-title="A client of another employee"' in page


def test_a_shared_number_asks_who_it_is(own: Provider, anna: Any, client_of: Any, noon: datetime) -> None:
    husband = add_person(name="Ivan Client", phones=[CLIENT], responsible=anna, by=anna, at=noon)
    wife = add_person(name="Olga Client", phones=[CLIENT], responsible=anna, by=anna, at=noon)
    call = ringing(own, "101", noon, person=husband)
    page = pop(client_of(anna), call.pk).content.decode()
    assert "Ivan Client" in page and "Olga Client" in page and 'data-title=""' in page
    chosen = client_of(anna).post(reverse("telephony:client", args=[call.pk]), {"person": wife.pk}, **HTMX)
    assert chosen.status_code == 200
    assert Call.objects.get(pk=call.pk).person == wife
    assert Fact.objects.get(kind="call.recognised").person_id == wife.pk
    assert ContactOwner.objects.present().filter(point__value=CLIENT).count() == 2


def test_numbers_are_masked_for_who_may_not_see_them(own: Provider, sales: Any, client_of: Any, noon: datetime) -> None:
    Role.objects.create(key="blind", name="blind")
    Grant.objects.create(role=Role.objects.get(key="blind"), noun="call", verb="view", scope="own")
    blind = person("Blind Seller", "blind", department=sales)
    telephone(own, blind, "102")
    page = pop(client_of(blind), ringing(own, "102", noon).pk).content.decode()
    assert SPOKEN not in page and CLIENT[2:] not in page and "•" in page


class TestUnknown:
    @pytest.fixture
    def call(self, own: Provider, noon: datetime) -> Call:
        nameless = identify({CLIENT: noon}, at=noon, seen={CLIENT: noon})
        return ringing(own, "101", noon, person_id=nameless[CLIENT])

    def test_is_offered_to_become_a_client(self, call: Call, anna: Any, client_of: Any) -> None:
        page = pop(client_of(anna), call.pk).content.decode()
        assert reverse("telephony:candidates", args=[call.pk]) in page
        assert page.count(SPOKEN) == 1, "one line: the number, and whose it is"
        assert "Unknown caller" not in page, "the head of the call says so"

    def test_becomes_one_in_one_press(self, call: Call, anna: Any, client_of: Any) -> None:
        made = client_of(anna).post(reverse("telephony:client", args=[call.pk]), {"name": " Petr  New "}, **HTMX)
        assert "Petr New" in made.content.decode()
        petr = Person.objects.get(name="Petr New")
        assert (petr.pk, petr.responsible) == (call.person_id, anna)  # the nameless card got the name: no double
        assert Fact.objects.filter(kind="person.entered", person_id=petr.pk).exists()

    def test_is_found_while_typing_and_takes_the_number(
        self, call: Call, anna: Any, boris: Any, client_of: Any, noon: datetime
    ) -> None:
        known = add_person(name="Maria Known", phones=["+79160000001"], responsible=anna, by=anna, at=noon)
        add_person(name="Maria Hidden", phones=["+79160000002"], responsible=boris, by=boris, at=noon)
        browser = client_of(anna)
        found = browser.get(reverse("telephony:candidates", args=[call.pk]), {"q": "mari"}, **HTMX).content.decode()
        assert "Maria Known" in found and "Maria Hidden" not in found and "New client “mari”" in found
        by_number = browser.get(reverse("telephony:candidates", args=[call.pk]), {"q": "8 916 000-00-01"}, **HTMX)
        assert "Maria Known" in by_number.content.decode()
        stranger = call.person
        browser.post(reverse("telephony:client", args=[call.pk]), {"person": known.pk}, **HTMX)
        owners = ContactOwner.objects.present().filter(point__value=CLIENT)
        assert [owner.person for owner in owners] == [known]
        assert Call.objects.get(pk=call.pk).person == known
        fact = Fact.objects.get(kind="call.recognised")
        assert (fact.person_id, fact.details["was"]) == (known.pk, stranger.pk)

    def test_anothers_client_cannot_be_named(
        self, call: Call, anna: Any, boris: Any, client_of: Any, noon: datetime
    ) -> None:
        his = add_person(name="Not Mine", responsible=boris, by=boris, at=noon)
        answer = client_of(anna).post(reverse("telephony:client", args=[call.pk]), {"person": his.pk}, **HTMX)
        assert answer.status_code == 404
        empty = client_of(anna).post(reverse("telephony:client", args=[call.pk]), {"name": "  "}, **HTMX)
        assert empty.status_code == 404

    def test_works_without_script(self, call: Call, anna: Any, client_of: Any) -> None:
        browser = client_of(anna)
        assert browser.get(reverse("telephony:pop"), {"call": call.pk}).status_code == 200
        page = browser.get(reverse("telephony:candidates", args=[call.pk]), {"q": "Petr"}).content.decode()
        assert "<html" in page and 'value="Petr"' in page
        answer = browser.post(reverse("telephony:client", args=[call.pk]), {"name": "Petr"})
        assert answer["Location"] == reverse("crm:person", args=[call.person_id])


def test_calls_at_my_telephone_now(own: Provider, anna: Any, boris: Any, client_of: Any, noon: datetime) -> None:
    telephone(own, boris, "102", "desk")
    ringing(own, "102", noon, phone="+79165550000")
    elsewhere = {
        "attempts": [
            {"extension": "102", "leg": "l1", "at": noon.isoformat(), "until": noon.isoformat(), "cause": "no_answer"}
        ]
    }
    ringing(own, "102", noon, phone="+79165550001", **elsewhere)
    page = client_of(boris).get(reverse("telephony:now"), **HTMX).content.decode()
    assert "555-00-00" in page and "555-00-01" not in page
    assert client_of(anna).get(reverse("telephony:now"), **HTMX).content.decode().strip() == ""
    assert "Nobody calls you now" in client_of(anna).get(reverse("telephony:now")).content.decode()
