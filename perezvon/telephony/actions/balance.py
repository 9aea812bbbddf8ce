"""Balances: our calls of a period against the exchange's own statistics, the differences mended from theirs.

What the exchange says of a call is stored as a raw event of our own kind (capabilities.STATISTICS) and interpreted with
the others, so that a replay gives the same. Only what differs is stored: a day that agrees leaves no trace but its row.
A call differs when believing them would change what we say of it. Calls are matched by the exchange's name of the call;
where its statistics use other names, by number, direction and beginning.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from perezvon.journey.actions import record, wake
from perezvon.staff.actions.notices import notify
from perezvon.staff.models import User

from .. import balance_words as words
from .. import facts
from ..canonical import ENDED, INTERNAL
from ..canonical import Call as Told
from ..models import Balance, BalanceDifference, Call, Provider, RawEvent
from ..providers import ExchangeError, adapter
from ..providers.contract import Account, Event, Stored
from .directory import directory
from .intake import account_of, store
from .interpret import Key, claim_calls, settle, would_be

log = logging.getLogger(__name__)

CANNOT = gettext_noop("This exchange cannot be asked for its statistics: see its settings.")
LONGEST = timedelta(days=93)
NIGHT_HOUR = 4  # by the company's clock: calls of the evening are over, statistics complete
MOST_TRIES = 5
STUCK = timedelta(hours=2)
NEAR = timedelta(seconds=90)
MANY, DEAF = 5, 0.2  # so many calls, and this share of them, may be missing before somebody must look
SAME_TALK = 2  # seconds by which two clocks may differ in the length of one talk
_CHUNK = 200
_COMPARED = ("stage", "talk_seconds", "direction", "phone", "record", "state", "observed")


@dataclass(slots=True)
class Tally:
    """What the comparison found so far."""

    theirs: int = 0
    matched: int = 0
    different: int = 0
    mended: int = 0
    missing_here: int = 0
    seen: set[str] = field(default_factory=set)
    noted: dict[str, BalanceDifference] = field(default_factory=dict)  # by an earlier try that was interrupted

    def count(self, kind: str) -> None:
        """One more of their calls, and how it compares ("" = alike)."""
        self.theirs += 1
        self.matched += kind != BalanceDifference.Kind.MISSING_HERE
        self.missing_here += kind == BalanceDifference.Kind.MISSING_HERE
        self.different += kind == BalanceDifference.Kind.DIFFERENT


@transaction.atomic
def ask_balance(provider: Provider, since: datetime, until: datetime, *, by: Any = None, at: datetime) -> Balance:
    """Ask for a balance of [since, until); it is made in the background.

    ExchangeError when the exchange has no statistics, may not be asked, is being balanced already, or the period is
    longer than 93 days or not over yet.
    """
    exchange = adapter(provider.kind)
    if exchange.statistics is None or not exchange.can_ask(account_of(provider)):
        raise ExchangeError(CANNOT)
    if not timedelta(0) < until - since <= LONGEST or since >= at:
        raise ExchangeError(gettext_noop("Choose from one day to three months that have begun."))
    try:
        with transaction.atomic():
            balance = Balance.objects.create(
                provider=provider, since=since, until=min(until, at), asked_at=at, asked_by=by
            )
    except IntegrityError:
        raise ExchangeError(gettext_noop("A balance of this exchange is being made already.")) from None
    wake("telephony.balances")
    return balance


def balance_next(*, at: datetime) -> int:
    """Make one balance that is asked for; 0 when there is none."""
    for pk in (
        Balance.objects.filter(state=Balance.State.ASKED, asked_at__lte=at).order_by("asked_at").values_list("pk")
    ):
        asked = Balance.objects.filter(pk=pk[0], state=Balance.State.ASKED)
        if asked.update(state=Balance.State.RUNNING, began_at=at) == 1:
            make_balance(Balance.objects.select_related("provider").get(pk=pk[0]), at=at)
            return 1
    return 0


def make_balance(balance: Balance, *, at: datetime) -> Balance:
    """Ask the exchange, compare, mend; puts down in the row what came of it. Talks to the exchange: no transaction."""
    account = account_of(balance.provider)
    statistics = adapter(account.kind).statistics
    try:
        if statistics is None:
            raise ExchangeError(CANNOT)
        return _held(balance, list(statistics(account, balance.since, balance.until)), at)
    except ExchangeError as error:
        return _failed(balance, error.reason, error.retry_after, at)
    except Exception as error:  # a mistake of ours, or an answer that nobody has seen before
        log.exception("a balance failed", extra={"provider": account.slug})
        return _failed(balance, type(error).__name__, None, at)


def _held(balance: Balance, events: list[Event], at: datetime) -> Balance:
    """Hold their calls against ours, chunk by chunk: no transaction lasts for a whole month."""
    tally = Tally(noted={one.key: one for one in balance.differences.all()})
    before = _outcomes(balance)
    for chunk in _chunks(_rekeyed(balance, events)):
        with transaction.atomic():
            _compare(balance, chunk, tally, at)
    return _closed(balance, tally, before, at)


def _failed(balance: Balance, reason: str, retry_after: float | None, at: datetime) -> Balance:
    """Try again later when the exchange said so, but not for ever."""
    balance.tries += 1
    balance.reason = reason[:200]
    if retry_after is not None and balance.tries < MOST_TRIES:
        balance.state, balance.asked_at = Balance.State.ASKED, at + timedelta(seconds=max(60.0, retry_after))
        balance.save()
        return balance
    balance.state, balance.ended_at = Balance.State.FAILED, at
    with transaction.atomic():
        balance.save()
        provider = balance.provider
        record(
            facts.PROVIDER_NOT_BALANCED, at=at, by=balance.asked_by_id, department_id=provider.department_id,
            name=provider.name, reason=balance.reason,
        )  # fmt: skip
        _alert(balance, words.failure, lambda: gettext(balance.reason), at)
    return balance


def _alert(balance: Balance, title: Callable[[Balance], str], text: Callable[[], str], at: datetime) -> None:
    """Tell those who look after exchanges; of a balance that somebody asked for he sees the outcome himself."""
    if balance.asked_by_id is not None:
        return
    grant = Q(roles__grants__noun="provider", roles__grants__verb="administer")
    people = User.objects.working().filter(grant | Q(is_superuser=True)).distinct()
    url = f"/exchanges/{balance.provider_id}/balances/{balance.pk}/"
    notify(
        people, kind=words.TROUBLE, title=lambda: title(balance), text=text, url=url, level="warning", at=at,
        key=f"balance:{balance.pk}",
    )  # fmt: skip


def _rekeyed(balance: Balance, events: Sequence[Event]) -> list[Event]:
    """The events under our names of the calls, where the exchange's statistics call them otherwise."""
    known = {event.call_key for event in events}
    ours = set(_ours(balance, slack=NEAR).filter(key__in=known).values_list("key", flat=True))
    strangers = [event for event in events if event.call_key not in ours]
    if not strangers:
        return list(events)
    free = list(_ours(balance, slack=NEAR).exclude(key__in=known).only("key", "phone", "direction", "started_at"))
    names: dict[str, str] = {}
    for event, told in _alone(balance.provider, strangers, balance.until):
        near = [
            call for call in free
            if call.phone and (call.phone, call.direction) == (told.phone, told.direction)
            and abs(call.started_at - told.started_at) <= NEAR
        ]  # fmt: skip
        if near:
            best = min(near, key=lambda call: (abs(call.started_at - told.started_at), call.pk))
            free.remove(best)
            names[event.call_key] = best.key
    return [replace(event, call_key=names.get(event.call_key, event.call_key)) for event in events]


