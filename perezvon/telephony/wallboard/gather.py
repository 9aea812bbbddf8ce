"""Reading the board from the database: some ten statements, whoever and however many look at it."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from perezvon.crm import reads as crm
from perezvon.crm.models import Task, TaskKind

from ..actions.directory import Directory, directory
from ..agents import Doing, occupied
from ..models import Alert, Call, CallbackRequest, Provider, Queue
from ..stages import CallLoss
from . import hooks
from .board import Board, Client, Link, Loss, Offer, OpenAlert, Promise, QueueNow, Waiting
from .judge import patience
from .keeping import kept
from .kpi import NOTHING, Tally
from .people import agents, busy, members
from .today import ANSWER_WITHIN, BIN, BINS, QueueKey, Sums, Today
from .usual import Waits, average_cheque, midnight_of, waits, zone

MOST_CALLS, MOST_LOSSES, MOST_PROMISES, MOST_ALERTS = 3_000, 100, 2_000, 30
JUST = timedelta(minutes=10)
OFFERS_KEPT = timedelta(seconds=10)
BEFORE_A_PERSON = (Call.State.NEW, Call.State.IVR, Call.State.QUEUED, Call.State.RINGING)
_LOST = [stage for stage in CallLoss.values if stage != CallLoss.DROPPED_IN_TALK]
_COLUMNS = (
    "provider_id", "direction", "state", "phone", "person__name", "person__responsible_id", "line", "queue", "user_id",
    "department_id", "started_at", "answered_at", "path", "attempts",
)  # fmt: skip


class Gatherer:
    """Keeps what need not be read anew; one per process, used by one thread at a time (``board`` sees to it)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._today = Today()
        self._offers: dict[int, tuple[datetime, tuple[Offer, ...]]] = {}
        self._last: Board | None = None

    def board(self, at: datetime, *, no_older_than: timedelta = timedelta(0)) -> Board:
        """The board at ``at``, or one that is hardly older."""
        with self._lock:
            last = self._last
            if last is None or abs(at - last.at) > no_older_than:
                last = self._last = self._gathered(at)
            return last

    def forget(self) -> None:
        """Begin anew (for tests)."""
        with self._lock:
            self._today, self._offers, self._last = Today(), {}, None

    def _gathered(self, at: datetime) -> Board:
        midnight = midnight_of(at.astimezone(zone()).date())
        rows = Call.objects.live().exclude(direction=Call.Direction.INTERNAL).select_related("person").only(*_COLUMNS)
        calls = list(rows.order_by("started_at", "id")[:MOST_CALLS])
        losses = list(_lost_since(at - JUST))
        book, sums = _book(at), self._today.at(at, midnight)
        waiting = [call for call in calls if call.direction == Call.Direction.IN and call.answered_at is None]
        clients = self._clients([*calls, *losses], {call.person_id for call in [*waiting, *losses]}, at)
        everybody = agents(at, midnight, busy(calls, book), sums, clients)
        by_queue = _with_lasting(sums, calls, midnight, at)
        return Board(
            at, midnight, tuple(_waiting(waiting, clients, book, at)), tuple(everybody), tuple(_queues_now(at, by_queue)),
            _by_department(by_queue), sums.by_slot, _bins(sums, calls, midnight), sums.by_stage,
            tuple(_loss(call, clients[call.pk]) for call in losses), tuple(promises(at)), links(at), open_alerts(at), average_cheque(at),
        )  # fmt: skip

    def _clients(self, calls: Iterable[Call], worth: set[int | None], at: datetime) -> dict[int, Client]:
        people = {pk for pk in worth if pk is not None}
        self._learn_offers(people, at)
        segments = hooks.segments(people) if people else {}
        found = {}
        for call in calls:
            person, pk = call.person, call.person_id or 0
            known = self._offers.get(pk, (at, ()))[1] if pk in people else ()
            found[call.pk] = Client(
                call.person_id, person.name if person else "", call.phone, person.responsible_id if person else None,
                known, segments.get(pk, ()),
            )  # fmt: skip
        return found

    def _learn_offers(self, people: set[int], at: datetime) -> None:
        fresh = {pk: kept for pk, kept in self._offers.items() if at - kept[0] < OFFERS_KEPT}
        asked = people - fresh.keys()
        if asked:
            rows: dict[int, list[Offer]] = defaultdict(list)
            for person, amount, owner, department in crm.open_amounts(asked):
                rows[person].append(Offer(amount, owner, department))
            fresh.update({pk: (at, tuple(rows[pk])) for pk in asked})
        self._offers = fresh


def _lost_since(since: datetime) -> Any:
    rows = Call.objects.filter(ended_at__gte=since, direction=Call.Direction.IN, answered_at=None, stage__in=_LOST)
    return rows.select_related("person").only(*_COLUMNS, "ended_at", "stage").order_by("-ended_at", "-id")[:MOST_LOSSES]


def _loss(call: Call, client: Client) -> Loss:
    assert call.ended_at is not None
    return Loss(call.pk, client, call.stage, call.department_id, (call.provider_id, call.queue), call.ended_at)


@kept(5)
def _book(at: datetime) -> Directory:
    return directory(Provider.objects.filter(is_enabled=True).values_list("pk", flat=True))


@kept(5)
def _queues(at: datetime) -> list[Queue]:
    return list(Queue.objects.filter(provider__is_enabled=True, is_enabled=True).select_related("provider").order_by("name", "pk"))  # fmt: skip


@kept(5)
def links(at: datetime) -> tuple[Link, ...]:
    """The connected exchanges."""
    rows = Provider.objects.filter(is_enabled=True).order_by("pk")
    return tuple(Link(p.pk, p.name, p.department_id, p.kind == "asterisk", p.last_event_at) for p in rows)


