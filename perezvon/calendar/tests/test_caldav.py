"""Calendars at other services, against a real Radicale: both ways, conflicts by field, deletions, repeating events."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from perezvon.calendar import actions
from perezvon.calendar.caldav import Client, Collection, Conflict, DavError
from perezvon.calendar.models import CalendarAccount, CalendarLink, OutsideEvent, SyncRun
from perezvon.calendar.secrets import opened
from perezvon.crm import actions as crm
from perezvon.crm.models import Task
from perezvon.staff.models import Notice

from .radicale import LOGIN, PASSWORD, Server, radicale

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TOMORROW = AT + timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with radicale(Path(tmp_path_factory.mktemp("radicale"))) as running:
        yield running


@pytest.fixture
def calendar(server, request, settings) -> str:
    settings.PRIVATE_HOSTS = frozenset({server.place})
    return server.add_calendar(f"c{abs(hash(request.node.name)) % 10**8}")


@pytest.fixture
def account(anna, server, calendar) -> CalendarAccount:
    return actions.connect(
        anna, service="other", url=server.url, login=LOGIN, password=PASSWORD, calendar=Collection(calendar, "Мой"),
        with_names=True, at=AT,
    )  # fmt: skip


def look(account, at=AT) -> SyncRun:
    account = CalendarAccount.objects.select_related("user").get(pk=account.pk)
    run = actions.sync(account, at=at)
    assert not run.error, run.error
    return run


def meeting(user, title="Встреча", **fields) -> Task:
    fields = {"starts_at": TOMORROW, "ends_at": TOMORROW + HOUR, "deadline": TOMORROW + HOUR, **fields}
    return crm.set_task(kind="meeting", title=title, by=user, at=AT, **fields)


def test_a_task_goes_there_once_and_follows_what_happens_here(anna, account, server):
    task = meeting(anna)
    assert look(account).pushed == 1 and look(account).pushed == 0
    path = CalendarLink.objects.get().href
    assert "DTSTART:20261125T090000Z" in server.text(path) and "SUMMARY:Встреча" in server.text(path)
    crm.set_slot(task, TOMORROW + HOUR, TOMORROW + 2 * HOUR, by=anna, at=AT)
    look(account)
    assert "DTSTART:20261125T100000Z" in server.text(path)
    crm.complete_task(task, result="Да", by=anna, at=AT)
    look(account)
    assert "SUMMARY:✓ Встреча" in server.text(path) and "TRANSP:TRANSPARENT" in server.text(path)


def test_a_move_there_is_a_move_here_and_time_wins_there_words_here(anna, account, server):
    task = meeting(anna)
    look(account)
    path = CalendarLink.objects.get().href
    server.replace(path, "DTSTART:20261125T090000Z", "DTSTART:20261125T070000Z")
    crm.set_slot(task, TOMORROW + 3 * HOUR, TOMORROW + 4 * HOUR, by=anna, at=AT)  # meanwhile, here
    Task.objects.filter(pk=task.pk).update(title="Встреча с подписанием")
    run = look(account)
    task.refresh_from_db()
    assert (run.changed, task.starts_at, task.ends_at) == (1, TOMORROW - 2 * HOUR, TOMORROW + HOUR)
    look(account)
    assert "SUMMARY:Встреча с подписанием" in server.text(path) and "DTSTART:20261125T070000Z" in server.text(path)


def test_a_hard_deadline_is_not_pushed_out_from_there(anna, boris, account, server):
    task = meeting(anna, responsible=anna, is_hard=True)
    Task.objects.filter(pk=task.pk).update(created_by=boris)
    look(account)
    path = CalendarLink.objects.get().href
    server.replace(path, "DTEND:20261125T100000Z", "DTEND:20261125T150000Z")
    look(account)
    task.refresh_from_db()
    assert task.ends_at == TOMORROW + HOUR and "DTEND:20261125T100000Z" in server.text(path)
    assert Notice.objects.get(kind="calendar.refused").title == "It stays where it was: Встреча"


@pytest.mark.parametrize(("what", "is_there", "has_slot", "lives"), [
    ("again", True, True, True), ("off", False, True, True), ("slot", False, False, True), ("cancel", False, False, False),
])  # fmt: skip
def test_a_deletion_there_asks_here(what, is_there, has_slot, lives, anna, account, server, client_of):
    task = meeting(anna)
    look(account)
    link = CalendarLink.objects.get()
    server.ask("DELETE", link.href)
    look(account)
    task.refresh_from_db()
    assert task.starts_at and Notice.objects.filter(kind="calendar.gone").count() == 1
    assert look(account).pushed == 0  # nothing happens before the answer
    page = client_of(anna).get(f"/calendar/accounts/{account.pk}/")
    assert "Put it there again" in page.content.decode()
    assert client_of(anna).post(f"/calendar/gone/{link.pk}/", {"what": what}).status_code == 302
    look(account)
    assert bool(server.text(link.href)) == is_there
    left = Task.objects.filter(pk=task.pk).first()
    assert (left is not None, bool(left and left.starts_at)) == (lives, has_slot)


def test_what_goes_to_a_colleague_or_is_taken_back_goes_away_there(anna, operator, account, server):
    handed, cancelled = meeting(anna), meeting(anna, "Другая")
    look(account)
    paths = [link.href for link in CalendarLink.objects.all()]
    crm.hand_task(handed, operator.pk, at=AT)
    crm.cancel_task(cancelled, at=AT)
    look(account)
    assert [server.text(path) for path in paths] == ["", ""] and not CalendarLink.objects.exists()


def test_ones_own_events_make_one_busy_and_nobody_else_reads_them(anna, boris, account, server, calendar, client_of):
    path = calendar.removeprefix(server.url)
    server.put(
        f"{path}dentist.ics", "SUMMARY:Зубной", "DTSTART;TZID=Europe/Moscow:20261125T150000", "DURATION:PT1H",
        "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE;TZID=Europe/Moscow:20261202T150000",
    )  # fmt: skip
    server.put(
        f"{path}free.ics", "SUMMARY:День рождения", "DTSTART;VALUE=DATE:20261126", "TRANSP:TRANSPARENT", uid="b@phone"
    )
    server.put(f"{path}often.ics", "SUMMARY:Тик", "DTSTART:20261127T090000Z", "RRULE:FREQ=SECONDLY", uid="c@phone")
    look(account)
    rows = OutsideEvent.objects.filter(title="Зубной").order_by("starts_at")
    assert [f"{row.starts_at:%d.%m %H:%M}" for row in rows] == ["25.11 12:00", "09.12 12:00"]
    assert (
        OutsideEvent.objects.filter(title="Тик").count() == 1
        and not OutsideEvent.objects.filter(title__contains="рожд").exists()
    )
    address = f"/calendar/?view=day&day=2026-11-25&who={anna.pk}"
    assert "Зубной" in client_of(anna).get(address).content.decode()
    others = client_of(boris).get(address).content.decode()
    assert "Зубной" not in others and "15:00–16:00</span> busy" in others
    server.ask("DELETE", f"{path}dentist.ics")
    look(account)
    assert not OutsideEvent.objects.filter(title="Зубной").exists()


def test_a_repeating_event_comes_into_sight_as_time_goes_on(anna, account, server, calendar):
    path = calendar.removeprefix(server.url)
    server.put(
        f"{path}weekly.ics", "SUMMARY:Спорт", "DTSTART:20261125T150000Z", "DTEND:20261125T160000Z", "RRULE:FREQ=WEEKLY"
    )
    look(account)
    last = OutsideEvent.objects.latest("starts_at").starts_at
    look(account, at=AT + timedelta(days=60))
    assert OutsideEvent.objects.latest("starts_at").starts_at > last


def test_a_token_that_is_forgotten_and_a_server_without_tokens_are_read_whole(anna, account, server, calendar):
    meeting(anna)
    look(account)
    CalendarAccount.objects.filter(pk=account.pk).update(sync_token="http://radicale.org/ns/sync/0000")
    assert look(account).error == "" and CalendarLink.objects.get().gone_at is None
    client = Client(server.url, LOGIN, PASSWORD)
    client._since = _refuses  # type: ignore[method-assign]
    changes = client.changes(calendar, "")
    assert changes.is_whole and list(changes.tags) == [CalendarLink.objects.get().href]


def _refuses(calendar: str, token: str) -> None:
    raise DavError("no such report", status=501)


def test_writing_on_condition_refuses_what_was_changed_meanwhile(anna, account, server):
    meeting(anna)
    look(account)
    link, client = CalendarLink.objects.get(), Client(server.url, LOGIN, PASSWORD)
    with pytest.raises(Conflict):
        client.put(link.href, server.text(link.href).encode(), '"another"')
    with pytest.raises(Conflict):
        client.put(link.href, server.text(link.href).encode(), None)


def test_a_calendar_is_found_chosen_and_its_password_kept_sealed(anna, boris, server, calendar, client_of):
    form = {"service": "other", "url": server.url, "login": LOGIN, "password": PASSWORD, "with_names": "on"}
    wrong = client_of(anna).post("/calendar/accounts/add/", {**form, "password": "no"})
    assert wrong.status_code == 422 and "password is wrong" in wrong.content.decode()
    other = server.add_calendar("another")
    asked = client_of(anna).post("/calendar/accounts/add/", form)
    assert asked.status_code == 422 and other in asked.content.decode()
    assert PASSWORD not in asked.content.decode()  # it comes back sealed
    again = {**form, "calendar": other, "password": "", "sealed": asked.context["form"]["sealed"].value()}
    assert client_of(boris).post("/calendar/accounts/add/", again).status_code == 422
    assert client_of(anna).post("/calendar/accounts/add/", again).status_code == 302
    account = CalendarAccount.objects.get()
    assert PASSWORD.encode() not in bytes(account.secret) and opened(account.secret, anna.pk) == PASSWORD
    with pytest.raises(ValueError):
        opened(account.secret, boris.pk)
    page = client_of(anna).get(f"/calendar/accounts/{account.pk}/")
    assert page.status_code == 200 and PASSWORD not in page.content.decode()
    assert client_of(boris).get(f"/calendar/accounts/{account.pk}/").status_code == 404


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/", "https://169.254.169.254/dav/", "https://[::1]/", "http://10.0.0.1/"]
)
def test_an_address_inside_our_network_is_not_asked(url, anna, client_of):
    form = {"service": "other", "url": url, "login": LOGIN, "password": PASSWORD}
    answer = client_of(anna).post("/calendar/accounts/add/", form)
    assert answer.status_code == 422 and not CalendarAccount.objects.exists()


def test_a_failure_is_tried_again_later_and_a_wrong_password_stops_it(anna, account, settings):
    one = CalendarAccount.objects.select_related("user").get()
    settings.PRIVATE_HOSTS = frozenset()
    assert actions.sync(one, at=AT).error
    one = CalendarAccount.objects.select_related("user").get()
    assert (one.failures, one.next_at, one.is_paused) == (1, AT + timedelta(minutes=10), False)


def test_a_wrong_password_stops_it_and_another_goes_on(anna, account, client_of):
    actions.renew(account, "wrong", at=AT)
    one = CalendarAccount.objects.select_related("user").get()
    assert actions.sync(one, at=AT).error
    assert CalendarAccount.objects.get().is_paused and Notice.objects.filter(kind="calendar.failed").count() == 1
    client_of(anna).post(f"/calendar/accounts/{account.pk}/password/", {"password": PASSWORD})
    look(account)
    assert not CalendarAccount.objects.get().is_paused
