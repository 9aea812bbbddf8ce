"""Calling back one after another on a real exchange: the client is rung only when the caller of ours is there."""

from typing import Any

import pytest
from django.utils import timezone

from perezvon.crm.models import Task
from perezvon.kit import clock
from perezvon.staff import reads
from perezvon.staff.models import Holiday, WorkCalendar
from perezvon.telephony.models import Dialling
from perezvon.telephony.testing_pbx.sipp import Bye, Listen, Talk
from perezvon.tickets.actions.redial import forget_policies
from perezvon.tickets.models import CallbackTurn, LostCall, RedialPolicy

pytestmark = [pytest.mark.pbx, pytest.mark.xdist_group("pbx")]
EARLY = {str(day): [["03:00", "03:30"]] for day in range(7)}


@pytest.fixture
def exchange(new_exchange: Any, boris: Any) -> Any:
    """Boris leads sales; nobody sleeps, so the story goes at any hour."""
    RedialPolicy.objects.filter(department=None).update(from_time="00:00", to_time="23:59:59.999999")
    forget_policies()
    made = new_exchange()
    made.seat(boris, "101")
    queue = made.queue("sales", boris, department=boris.department, on_nobody="hangup")
    made.line(f"queue:{queue.pk}", department=boris.department)
    made.open()
    return made


def waiting_client() -> str:
    """The number of the client whose turn it is."""
    task = Task.objects.get(pk=CallbackTurn.objects.get().task_id)
    found: str = LostCall.objects.get(ticket=task.ticket_id).person.contact_owners.get().point.value
    return found


def test_the_list_is_called_one_by_one(exchange: Any, boris: Any, client_of: Any, drain: Any) -> None:
    first = exchange.stored(exchange.dial()).phone  # nobody's telephone is there
    second = exchange.stored(exchange.dial()).phone
    drain(at=clock.now())
    page, address = client_of(boris), "/tickets/calling/"
    exchange.telephone("101", refuse="486 Busy Here")
    page.post(f"{address}turn/")
    assert waiting_client() == first
    page.post(f"{address}dial/")
    exchange.until(lambda: exchange.rung("101"))
    exchange.stored(first, key=Dialling.objects.get().call_key, direction="out")
    assert not exchange.rung("trunk-carrier"), "he was not there, so the client was not disturbed"
    page.post(f"{address}return/")

    exchange.telephone("101", Listen(20))
    exchange.lab.carrier(exchange.carrier_port, Talk(), Bye(after=3))
    page.post(f"{address}turn/")
    page.post(f"{address}dial/")
    talk = exchange.stored(first, direction="out", stage="talked")
    assert (talk.user, exchange.rung("trunk-carrier")) == (boris, 1)
    drain(at=clock.now())
    page.post(f"{address}outcome/", {"kind": "reached", "text": "Comes on Monday"})
    assert waiting_client() == second, "the next one follows"

    exchange.lab.sipp.stop(exchange.lab.sipp.running[-1])
    exchange.lab.carrier(exchange.carrier_port, refuse="486 Busy Here")
    WorkCalendar.objects.update(weekly=EARLY)
    Holiday.objects.all().delete()
    reads.forget()
    page.post(f"{address}dial/")
    exchange.stored(second, direction="out")
    drain(at=clock.now())
    page.post(f"{address}outcome/", {"kind": "no_answer", "stop": "1"})
    lost = LostCall.objects.get(person__contact_owners__point__value=second)
    task = Task.objects.open().get(ticket_id=lost.ticket_id)
    assert (lost.state, lost.attempts) == ("waiting", 1), "what the exchange saw is not counted twice"
    assert timezone.localtime(task.deadline).hour == 3, "called again when we work"
    page.post(f"{address}turn/")
    assert not CallbackTurn.objects.exists(), "and not before"
    assert exchange.rung("trunk-carrier") == 2