@kept(1)
def open_alerts(at: datetime) -> tuple[OpenAlert, ...]:
    """Alerts that somebody was told of and that are not over."""
    rows = (
        Alert.objects.filter(state=Alert.State.OPEN).select_related("rule").order_by("-opened_at", "-id")[:MOST_ALERTS]
    )
    return tuple(
        OpenAlert(
            one.pk, one.kind, _frozen(one.details), one.department_id, one.opened_at or one.since,
            one.rule.is_urgent, one.acknowledged_by_id,
        )
        for one in rows
    )  # fmt: skip


def _frozen(details: dict[str, Any]) -> tuple[tuple[str, object], ...]:
    """The figures as values that can be compared and remembered."""
    return tuple((name, tuple(each) if isinstance(each, list) else each) for name, each in sorted(details.items()))


@kept(5)
def promises(at: datetime) -> list[Promise]:
    """Everybody who waits to be called back."""
    asked = CallbackRequest.objects.open().values_list("call__department_id", "asked_at")[:MOST_PROMISES]
    tasks = Task.objects.open().filter(kind=TaskKind.CALLBACK, origin__gt="", deadline__lte=at)
    late = tasks.order_by("deadline").values_list("department_id", "deadline")[:MOST_PROMISES]
    return [*(Promise(*row, False) for row in asked), *(Promise(*row, True) for row in late)]


def began_at(call: Call) -> datetime:
    """When a client began to wait for a person: in a queue, or as the first telephone rang; else as he dialled."""
    for span in call.path:
        if span["state"] in (Call.State.QUEUED, Call.State.RINGING):
            return datetime.fromisoformat(span["at"])
    return call.started_at


def _waiting(calls: list[Call], clients: Mapping[int, Client], book: Directory, at: datetime) -> Iterable[Waiting]:
    """The longest wait first; places are counted within a queue."""
    known, places = waits(at), defaultdict[QueueKey, int](int)
    for call in sorted(calls, key=began_at):
        queue, began = (call.provider_id, call.queue), began_at(call)
        in_queue = bool(call.queue) and call.state in (Call.State.QUEUED, Call.State.RINGING)
        places[queue] += in_queue
        usual, gives_up = _patience(known, queue, began, at) if in_queue else (None, None)
        yield Waiting(
            call.pk, str(call.state), clients[call.pk], queue, call.line, call.department_id, began,
            places[queue] if in_queue else 0, usual, gives_up, _rung(call, book),
        )  # fmt: skip


def _rung(call: Call, book: Directory) -> tuple[int, ...]:
    return tuple(state.user_id for state in occupied(call, book) if state.state == Doing.RINGING)


def _patience(known: Waits, queue: QueueKey, began: datetime, at: datetime) -> tuple[float | None, datetime | None]:
    sample = known.of(queue)
    left = patience(sample, (at - began).total_seconds())
    return patience(sample, -1), None if left is None else began + timedelta(seconds=left)


def _with_lasting(
    sums: Sums, calls: Iterable[Call], midnight: datetime, at: datetime
) -> dict[tuple[QueueKey, int | None], Tally]:
    """Figures by queue; those who talk already are answered, those who wait are not counted before it is decided."""
    found = dict(sums.by_queue)
    within = {(queue.provider_id, queue.key): queue.answer_within_seconds for queue in _queues(at)}
    for call in calls:
        if call.direction == Call.Direction.IN and call.answered_at is not None and call.started_at >= midnight:
            queue = (call.provider_id, call.queue)
            waited = max(0, int((call.answered_at - began_at(call)).total_seconds()))
            in_time = int(waited <= within.get(queue, ANSWER_WITHIN))
            key = (queue, call.department_id)
            found[key] = found.get(key, NOTHING).plus(Tally(offered=1, answered=1, within=in_time, waited=waited))
    return found


def _by_department(by_queue: Mapping[tuple[QueueKey, int | None], Tally]) -> dict[int | None, Tally]:
    found: dict[int | None, Tally] = defaultdict(lambda: NOTHING)
    for (_queue, department), tally in by_queue.items():
        found[department] = found[department].plus(tally)
    return dict(found)


def _bins(sums: Sums, calls: Iterable[Call], midnight: datetime) -> Any:
    found = sums.by_bin.copy()
    for call in calls:
        if call.direction == Call.Direction.IN and call.started_at >= midnight:
            found[call.department_id, min(BINS - 1, int((call.started_at - midnight) / BIN))] += 1
    return found


def _queues_now(at: datetime, by_queue: Mapping[tuple[QueueKey, int | None], Tally]) -> Iterable[QueueNow]:
    tallies: dict[QueueKey, list[tuple[int | None, Tally]]] = defaultdict(list)
    for (key, department), tally in by_queue.items():
        tallies[key].append((department, tally))
    who: dict[int, list[int]] = defaultdict(list)
    for user, queues in members().items():
        for pk, _skill in queues:
            who[pk].append(user)
    for queue in _queues(at):
        key = (queue.provider_id, queue.key)
        yield QueueNow(
            queue.pk, key, queue.name, queue.department_id, queue.answer_within_seconds, queue.provider.kind == "asterisk",
            tuple(who[queue.pk]), tuple(tallies.pop(key, ())),
        )  # fmt: skip
    for (provider, name), told in sorted(tallies.items()):
        if name:  # the exchange speaks of a queue that nobody has named yet
            yield QueueNow(0, (provider, name), name, None, ANSWER_WITHIN, False, (), tuple(told))


GATHERER = Gatherer()