def _ours(balance: Balance, slack: timedelta = timedelta(0)) -> Any:
    rows = Call.objects.filter(provider=balance.provider).exclude(direction=INTERNAL)
    return rows.filter(started_at__gte=balance.since - slack, started_at__lt=balance.until + slack)


def _alone(provider: Provider, events: Iterable[Event], at: datetime) -> Iterator[tuple[Event, Told]]:
    """Their calls in canonical form, by the statistics alone."""
    exchange, rules = adapter(provider.kind), directory([provider.pk]).rules(provider.pk)
    for event in events:
        try:
            typed = exchange.read(Stored(event.name, event.payload, at))
        except (ExchangeError, ValueError, TypeError, KeyError, OverflowError):
            log.warning("a row of statistics makes no sense", extra={"provider": provider.slug})
            continue
        told = exchange.interpret(event.call_key, [typed], rules)
        if told is not None:
            yield event, told


def _chunks(events: list[Event]) -> Iterator[list[Event]]:
    for first in range(0, len(events), _CHUNK):
        yield events[first : first + _CHUNK]


def _compare(balance: Balance, events: list[Event], tally: Tally, at: datetime) -> None:
    """Hold a chunk of their calls against ours under the calls' locks, and mend what differs."""
    provider = balance.provider
    told = {event.call_key: (event, call) for event, call in _alone(provider, events, at) if call.direction != INTERNAL}
    wanted: dict[Key, list[int]] = {(provider.pk, key): [] for key in told}
    claim_calls(wanted)
    stored = {call.key: call for call in Call.objects.filter(provider=provider, key__in=told)}
    extra = {(provider.pk, key): [Stored(event.name, event.payload, at)] for key, (event, _call) in told.items()}
    believed = would_be(wanted, extra)
    new: list[BalanceDifference] = []
    for key, (_event, theirs) in told.items():
        tally.seen.add(key)
        found = tally.noted.get(key) or _compared(balance, key, stored.get(key), theirs, believed)
        tally.count(found.kind if found else "")
        if found and found.pk is None:
            new.append(found)
        elif found:
            tally.mended += found.is_mended
    _mend(balance, [told[one.key][0] for one in new], at)
    _note(balance, new, tally)


