"""Watching the board by rules: alerts begin, are told, are taken on, and end."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import connection, transaction

from perezvon.journey.actions import record
from perezvon.staff import access, reads
from perezvon.staff.actions import notify
from perezvon.staff.models import Department, User

from .. import facts
from ..alerting.conditions import Scene, Signal, signals
from ..alerting.machine import ENDED, Course, Pace, step
from ..alerting.words import NOTICES, text, title
from ..models import Alert, AlertRule
from ..wallboard.board import Reach
from ..wallboard.keeping import kept
from ..wallboard.show import Show

log = logging.getLogger(__name__)

MINUTE = timedelta(minutes=1)
EVERY = 5.0  # seconds between two looks of one process
_LOCK = "SELECT pg_try_advisory_xact_lock(7262, 0)"
_looked_at = 0.0


def watch_now_and_then(at: datetime) -> int:
    """Look when it is time, and when no other worker does; 0 = there is nothing more to do just now."""
    global _looked_at
    if monotonic() - _looked_at < EVERY:
        return 0
    _looked_at = monotonic()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        if cursor.fetchone()[0]:
            watch(at)
    return 0


def watch(at: datetime) -> int:
    """Look at the board through every rule in use; how many alerts are open now."""
    rules = list(AlertRule.objects.filter(is_on=True).prefetch_related("people", "roles").order_by("pk"))
    if not rules:
        return 0
    show = Show(at)
    for rule in rules:
        try:
            _look(rule, show, at)
        except Exception:  # noqa: BLE001 - a rule that cannot be asked must not silence the others
            log.exception("a rule of alerts failed", extra={"rule": rule.pk})
    return Alert.objects.filter(state=Alert.State.OPEN).count()


@transaction.atomic
def _look(rule: AlertRule, show: Show, at: datetime) -> None:
    reach = reach_of(at, rule.department_id)
    rises = show.pulse(reach).rises if rule.kind == AlertRule.Kind.LOSSES_RISE else ()
    is_open = lambda department: reads.calendar_of(department).is_open(at)  # noqa: E731
    found = {one.subject: one for one in signals(rule, Scene(show.board, reach, is_open, rises))}
    known = {one.subject: one for one in Alert.objects.filter(rule=rule).exclude(state=ENDED).select_for_update()}
    for subject in dict.fromkeys([*found, *known]):
        _step(rule, subject, known.get(subject), found.get(subject), at)


def _step(rule: AlertRule, subject: str, alert: Alert | None, signal: Signal | None, at: datetime) -> None:
    """One thing seen through one rule; what is not on the board any more is clear."""
    pace = Pace(rule.hold, MINUTE * rule.repeat_minutes if rule.repeat_minutes else None)
    before = _course(alert) if alert else None
    after = step(
        before, is_on=bool(signal and signal.is_on), is_clear=signal is None or signal.is_clear, pace=pace, at=at
    )
    if after is None:
        if alert:
            alert.delete()
        return
    if alert is None:
        alert = Alert(rule=rule, kind=rule.kind, subject=subject, department_id=_department(rule, signal))
    if signal and signal.is_on:
        alert.details = _details(signal)
    _keep(alert, before, after, rule, at)


def _keep(alert: Alert, before: Course | None, after: Course, rule: AlertRule, at: datetime) -> None:
    """Write the new course down, tell the ledger, and the people when it is time."""
    told_before = before.told_at if before else None
    asks = after.told_at is not None and after.told_at != told_before
    tells = asks and not _is_hushed(alert, rule, at)
    if asks and not tells:
        after = Course(after.state, after.since, after.opened_at, told_before, after.calm_since, after.ended_at)
    alert.state, alert.since, alert.opened_at = after.state, after.since, after.opened_at
    alert.told_at, alert.calm_since, alert.ended_at = after.told_at, after.calm_since, after.ended_at
    alert.save()
    if after.state == Alert.State.OPEN and (before is None or before.state != Alert.State.OPEN):
        _record(facts.ALERT_OPENED, alert, at)
    if after.state == ENDED:
        _record(facts.ALERT_ENDED, alert, at)
    if tells:
        tell(alert, rule, at)


def _is_hushed(alert: Alert, rule: AlertRule, at: datetime) -> bool:
    """In the rule's quiet times nobody is told, nor twice of one thing within the repeat time."""
    if not rule.is_urgent and rule.quiet.until(at) is not None:
        return True
    if not rule.repeat_minutes:
        return False
    earlier = Alert.objects.filter(rule=rule, subject=alert.subject, told_at__gt=at - MINUTE * rule.repeat_minutes)
    return earlier.exclude(pk=alert.pk).exists()


