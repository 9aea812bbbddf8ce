"""Stepping into calls and leading people: who may, what the exchange is asked, what is written down."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from perezvon.journey.models import Fact
from perezvon.staff import reads
from perezvon.staff.models import Presence
from perezvon.telephony.actions import supervision
from perezvon.telephony.models import Call, Provider, Queue, QueueMember, Supervision
from perezvon.telephony.pbx import control

from ..operator import own_exchange, queue, telephone
from .floor import call, talking

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What the exchange was asked to do."""
    orders: list[tuple[Any, ...]] = []

    def order(name: str, answer: str | None = None) -> Any:
        def carry_out(_provider: Provider, *args: Any, **more: Any) -> str | None:
            orders.append((name, *[getattr(each, "key", each) for each in args], *more.values()))
            return answer

        return carry_out

    for name in ("listen", "whisper", "barge"):
        monkeypatch.setattr(control, name, order(name, "own-1"))
    for name in ("take_over", "move", "transfer", "join_queue", "leave_queue"):
        monkeypatch.setattr(control, name, order(name))
    return orders


@pytest.fixture
def own(noon: datetime, anna: Any, operator: Any, supervisor: Any) -> Provider:
    reads.forget()
    provider = own_exchange(noon)
    for user, number in ((anna, "201"), (operator, "101"), (supervisor, "100")):
        telephone(provider, user, number)
    return provider


@pytest.fixture
def sales_queue(own: Provider, operator: Any, sales: Any) -> Queue:
    made = queue(own, operator)
    made.department = sales
    made.save()
    return made


@pytest.fixture
def talk(own: Provider, sales_queue: Queue, anna: Any, at: datetime) -> Call:
    return talking(own, at, anna, queue=sales_queue)


@pytest.mark.parametrize("way", ["listen", "whisper", "barge"])
def test_a_supervisor_listens_and_it_is_written_down(
    way: str, talk: Call, asked: Any, client_of: Any, supervisor: Any, anna: Any, boris: Any
) -> None:
    answer = client_of(supervisor).post(reverse("telephony:step_in", args=[talk.pk]), {"way": way})
    assert answer.status_code == 302
    assert asked == [(way, "100", talk.key)]
    row = Supervision.objects.get()
    assert (row.way, row.by, row.employee, row.state, row.own_key) == (way, supervisor, anna, "done", "own-1")
    fact = Fact.objects.get(kind="call.supervised")
    assert (fact.owner_id, fact.call_id, fact.by_id) == (anna.pk, talk.pk, supervisor.pk)
    mine = client_of(anna).get(reverse("telephony:supervisions")).content.decode()
    assert supervisor.name in mine  # who was listened to sees it
    assert (
        supervisor.name not in client_of(boris).get(reverse("telephony:supervisions")).content.decode()
        or boris.department == anna.department
    )


def test_the_right_to_listen_is_no_right_to_step_in(
    talk: Call, asked: Any, client_of: Any, admin: Any, operator: Any
) -> None:
    from perezvon.staff.models import Grant, Role
    from perezvon.staff.testing import person

    role = Role.objects.create(key="ears", name="Ears")
    for verb in ("view", "listen"):
        Grant.objects.create(role=role, noun="call", verb=verb, scope="all")
    ears = person("Egor Ears", "ears")
    telephone(talk.provider, ears, "300")
    reads.forget()
    address = reverse("telephony:step_in", args=[talk.pk])
    assert client_of(ears).post(address, {"way": "barge"}).status_code == 404
    assert client_of(ears).post(address, {"way": "take_over"}).status_code == 404
    assert client_of(ears).post(address, {"way": "listen"}).status_code == 302
    assert client_of(operator).post(address, {"way": "listen"}).status_code == 404
    assert client_of(ears).post(address, {"way": "sabotage"}).status_code == 400
    assert [order[0] for order in asked] == ["listen"]


def test_what_the_exchange_refuses_is_said_and_stays_in_the_history(
    talk: Call, client_of: Any, supervisor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_more: Any) -> str:
        raise control.ControlError("The telephone 100 is not connected.")

    monkeypatch.setattr(control, "listen", refuse)
    address = reverse("telephony:step_in", args=[talk.pk])
    answer = client_of(supervisor).post(address, {"way": "listen"}, **HTMX)
    assert (answer.status_code, answer.content.decode()) == (409, "The telephone 100 is not connected.")
    assert (
        client_of(supervisor).post(address, {"way": "listen"}).status_code == 302
    )  # without script: back, with a word
    assert {row.state for row in Supervision.objects.all()} == {"refused"}
    assert not Fact.objects.filter(kind="call.supervised").exists()


def test_nobody_listens_to_himself_or_to_a_call_without_a_talk(
    own: Provider, sales_queue: Queue, supervisor: Any, at: datetime, asked: Any
) -> None:
    with pytest.raises(control.ControlError):
        supervision.listen(talking(own, at, supervisor, queue=sales_queue), by=supervisor, at=at)
    with pytest.raises(control.ControlError):
        supervision.listen(call(own, at, queue=sales_queue), by=supervisor, at=at)
    assert asked == []


def test_a_supervisor_without_a_telephone_there_is_told_so(talk: Call, admin: Any, at: datetime, asked: Any) -> None:
    with pytest.raises(control.ControlError, match="no telephone"):
        supervision.listen(talk, by=admin, at=at)


