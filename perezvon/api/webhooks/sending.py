"""Deliveries go out: claimed for a while, sent side by side, in order per client, tried again for three days.

Nothing of the database is held while another server thinks: a claim is a due moment a little ahead. A process that dies
after the other side has answered sends again; the other side knows the event by its number. Nobody waits for a server that
is slow: its flight goes on beside the following turns.
"""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from perezvon.journey.actions import record
from perezvon.kit.outgoing import Limits, OutgoingError, send
from perezvon.kit.phones import without_numbers
from perezvon.staff.actions import notify

from .. import facts, notices
from ..models import Attempt, Delivery, Webhook
from .signing import HEADER, signature

AT_ONCE = 16  # subscriptions
MOST = 64  # deliveries of one subscription in a turn
FLIGHT = 5.0  # seconds after which a subscription's next delivery waits for another turn
PATIENCE = 1.0  # seconds that a turn waits for what it has begun
LEASE = timedelta(minutes=3)
TRYING = timedelta(days=3)
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1_800, 7_200, 21_600, 43_200))
REST_AFTER, LONGEST_REST = 3, timedelta(minutes=15)
LIMITS = Limits(connect=5, read=10, whole=15, most_bytes=65_536)
SHOWN = 2_000  # characters of an answer
GONE = 410
_CLAIM = """
UPDATE api_delivery SET due_at = %(lease)s WHERE id IN (
    SELECT mine.id FROM api_webhook w CROSS JOIN LATERAL (
        SELECT d.id FROM api_delivery d
         WHERE d.webhook_id = w.id AND d.state = 'waiting' AND d.due_at <= %(at)s
           AND NOT EXISTS (SELECT 1 FROM api_delivery e WHERE e.webhook_id = d.webhook_id AND e.key = d.key
                                                          AND e.state = 'waiting' AND e.id < d.id)
         ORDER BY d.due_at, d.id LIMIT %(most)s FOR UPDATE OF d SKIP LOCKED) mine
     WHERE w.is_enabled AND (w.rest_until IS NULL OR w.rest_until <= %(at)s) AND NOT w.id = ANY(%(busy)s))
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a try; ``status`` None = there was no answer."""

    delivery: Delivery
    status: int | None
    error: str
    answer: str
    milliseconds: int

    @property
    def is_good(self) -> bool:
        """The other side has taken it."""
        return self.status is not None and 200 <= self.status < 300


