"""What the product answers the dialplan, in code and through a real call."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from perezvon.crm.models import ContactOwner, Person
from perezvon.kit import clock
from perezvon.staff.models import WorkCalendar
from perezvon.telephony.models import BlockedNumber, Call, Device, Extension, Line, Provider
from perezvon.telephony.pbx.routing import AHEAD, Answer, answer, hours
from perezvon.telephony.testing_pbx.sipp import Bye

CLIENT, LINE = "+79161234567", "+74951112233"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    hours.forget()


@pytest.fixture
def own(db: Any) -> Provider:
    return Provider.objects.create(
        kind="asterisk", slug="own", name="Own", settings={"own": True}, created_at=clock.now()
    )


@pytest.fixture
def line(own: Provider) -> Line:
    weekly = {str(day): [["00:00", "00:00"]] for day in range(7)}
    calendar = WorkCalendar.objects.create(name="Always", weekly=weekly)
    return Line.objects.create(number=LINE, provider=own, calendar=calendar)


def _client(manager: Any) -> Person:
    from perezvon.crm.actions.people import identify

    at = clock.now()
    pk = identify({CLIENT: at}, at=at, seen={CLIENT: at})[CLIENT]
    Person.objects.filter(pk=pk).update(responsible=manager)
    assert ContactOwner.objects.filter(person=pk).exists()
    return Person.objects.get(pk=pk)


def _ask(own: Provider, at: datetime | None = None) -> Answer:
    return answer(own.pk, LINE, CLIENT[1:], at or clock.now())


def test_nothing_is_known_of_a_stranger(own: Provider) -> None:
    assert _ask(own) == Answer()
    assert Answer().told() == "0///"


def test_open_and_closed_by_the_line_s_calendar(own: Provider, line: Line) -> None:
    assert _ask(own).is_open is True
    WorkCalendar.objects.filter(pk=line.calendar_id).update(weekly={})
    hours.forget()
    assert _ask(own).told() == "0/0//"


def test_a_blocked_caller(own: Provider) -> None:
    at = clock.now()
    BlockedNumber.objects.create(phone=CLIENT, reason="spam", at=at, until=at + timedelta(hours=1))
    assert _ask(own, at).is_blocked
    assert not _ask(own, at + timedelta(hours=2)).is_blocked


def test_the_own_manager_when_he_is_there(own: Provider, anna: Any) -> None:
    _client(anna)
    assert _ask(own).manager == ""
    extension = Extension.objects.create(provider=own, number="201", user=anna)
    assert _ask(own).manager == "", "a number without a telephone is none"
    Device.objects.create(extension=extension, kind="browser", secret="x")
    assert _ask(own).manager == "201"
    for state in ("break", "dnd", "offline", "away"):
        type(anna).objects.filter(pk=anna.pk).update(presence=state)
        assert _ask(own).manager == ""
    type(anna).objects.filter(pk=anna.pk).update(presence="available")
    busy = Call.objects.create(
        provider=own, key="1", user=anna, state="talking", direction="in", started_at=clock.now()
    )
    assert _ask(own).manager == ""
    Call.objects.filter(pk=busy.pk).update(state="ended")
    assert _ask(own).manager == "201"


def test_who_was_lost_just_now_goes_ahead(own: Provider, anna: Any) -> None:
    person, at = _client(anna), clock.now()
    Call.objects.create(
        provider=own,
        key="1",
        person=person,
        state="ended",
        direction="in",
        queue="sales",
        started_at=at - timedelta(minutes=5),
    )
    assert _ask(own, at).priority == AHEAD
    assert _ask(own, at + timedelta(hours=1)).priority == 0


def test_one_statement(own: Provider, line: Line, django_assert_num_queries: Any) -> None:
    _ask(own)
    with django_assert_num_queries(1):
        _ask(own)


@pytest.mark.pbx
@pytest.mark.xdist_group("pbx")
def test_through_a_real_call(exchange: Any, anna: Any) -> None:
    """First to the own manager; when he does not take it, to the queue; a blocked caller to nobody."""
    Line.objects.update(is_sticky=True, sticky_seconds=2)
    from perezvon.telephony.actions.exchange import apply_now

    apply_now(exchange.provider, at=clock.now())
    exchange.telephone("101")
    exchange.telephone("102")
    _client(anna)
    call = exchange.stored(exchange.dial(Bye(after=3), caller=CLIENT))
    assert (call.stage, call.user, call.queue) == ("talked", anna, "")
    exchange.telephone("102", silent=True)
    call = exchange.stored(exchange.dial(Bye(after=6), caller=CLIENT), stage="talked", queue="sales")
    assert [one["extension"] for one in call.attempts] == ["102", "101"]
    BlockedNumber.objects.create(phone=CLIENT, reason="spam", at=clock.now())
    exchange.dial(caller=CLIENT)
    call = exchange.stored(CLIENT, cause="barred")
    assert (call.said, call.attempts) == ([], [])


@pytest.mark.pbx
@pytest.mark.xdist_group("pbx")
def test_a_product_that_is_stuck_holds_nobody_up(exchange: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the question and never answers: after a second the call goes on."""
    import socket

    exchange.telephone("101")
    exchange.deafen()
    with socket.create_server(("127.0.0.1", exchange.lab.node.number("agi_port"))):
        caller = exchange.dial(Bye(after=4))
        key = exchange.lab.key(caller.removeprefix("+"))
        told = exchange.lab.heard.ended(key)
    assert (told.stage, told.extension) == ("talked", "101")
    assert told.wait_seconds <= 3