def test_a_waiting_client_is_led_elsewhere(
    own: Provider, sales_queue: Queue, client_of: Any, supervisor: Any, operator: Any, at: datetime, asked: Any
) -> None:
    other = Queue.objects.create(provider=own, key="vip", name="VIP")
    one, browser = call(own, at, queue=sales_queue), client_of(supervisor)
    address = reverse("telephony:waiting_client", args=[one.pk])
    form = browser.get(address, **HTMX).content.decode()
    assert "VIP" in form and operator.name in form and f'value="queue:{sales_queue.pk}"' not in form
    for to in (f"queue:{other.pk}", f"person:{operator.pk}", "me"):
        assert browser.post(address, {"to": to}).status_code == 302
    assert browser.post(address, {"to": "person:999999"}).status_code == 422
    assert asked == [("move", one.key, "vip"), ("transfer", one.key, "101"), ("take_over", "100", one.key)]
    assert list(Supervision.objects.order_by("id").values_list("way", "to")) == [("move", "VIP"), ("hand", operator.name), ("take_over", "")]  # fmt: skip


def test_a_call_that_is_over_or_not_led_is_not_there(
    own: Provider, sales_queue: Queue, client_of: Any, supervisor: Any, boris: Any, operator: Any, at: datetime
) -> None:
    over = call(own, at, queue=sales_queue, state="ended", stage="L05", ended_at=at)
    foreign = call(own, at)
    assert client_of(supervisor).get(reverse("telephony:waiting_client", args=[over.pk])).status_code == 404
    assert client_of(boris).get(reverse("telephony:waiting_client", args=[foreign.pk])).status_code == 404
    assert client_of(operator).get(reverse("telephony:waiting_client", args=[over.pk])).status_code == 404


def test_queues_and_skill(
    own: Provider, sales_queue: Queue, client_of: Any, supervisor: Any, anna: Any, asked: Any
) -> None:
    browser, address = client_of(supervisor), reverse("telephony:agent_queue", args=[anna.pk])
    for skill in ("7", "9", ""):
        assert browser.post(address, {"queue": sales_queue.pk, "skill": skill}).status_code == 302
    assert browser.post(address, {"queue": sales_queue.pk, "skill": "11"}, **HTMX).status_code == 409
    assert browser.post(address, {"queue": sales_queue.pk, "skill": "x"}).status_code == 400
    assert browser.post(address, {"queue": 0, "skill": "5"}).status_code == 400
    assert asked == [
        ("join_queue", "sales", "201", 7, anna.name), ("join_queue", "sales", "201", 9, anna.name), ("leave_queue", "sales", "201"),
    ]  # fmt: skip
    assert not QueueMember.objects.filter(user=anna).exists()
    assert Fact.objects.filter(kind="queue.changed").count() == 3


def test_an_exchange_that_is_down_takes_the_queues_later(
    own: Provider, sales_queue: Queue, supervisor: Any, anna: Any, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_more: Any) -> None:
        raise control.ControlError("down")

    monkeypatch.setattr(control, "join_queue", refuse)
    with pytest.raises(control.ControlError):
        supervision.put_into_queue(anna, sales_queue, 5, by=supervisor, at=at)
    assert QueueMember.objects.get(user=anna).skill == 5
    assert Supervision.objects.get().state == "refused"


def test_states_of_others(client_of: Any, own: Provider, supervisor: Any, anna: Any, operator: Any) -> None:
    address = reverse("telephony:agent_state", args=[anna.pk])
    assert client_of(supervisor).post(address, {"state": "break:"}).status_code in (302, 400)
    name = next((one.name for one in reads.reasons() if one.state == "break"), "")
    assert client_of(supervisor).post(address, {"state": f"break:{name}"}).status_code == 302
    now = Presence.objects.get(user=anna, until=None)
    assert (now.state, now.reason) == ("break", name)
    assert Supervision.objects.filter(way="state", employee=anna).exists()
    assert client_of(supervisor).post(address, {"state": "break:a word of his own"}).status_code == 400
    assert client_of(operator).post(address, {"state": "available:"}).status_code == 404


def test_the_sheet_shows_what_one_may_do(
    talk: Call, client_of: Any, supervisor: Any, boris: Any, operator: Any, anna: Any, gleb: Any, at: datetime
) -> None:
    address = reverse("telephony:agent", args=[anna.pk])
    page = client_of(supervisor).get(address).content.decode()
    assert 'value="whisper"' in page and 'value="listen"' in page and "Sales" in page
    silent = client_of(supervisor).get(reverse("telephony:agent", args=[boris.pk])).content.decode()
    assert "on the spot" in silent, "the board's word for who never chose a state: he is rung all the same"
    seen = client_of(operator).get(address)  # sees his department's calls only: Anna is not in it
    assert seen.status_code == 404
    assert client_of(gleb).get(address).status_code == 404
    assert 'value="listen"' in client_of(boris).get(address).content.decode()  # heads listen in their department


def test_the_base_wants_to_know_whom_it_was_about(supervisor: Any, at: datetime) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Supervision.objects.create(way="listen", by=supervisor, at=at)


def test_history_is_of_ones_own_people(
    own: Provider,
    sales_queue: Queue,
    talk: Call,
    supervisor: Any,
    boris: Any,
    anna: Any,
    operator: Any,
    at: datetime,
    asked: Any,
) -> None:
    supervision.listen(talk, by=supervisor, at=at)
    supervision.set_state(operator, "break", by=supervisor, at=at + timedelta(seconds=1))
    assert Supervision.objects.visible_to(supervisor).count() == 2
    assert Supervision.objects.visible_to(boris).count() == 1  # of the sales department
    assert Supervision.objects.visible_to(anna).count() == 1
    assert Supervision.objects.visible_to(operator).count() == 1
