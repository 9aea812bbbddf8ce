"""Moving in from amoCRM and Bitrix24, from the door to taking it back; their pages come from a server of our own."""

from decimal import Decimal

import pytest
from django.urls import reverse

from perezvon.crm import actions
from perezvon.crm.actions import imports, relocation
from perezvon.crm.foreign import contract
from perezvon.crm.models import Company, Deal, Import, OuterKey, Person, Pipeline, Relocation, StageTransition
from perezvon.journey.models import Fact
from perezvon.kit.clock import now

from .other_crms import TOKEN, served

pytestmark = pytest.mark.django_db
NOW = now()


@pytest.fixture
def crm(settings, tmp_path, monkeypatch):
    settings.HOME = tmp_path / "home"
    with served() as running:
        settings.PRIVATE_HOSTS = {running.host}
        monkeypatch.setattr(contract.System.__init__, "__defaults__", (lambda _seconds: None,))
        yield running


def from_amo(crm, by) -> Relocation:
    return relocation.begin("amocrm", f"http://{crm.host}", TOKEN, by=by, at=NOW)


def from_bitrix(crm, by) -> Relocation:
    return relocation.begin("bitrix24", "", f"http://{crm.host}/rest/1/secret/", by=by, at=NOW)


def fetched(one: Relocation, by) -> Relocation:
    relocation.choose(one, users=one.plan["users"], to=one.plan["pipelines"], by=by, at=NOW)
    while relocation.work(NOW):
        pass
    one.refresh_from_db()
    return one


def walk() -> None:
    while imports.work(NOW):
        pass


def brought(one: Relocation) -> None:
    walk()
    relocation.bring_all(one)
    walk()


def test_amocrm_moves_in_whole(crm, boris, anna):
    anna.email = "anna@veter.example"
    anna.save()
    one = from_amo(crm, boris)
    assert (one.plan["users"]["11"], one.plan["users"]["12"], one.plan["pipelines"]) == (anna.pk, 0, {"501": 0})
    one = fetched(one, boris)
    assert {kind: each["rows"] for kind, each in one.places.items()} == {
        "moves": 1,
        "companies": 1,
        "people": 3,
        "deals": 4,
    }
    brought(one)
    assert [(each.what, each.state, each.added, each.bad) for each in one.imports.order_by("id")] == [
        ("companies", "done", 1, 0), ("people", "done", 3, 0), ("deals", "done", 4, 0),
    ]  # fmt: skip
    ivan = Person.objects.get(name="Иван Петров")
    assert {owner.point.value for owner in ivan.contact_owners.all()} == {"+79030000021", "ivan@client.example"}
    assert (ivan.company.name, ivan.responsible, ivan.comment, ivan.created_at.year) == (
        "Ромашка",
        anna,
        "Паспорт: есть",
        2023,
    )
    assert [row.tag.name for row in ivan.tagged.all()] == ["море"]
    assert Person.objects.get(name="Кривой номер").comment == "12"
    turkey, egypt, crimea, nobody = (Deal.objects.get(title=title) for title in ("Турция", "Египет", "Крым", "Ничья"))
    assert (turkey.pipeline.name, turkey.stage.name, turkey.amount, turkey.person, turkey.status) == (
        "Туры", "Договор", Decimal(150000), ivan, "open",
    )  # fmt: skip
    path = turkey.transitions.order_by("at").values_list("to_stage__name", "at", "seconds")
    assert [(name, int(at.timestamp()), seconds) for name, at, seconds in path] == [
        ("Первый контакт", 1710000000, 0), ("Договор", 1711000000, 1000000),
    ]  # fmt: skip
    assert (egypt.status, egypt.closed_at.timestamp(), egypt.person.name) == ("won", 1715000000, "Без номера")
    assert (crimea.status, crimea.outcome.reason.name, crimea.stage.name) == (
        "lost",
        "Дорого",
        "Закрыто и не реализовано",
    )
    assert nobody.person.name == "Ничья"
    assert list(Pipeline.objects.get(name="Туры").stages.values_list("kind", flat=True)) == [
        "open",
        "open",
        "open",
        "won",
        "lost",
    ]


def test_what_changed_there_is_fetched_again_and_nothing_is_doubled(crm, boris):
    one = fetched(from_amo(crm, boris), boris)
    brought(one)
    leads = crm.amo["leads", "1"]["_embedded"]["leads"]
    leads[0] |= {"status_id": 142, "closed_at": 1760000000, "price": 160000}
    crm.amo["contacts", "1"]["_embedded"]["contacts"][1]["name"] = "Уже с именем"
    more = relocation.again(one, by=boris, at=NOW)
    while relocation.work(NOW):
        pass
    assert any("filter[updated_at][from]" in query for path, query in crm.asked if path == "/api/v4/leads")
    brought(more)
    assert (Person.objects.count(), Deal.objects.count(), Company.objects.count()) == (4, 4, 1)
    turkey = Deal.objects.get(title="Турция")
    assert (turkey.status, turkey.amount) == ("won", Decimal(160000))
    assert Person.objects.filter(name="Уже с именем").exists()