def _compared(
    balance: Balance, key: str, call: Call | None, theirs: Told, believed: Mapping[Key, Mapping[str, Any]]
) -> BalanceDifference | None:
    """The difference about one of their calls; None = alike."""
    if call is None:
        return _difference(balance, BalanceDifference.Kind.MISSING_HERE, key, None, theirs)
    changes = _changes(call, believed.get((balance.provider_id, key), {}))
    return _difference(balance, BalanceDifference.Kind.DIFFERENT, key, call, theirs, changes) if changes else None


def _changes(call: Call, believed: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What we say otherwise than we would if we believed them."""
    found = {}
    for name in _COMPARED:
        ours, theirs = getattr(call, name), believed.get(name, getattr(call, name))
        if ours == theirs or (name == "talk_seconds" and abs(ours - theirs) <= SAME_TALK):
            continue
        if name in ("record", "phone") and (ours or not theirs):
            continue  # a name that we have need not be the one that they use
        if name == "observed" and not theirs:
            continue
        found[name] = [bool(ours), bool(theirs)] if name in ("record", "phone") else [ours, theirs]  # no number is kept
    return found


def _difference(
    balance: Balance, kind: str, key: str, call: Call | None, theirs: Told, told: dict[str, list[Any]] | None = None
) -> BalanceDifference:
    if told is None:
        told = {"stage": ["", theirs.stage], "talk_seconds": [0, theirs.talk_seconds]}
    at = call.started_at if call else theirs.started_at
    return BalanceDifference(balance=balance, kind=kind, key=key, call=call, at=at, told=told)


def _mend(balance: Balance, events: list[Event], at: datetime) -> None:
    """Store what they say and make the calls of it at once."""
    if not events:
        return
    store(account_of(balance.provider), [(event, at) for event in events])
    wanted: dict[Key, list[int]] = {(balance.provider_id, event.call_key): [] for event in events}
    keys = [event.call_key for event in events]
    new = RawEvent.objects.filter(provider=balance.provider, call_key__in=keys, state=RawEvent.State.NEW)
    for pk, key in new.values_list("pk", "call_key"):
        wanted[(balance.provider_id, key)].append(pk)
    settle(wanted)


def _note(balance: Balance, new: list[BalanceDifference], tally: Tally) -> None:
    """Put the differences down; mended is what the calls now say themselves."""
    now = {call.key: call for call in Call.objects.filter(provider=balance.provider, key__in=[one.key for one in new])}
    for one in new:
        one.call = now.get(one.key)
        one.is_mended = one.call is not None and all(
            (bool(value) if name in ("record", "phone") else value) == theirs
            for name, (_old, theirs) in one.told.items()
            for value in [getattr(one.call, name)]
        )
        tally.mended += one.is_mended
    BalanceDifference.objects.bulk_create(new)


@transaction.atomic
def _closed(balance: Balance, tally: Tally, before: Mapping[str, int], at: datetime) -> Balance:
    """List what they do not know of, count the outcomes, and close the balance."""
    matched_outside = _ours(balance, slack=NEAR).filter(key__in=tally.seen).exclude(pk__in=_ours(balance).values("pk"))
    alone = list(_ours(balance).exclude(key__in=tally.seen).filter(state=ENDED))
    BalanceDifference.objects.bulk_create(
        BalanceDifference(
            balance=balance, kind=BalanceDifference.Kind.MISSING_THERE, key=call.key, call=call, at=call.started_at,
            told={"stage": [call.stage, ""], "talk_seconds": [call.talk_seconds, 0]},
        )
        for call in alone
    )  # fmt: skip
    balance.state, balance.ended_at, balance.reason = Balance.State.DONE, at, ""
    balance.theirs, balance.matched, balance.missing_here = tally.theirs, tally.matched, tally.missing_here
    balance.missing_there, balance.ours = len(alone), tally.matched + len(alone)
    balance.different, balance.mended = tally.different, tally.mended
    balance.outcomes = {"before": dict(before), "after": _outcomes(balance), "outside": matched_outside.count()}
    balance.save()
    provider = balance.provider
    record(
        facts.PROVIDER_BALANCED, at=at, by=balance.asked_by_id, department_id=provider.department_id, name=provider.name,
        theirs=balance.theirs, ours=balance.ours, mended=balance.mended,
    )  # fmt: skip
    if balance.missing_here >= MANY and balance.missing_here > balance.theirs * DEAF:
        _alert(balance, words.deafness, words.look_at_settings, at)
    return balance


def _outcomes(balance: Balance) -> dict[str, int]:
    """Our calls of the period by their end; "live" are those that last."""
    ended = _ours(balance).filter(state=ENDED).order_by().values_list("stage").annotate(Count("pk"))
    found = Counter({stage or "none": number for stage, number in ended})
    live = _ours(balance).exclude(state=ENDED).count()
    return {**found, **({"live": live} if live else {})}


def balance_nightly(*, at: datetime) -> int:
    """Ask for yesterday's balance of every exchange that can be asked, once a night; how many were asked for."""
    Balance.objects.filter(state=Balance.State.RUNNING, began_at__lt=at - STUCK).update(state=Balance.State.ASKED)
    zone = timezone.get_default_timezone()
    local = at.astimezone(zone)
    if local.hour < NIGHT_HOUR:
        return 0
    until = local.replace(hour=0, minute=0, second=0, microsecond=0)
    since = (until - timedelta(hours=12)).replace(hour=0)  # days of 23 and 25 hours exist
    asked = 0
    for provider in Provider.objects.filter(is_enabled=True):
        done = Balance.objects.filter(provider=provider, since=since, until=until, asked_by=None)
        if adapter(provider.kind).statistics is None or done.exists():
            continue
        if not Balance.objects.filter(Q(state="asked") | Q(state="running"), provider=provider).exists():
            asked += _ask_quietly(provider, since, until, at)
    return asked


def _ask_quietly(provider: Provider, since: datetime, until: datetime, at: datetime) -> int:
    try:
        ask_balance(provider, since, until, at=at)
    except ExchangeError:
        return 0  # it may not be asked
    return 1


def may_balance(account: Account) -> bool:
    """Whether the exchange can be asked for its statistics."""
    exchange = adapter(account.kind)
    return exchange.statistics is not None and exchange.can_ask(account)