class Flights:
    """Subscriptions that are being sent to by this process, one thread each, and what they still hold."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhooks")
        self._under_way: dict[int, tuple[Future[list[Result]], list[Delivery]]] = {}

    def turn(self, at: datetime) -> int:
        """Note what has come back, send what is due to everybody else; how many deliveries were tried."""
        tried = self._land(at)
        by_hook: dict[int, list[Delivery]] = {}
        for one in _claimed(at, list(self._under_way)):
            by_hook.setdefault(one.webhook_id, []).append(one)
        for pk, found in by_hook.items():
            self._under_way[pk] = (self._pool.submit(_send_all, found, at), found)
        wait([self._under_way[pk][0] for pk in by_hook], timeout=PATIENCE)
        return tried + self._land(at)

    def _land(self, at: datetime) -> int:
        count = 0
        for pk in [pk for pk, (flight, _mine) in self._under_way.items() if flight.done()]:
            flight, mine = self._under_way.pop(pk)
            results = flight.result()
            tried = {result.delivery.pk for result in results}
            Delivery.objects.filter(pk__in=[one.pk for one in mine if one.pk not in tried]).update(due_at=at)
            there = set(Delivery.objects.filter(pk__in=tried).values_list("pk", flat=True))
            for result in results:
                if result.delivery.pk in there:  # it may be taken away while it flies
                    note(result, at=at)
            count += len(results)
        return count


_flights = Flights()


def work(at: datetime) -> int:
    """One turn; how many deliveries were tried."""
    return _flights.turn(at)


def _claimed(at: datetime, busy: Sequence[int]) -> list[Delivery]:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"at": at, "lease": at + LEASE, "most": MOST, "busy": list(busy)})
        ids = [row[0] for row in cursor.fetchall()]
    return list(Delivery.objects.filter(pk__in=ids).select_related("webhook").order_by("pk"))


def _send_all(deliveries: Sequence[Delivery], at: datetime) -> list[Result]:
    """Those of one subscription, one after another; after a server that does not answer, or is slow, the others wait."""
    results, began = [], time.monotonic()
    for one in deliveries:
        results.append(attempt(one, at=at))
        if results[-1].status is None or time.monotonic() - began > FLIGHT:
            break
    return results


def attempt(delivery: Delivery, *, at: datetime) -> Result:
    """Send once. No database is touched here."""
    hook, body = delivery.webhook, delivery.body.encode()
    began = time.monotonic()
    status, error, answer = None, "", ""
    try:
        reply = send("POST", hook.url, headers=headers_of(delivery, at, body), body=body, limits=LIMITS)
        status, answer = reply.status, reply.body.decode(errors="replace")[:SHOWN]
    except OutgoingError as problem:
        error = problem.reason[:200]
    spent = int((time.monotonic() - began) * 1000)
    return Result(delivery, status, error, without_numbers(answer.replace("\x00", "")), spent)


def headers_of(delivery: Delivery, at: datetime, body: bytes) -> dict[str, str]:
    """What goes along: who we are, which event it is, the signature with every secret that is valid."""
    hook = delivery.webhook
    secrets = [hook.secret, *([hook.old_secret] if hook.old_until and hook.old_until > at else [])]
    return {
        "Content-Type": "application/json", "Perezvon-Event": delivery.kind, "Perezvon-Delivery": str(delivery.pk),
        "Perezvon-Event-Id": str(delivery.fact_id or 0), HEADER: signature(secrets, int(at.timestamp()), body),
    }  # fmt: skip


@transaction.atomic
def note(result: Result, *, at: datetime) -> None:
    """Write down what came of a try, and decide what is next for the delivery and for its subscription."""
    one = result.delivery
    Attempt.objects.create(
        delivery=one,
        at=at,
        milliseconds=result.milliseconds,
        status=result.status,
        error=result.error,
        answer=result.answer,
    )
    if result.is_good:
        Delivery.objects.filter(pk=one.pk).update(state=Delivery.State.SENT, tries=F("tries") + 1, done_at=at)
        Webhook.objects.filter(pk=one.webhook_id).update(failures=0, failing_since=None, rest_until=None)
        return
    tries = one.tries + 1
    is_over = at - one.queued_at >= TRYING or one.fact_id is None
    pause = PAUSES[min(tries, len(PAUSES)) - 1]
    Delivery.objects.filter(pk=one.pk).update(
        tries=tries, due_at=at + pause, state=Delivery.State.PARKED if is_over else Delivery.State.WAITING,
        done_at=at if is_over else None,
    )  # fmt: skip
    if one.fact_id is not None:
        _fails(one.webhook_id, result, at)


def _fails(pk: int, result: Result, at: datetime) -> None:
    hook = Webhook.objects.select_for_update().select_related("owner").get(pk=pk)
    hook.failures += 1
    hook.failing_since = hook.failing_since or at
    if hook.failures >= REST_AFTER:
        hook.rest_until = at + min(timedelta(seconds=5 * 2 ** min(hook.failures, 12)), LONGEST_REST)
    hook.save(update_fields=["failures", "failing_since", "rest_until"])
    if not hook.is_enabled:
        return
    if result.status == GONE:
        switch_off(hook, _("the server says that the address is gone (410)"), at=at)
    elif at - hook.failing_since >= TRYING:
        switch_off(hook, _("nothing was taken for three days"), at=at)


def switch_off(hook: Webhook, why: str, *, at: datetime) -> None:
    """The product gives a subscription up, and tells its owner."""
    Webhook.objects.filter(pk=hook.pk).update(is_enabled=False, off_why=why[:200])
    record(facts.SWITCHED_OFF, at=at, owner_id=hook.owner_id, name=hook.name, why=why[:200], webhook=hook.pk)
    words = lazy(lambda: _("The webhook “%(name)s” was switched off") % {"name": hook.name}, str)()
    notify(
        [hook.owner], kind=notices.SWITCHED_OFF, title=words, text=why, url=f"/webhooks/{hook.pk}/", level="warning", at=at,
        key=f"webhook:{hook.pk}",
    )  # fmt: skip