def test_all_of_it_is_taken_back_and_what_was_worked_with_stays(crm, boris):
    one = fetched(from_amo(crm, boris), boris)
    brought(one)
    kept = Deal.objects.get(title="Египет")
    actions.add_note(kept, "позвонить весной", by=boris, at=NOW)
    assert relocation.take_back(one, by=boris, at=NOW) == 3
    walk()
    assert list(Deal.objects.values_list("title", flat=True)) == ["Египет"]
    assert list(Person.objects.values_list("name", flat=True)) == ["Без номера"]
    assert not Company.objects.exists()
    assert StageTransition.objects.exclude(deal=kept).count() == 0
    assert Fact.objects.filter(kind="deal.removed").count() == 3
    assert OuterKey.objects.count() == 2


def test_bitrix24_moves_in_by_pages_of_ids(crm, boris):
    one = fetched(from_bitrix(crm, boris), boris)
    assert "secret" not in one.address and b"secret" not in bytes(one.secret)
    asked = [told["filter"][">ID"] for method, told in crm.asked if method == "crm.contact.list"]
    assert asked == [0, 100]
    brought(one)
    assert Person.objects.count() == 61
    first = Person.objects.get(name="Клиент51 Пётр")
    assert (first.comment, first.contact_owners.get().point.value) == ("любит\nморе", "+79030000051")
    lost = Deal.objects.get(title="Отказ")
    assert list(lost.transitions.order_by("at").values_list("to_stage__name", flat=True)) == [
        "Новая",
        "Сделка провалена",
    ]
    deals = {deal.title: (deal.status, deal.amount) for deal in Deal.objects.all()}
    assert deals == {"Отпуск": ("open", Decimal(70000)), "Отказ": ("lost", Decimal("1.50"))}


def test_a_limit_is_waited_for_and_a_stop_in_the_middle_repeats_nothing(crm, boris, monkeypatch):
    one = from_amo(crm, boris)
    relocation.choose(one, users={}, to={}, by=boris, at=NOW)
    crm.refuse = [429, 503]
    assert relocation.work(NOW)
    written = relocation._write
    monkeypatch.setattr(relocation, "_write", lambda *told: (written(*told), 1 / 0))
    with pytest.raises(ZeroDivisionError):
        relocation.work(NOW)
    monkeypatch.setattr(relocation, "_write", written)
    while relocation.work(NOW):
        pass
    brought(one)
    assert (Person.objects.count(), Deal.objects.count()) == (4, 4)


def test_a_dead_server_is_tried_later_and_a_wrong_token_stops(crm, boris):
    with pytest.raises(relocation.NotLetIn):
        relocation.begin("amocrm", f"http://{crm.host}", "wrong", by=boris, at=NOW)
    for address in ("http://169.254.169.254", "ftp://x.example", "https://localhost", ""):
        with pytest.raises(relocation.NotReached):
            relocation.begin("amocrm", address, TOKEN, by=boris, at=NOW)
    one = from_amo(crm, boris)
    relocation.choose(one, users={}, to={}, by=boris, at=NOW)
    crm.refuse = [503] * contract.TRIES
    relocation.work(NOW)
    one.refresh_from_db()
    assert (one.state, one.failures) == ("fetching", 1) and one.next_at > NOW
    assert relocation.work(NOW) == 0
    crm.refuse = [401]
    Relocation.objects.update(next_at=None)
    relocation.work(NOW)
    one.refresh_from_db()
    assert one.state == "failed" and TOKEN not in one.error
    relocation.retry(one)
    assert relocation.work(NOW)


def test_the_pages_lead_through_it(crm, client_of, boris, anna):
    client = client_of(boris)
    start = reverse("crm:relocations")
    assert client.post(start, {"system": "amocrm", "token": TOKEN}).status_code == 422
    door = {"system": "amocrm", "address": f"http://{crm.host}", "token": TOKEN}
    assert client.post(start, door).status_code == 302
    one = Relocation.objects.get()
    page = reverse("crm:relocation", args=[one.pk])
    shown = client.get(page).content.decode()
    assert "Туры" in shown and "Бывший" in shown and TOKEN not in shown
    assert client.post(page, {"pipeline_501": "0", "user_11": str(boris.pk), "user_12": "0"}).status_code == 302
    while relocation.work(NOW):
        pass
    walk()
    assert client.get(page).status_code == 200
    client.post(reverse("crm:relocation-bring", args=[one.pk]))
    walk()
    assert Deal.objects.filter(responsible=boris).count() == 4
    assert "Take everything back" in client.get(page).content.decode()
    assert client_of(anna).get(page).status_code in (403, 404)
    client.post(reverse("crm:relocation-undo", args=[one.pk]))
    walk()
    assert not Deal.objects.exists()
    assert set(Import.objects.values_list("state", flat=True)) == {"undone"}