def _course(alert: Alert) -> Course:
    return Course(
        alert.state, alert.since, alert.opened_at, alert.told_at, alert.calm_since, alert.ended_at,
        alert.acknowledged_at is not None,
    )  # fmt: skip


def _details(signal: Signal) -> dict[str, Any]:
    """The figures, with the client's name and what he may bring; never a number."""
    client = signal.client
    if client is None:
        return signal.details
    segments = [segment.key for segment in client.segments]
    return {**signal.details, "who": client.name, "stake": str(client.worth), "segments": segments}


def _department(rule: AlertRule, signal: Signal | None) -> int | None:
    return (signal.department_id if signal else None) or rule.department_id


def tell(alert: Alert, rule: AlertRule, at: datetime) -> None:
    """Tell everybody whom the rule names and who may see such calls; money to those who may see it."""
    people = recipients(rule, alert.department_id)
    level = "urgent" if rule.is_urgent else "warning"
    url = f"/calls/{alert.details['call']}/" if "call" in alert.details else "/wallboard/"
    for sees_money in (True, False):
        group = [one for one in people if access.can(one, "deal", "view") == sees_money]
        notify(
            group, kind=NOTICES[rule.kind], title=lambda: title(alert.kind, alert.details),
            text=lambda sees=sees_money: text(alert.kind, alert.details, sees_money=sees),  # type: ignore[misc]
            url=url, level=level, at=at, ways=rule.ways or None,
        )  # fmt: skip


def recipients(rule: AlertRule, department_id: int | None) -> list[User]:
    """People, members of roles and heads named by a rule, those left out who may not see the department's calls."""
    named = {one.pk: one for one in rule.people.all() if one.is_active}
    roles = [role.pk for role in rule.roles.all()]
    if roles:
        named |= {one.pk: one for one in User.objects.working().filter(roles__in=roles).distinct()}
    head = reads.head_of(department_id or rule.department_id) if rule.tells_heads else None
    if head is not None:
        named |= {one.pk: one for one in User.objects.working().filter(pk=head)}
    return [one for one in named.values() if access.allows(one, "call", "view", department_id=department_id)]


@transaction.atomic
def take_on(alert: Alert, *, by: Any, at: datetime) -> bool:
    """Somebody takes care of it: it is not told again; whether he was the first."""
    claim = Alert.objects.filter(pk=alert.pk, acknowledged_at=None, state=Alert.State.OPEN)
    if not claim.update(acknowledged_at=at, acknowledged_by=by):
        return False
    _record(facts.ALERT_TAKEN, alert, at, by=by)
    return True


def _record(kind: str, alert: Alert, at: datetime, by: Any = None) -> None:
    name = str(alert.details.get("name") or alert.details.get("who") or "")
    record(kind, at=at, by=by, department_id=alert.department_id, call_id=alert.details.get("call"), alert=alert.kind, name=name)  # fmt: skip


@transaction.atomic
def save_rule(
    rule: AlertRule, *, people: Iterable[Any] = (), roles: Iterable[Any] = (), by: Any = None, at: datetime
) -> AlertRule:
    """Add or change a rule; whom it tells is replaced."""
    rule.save()
    rule.people.set(people)
    rule.roles.set(roles)
    record(facts.ALERT_RULE_CHANGED, at=at, by=by, department_id=rule.department_id, name=str(rule))
    return rule


@transaction.atomic
def remove_rule(rule: AlertRule, *, by: Any = None, at: datetime) -> None:
    """Take a rule away with its alerts; what was told stays in the ledger."""
    record(facts.ALERT_RULE_CHANGED, at=at, by=by, department_id=rule.department_id, name=str(rule))
    rule.delete()


@kept(60)
def reach_of(at: datetime, department_id: int | None) -> Reach:
    """A department and all below it; None = the whole company."""
    if department_id is None:
        return None
    path = Department.objects.filter(pk=department_id).values_list("path", flat=True).first() or "?"
    return frozenset(Department.objects.filter(path__startswith=path).values_list("pk", flat=True))
