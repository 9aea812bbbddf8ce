"""Clients who asked to be called back: they keep their place in the queue, and are rung when it is their turn.

On an exchange of our own a stand-in waits in the queue at the client's place (pbx.control.keep_place); when an employee
has taken it the client is rung, so nobody is called before somebody is there to talk. Whoever reaches the client first,
the stand-in or a person with the callback task, ends the promise for both.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from perezvon.staff.reads import calendar_of

from ..canonical import IN, QUEUED
from ..models import Call, CallbackRequest, Provider, Queue
from ..pbx import control, nodes
from ..stages import EMPLOYEE_CAUSES, TALKED, Cause

log = logging.getLogger(__name__)

MOST_TRIES = 3  # rings of one client who does not answer; people go on with the task
PAUSE = timedelta(minutes=10)  # after he did not answer
SOON = timedelta(minutes=1)  # after the stand-in left the queue without anybody having taken it
LONGEST = timedelta(hours=48)  # a promise that old is left to people
LEASE = timedelta(minutes=2)
UNANSWERED = (*EMPLOYEE_CAUSES, Cause.MACHINE, Cause.INVALID_NUMBER)  # the client was rung in vain
State = CallbackRequest.State


@transaction.atomic
def note_promises(call_ids: Iterable[int]) -> list[CallbackRequest]:
    """Make a row for every client who asked to be called back; one who waits already waits once."""
    calls = Call.objects.filter(pk__in=list(call_ids), promised_at__isnull=False).exclude(phone="")
    new = [_request(call) for call in calls.select_related("provider").order_by("started_at", "pk")]
    return CallbackRequest.objects.bulk_create(new, ignore_conflicts=True) if new else []


def _request(call: Call) -> CallbackRequest:
    queue = Queue.objects.filter(provider=call.provider_id, key=call.queue).first() if call.queue else None
    asked = call.promised_at or call.started_at
    return CallbackRequest(
        call=call, provider_id=call.provider_id, queue=queue, person_id=call.person_id, phone=call.phone,
        joined_at=_joined(call) or asked, asked_at=asked, next_try_at=asked if _can_stand_in(call, queue) else None,
    )  # fmt: skip


def _joined(call: Call) -> datetime | None:
    """When the client came into the queue first."""
    moments = [span["at"] for span in call.path if span.get("state") == QUEUED]
    return datetime.fromisoformat(moments[0]) if moments else None


def _can_stand_in(call: Call, queue: Queue | None) -> bool:
    return queue is not None and nodes.is_own(call.provider)


_CLAIM = """
UPDATE telephony_callbackrequest SET next_try_at = %s, tried_at = %s
 WHERE id = (SELECT id FROM telephony_callbackrequest WHERE state = 'waiting' AND stand_in = '' AND next_try_at <= %s
              ORDER BY joined_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def put_next(*, at: datetime) -> int:
    """Put the stand-in of one client who waits into his queue; 0 when nobody is due."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [at + LEASE, at, at])
        row = cursor.fetchone()
    if row is None:
        return 0
    request = CallbackRequest.objects.select_related("provider", "queue", "call").get(pk=row[0])
    if at - request.asked_at > LONGEST or request.queue is None:
        _end(request, State.UNREACHED, at, gettext_noop("people go on with it"))
    elif not calendar_of(request.queue.department_id).is_open(at):
        _put_off(request, calendar_of(request.queue.department_id).add(at, 1))
    else:
        _stand_in(request, request.queue, at)
    return 1


def _stand_in(request: CallbackRequest, queue: Queue, at: datetime) -> None:
    """The name of the stand-in is written down before the exchange hears of it: whoever dies in between, nobody puts a second."""
    key = control.new_key(nodes.node_for(request.provider))
    claimed = CallbackRequest.objects.filter(pk=request.pk, state=State.WAITING, stand_in="")
    if not claimed.update(state=State.DIALLING, stand_in=key, tried_at=at, next_try_at=None, why=""):
        return
    try:
        control.keep_place(
            request.provider, queue, request.phone, key=key, place=place_of(request), line=request.call.line,
            call_key=request.call.key,
        )  # fmt: skip
    except control.ControlError as reason:
        log.warning("no stand-in", extra={"request": request.pk, "why": str(reason)})
        if reason.is_certain:  # else it may wait there all the same: ``look_after`` asks in a while
            _put_off(request, at + SOON, why=str(reason))


def place_of(request: CallbackRequest) -> int:
    """His place in the queue now, from 1: behind everybody who came before him and still waits."""
    key = request.queue.key if request.queue else ""
    waiting = Call.objects.live().filter(provider=request.provider_id, queue=key, state=Call.State.QUEUED)
    earlier = waiting.filter(started_at__lt=request.joined_at, direction=IN).count()
    kept = CallbackRequest.objects.open().filter(queue=request.queue, joined_at__lt=request.joined_at)
    return 1 + earlier + kept.exclude(stand_in="").count()


def _put_off(request: CallbackRequest, until: datetime, why: str = "") -> None:
    CallbackRequest.objects.filter(pk=request.pk, state__in=(State.WAITING, State.DIALLING)).update(
        state=State.WAITING, stand_in="", next_try_at=until, why=why[:200]
    )


@transaction.atomic
def settle_promises(call_ids: Iterable[int]) -> list[CallbackRequest]:
    """Calls that ended: a talk with a client ends his promise, a stand-in's end without one is tried again."""
    calls = list(Call.objects.filter(pk__in=list(call_ids), state=Call.State.ENDED).order_by("ended_at", "pk"))
    phones = {call.phone for call in calls if call.phone}
    keys = {call.key for call in calls}
    rows = CallbackRequest.objects.open().filter(Q(phone__in=phones) | Q(stand_in__in=keys)).order_by("pk")
    settled = []
    for request in rows.select_for_update(of=("self",)).select_related("provider"):
        for call in calls:
            if request.is_open and _concerns(request, call):
                _settle(request, call)
                settled.append(request)
    return settled


def _concerns(request: CallbackRequest, call: Call) -> bool:
    own = call.provider_id == request.provider_id and call.key == request.stand_in
    return own or (call.phone == request.phone and call.started_at > request.asked_at)


def _settle(request: CallbackRequest, call: Call) -> None:
    at = call.ended_at or call.started_at
    is_stand_in = call.key == request.stand_in
    if call.stage == TALKED:
        _end(request, State.REACHED, at, "" if is_stand_in else gettext_noop("reached otherwise"))
        if not is_stand_in and request.stand_in:
            transaction.on_commit(lambda: _remove(request), robust=True)
    elif is_stand_in:
        _again(request, call, at)


def _again(request: CallbackRequest, call: Call, at: datetime) -> None:
    """The stand-in is gone: an employee was there and the client did not answer, or nobody had time."""
    rung = call.cause in UNANSWERED
    request.tries += rung
    if request.tries >= MOST_TRIES:
        _end(request, State.UNREACHED, at, gettext_noop("people go on with it"))
        return
    CallbackRequest.objects.filter(pk=request.pk).update(tries=request.tries)
    _put_off(request, at + (PAUSE if rung else SOON))


def _end(request: CallbackRequest, state: str, at: datetime, why: str = "") -> None:
    request.state, request.ended_at, request.why = state, at, why
    CallbackRequest.objects.filter(pk=request.pk).update(
        state=state, ended_at=at, why=why, next_try_at=None, tries=request.tries
    )


def _remove(request: CallbackRequest) -> None:
    """Take the stand-in out of the queue: the client has been talked to."""
    try:
        control.hang_up(request.provider, request.stand_in)
    except control.ControlError as reason:
        log.info("the stand-in was gone", extra={"request": request.pk, "why": str(reason)})


def look_after(*, at: datetime) -> int:
    """Stand-ins that vanished (the exchange started anew): their clients are put into the queue again; how many.

    Gone is only what neither our calls nor the exchange itself knows; while it does not answer nobody is put again.
    """
    lost = list(
        CallbackRequest.objects.filter(state=State.DIALLING, tried_at__lt=at - LEASE).select_related("provider")
    )
    keys = [request.stand_in for request in lost]
    alive = set(Call.objects.live().filter(key__in=keys).values_list("key", flat=True))
    there = {request.provider_id: _there(request.provider) for request in lost if request.stand_in not in alive}
    gone = [request for request in lost if request.stand_in not in alive and _is_gone(request, there, at)]
    for request in gone:
        _put_off(request, at)
    return len(gone)


def _there(provider: Provider) -> set[str] | None:
    """Names of the calls that the exchange has now; None when it does not answer."""
    try:
        return {key for channel in control.live(provider) for key in (channel.call_key, channel.id)}
    except control.ControlError:
        return None


def _is_gone(request: CallbackRequest, there: dict[int, set[str] | None], at: datetime) -> bool:
    known = there[request.provider_id]
    return at - request.asked_at > LONGEST if known is None else request.stand_in not in known


@transaction.atomic
def cancel_promise(request: CallbackRequest, *, why: str, by: Any, at: datetime) -> bool:
    """Nobody needs to call any more; False when it was over already."""
    row = CallbackRequest.objects.select_for_update(of=("self",)).select_related("provider").get(pk=request.pk)
    if not row.is_open:
        return False
    _end(row, State.CANCELLED, at, why.strip()[:200])
    if row.stand_in:
        transaction.on_commit(lambda: _remove(row), robust=True)
    return True
