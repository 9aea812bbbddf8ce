"""Complaints: taken down, looked into, made good, answered, closed; every step a fact, the client's card knows of it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.conf import settings as conf
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from perezvon.crm.actions.notes import add_note
from perezvon.crm.models import Person
from perezvon.journey.actions import NewFact, cancel_timer, record, record_many, set_timer
from perezvon.staff import access as rights
from perezvon.staff import reads as staff
from perezvon.staff.actions.notices import notify
from perezvon.staff.models import User

from .. import facts, notices
from ..models import (
    Compensation,
    Complaint,
    ComplaintAnswer,
    ComplaintMove,
    ComplaintSettings,
    ComplaintWord,
    Ticket,
)
from .errors import AlreadyEnded, FindOutFirst, NotDecided, NotYoursToDecide, ReasonNeeded

OVERDUE = "tickets.complaint"
AGAIN = 8 * 3600  # seconds of working time between reminders
State, Stage = Compensation.State, Complaint.Stage


def complaint_settings() -> ComplaintSettings:
    """The row of settings."""
    return ComplaintSettings.objects.filter(pk=1).first() or ComplaintSettings(pk=1)


def _locked(complaint: Complaint) -> Complaint:
    return Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)


def fact(kind: str, row: Complaint, at: datetime, by: Any = None, **more: Any) -> NewFact:
    """A fact about a complaint."""
    columns = {name: more.pop(name) for name in ("amount", "seconds") if name in more}
    return NewFact(
        kind, at, by_id=getattr(by, "pk", None), owner_id=row.responsible_id, department_id=row.department_id,
        person_id=row.person_id, ticket_id=row.ticket_id, deal_id=row.deal_id, call_id=row.call_id,
        details={"complaint": row.pk, "number": row.number, **more}, **columns,
    )  # fmt: skip


@transaction.atomic
def open_complaint(
    *,
    reason: ComplaintWord,
    text: str,
    severity: str,
    by: Any = None,
    at: datetime,
    person: Person | None = None,
    ticket: Ticket | None = None,
    call_id: int | None = None,
    responsible: User | None = None,
) -> Complaint:
    """Take a complaint down; the deadlines run in the working time of the responsible's department. ReasonNeeded."""
    if not text.strip():
        raise ReasonNeeded
    person = person or (ticket.person if ticket else None)
    responsible = responsible or by
    department_id = getattr(responsible, "department_id", None) or (ticket.department_id if ticket else None)
    rules, calendar = complaint_settings(), staff.calendar_of(department_id)
    row = Complaint(
        reason=reason, text=text.strip(), severity=severity, person=person, ticket=ticket, call_id=call_id,
        deal_id=ticket.deal_id if ticket else None, responsible=responsible, department_id=department_id,
        opened_at=at, opened_by=by, changed_at=at,
        answer_due=calendar.add(at, int(rules.answer_hours[severity]) * 3600),
        resolve_due=calendar.add(at, int(rules.resolve_hours[severity]) * 3600),
        repeat_of=_earlier(person, reason, at - timedelta(days=rules.repeat_days)),
    )  # fmt: skip
    row.due_at = row.answer_due
    row.save()
    ComplaintMove.objects.create(complaint=row, now=Stage.NEW, by=by, at=at)
    set_timer(OVERDUE, row.pk, row.answer_due)
    record_many(
        [
            fact(
                facts.COMPLAINT_OPENED,
                row,
                at,
                by,
                reason=reason.name,
                severity=severity,
                is_repeat=row.repeat_of_id is not None,
            )
        ]
    )
    _note(row, gettext_noop("Complaint %(number)s: %(reason)s"), by, at)
    if responsible is not None and responsible != by:
        _tell([responsible.pk], row, "given", at)
    return row


def _earlier(person: Person | None, reason: ComplaintWord, since: datetime) -> Complaint | None:
    """The client's last complaint of this reason."""
    if person is None:
        return None
    return Complaint.objects.filter(person=person, reason=reason, opened_at__gte=since).order_by("-opened_at").first()


def _note(row: Complaint, words: str, by: Any, at: datetime) -> None:
    """The client's own feed says it too."""
    if row.person is not None:
        with translation.override(conf.LANGUAGE_CODE):
            add_note(row.person, _(words) % {"number": row.number, "reason": row.reason.name}, by=by, at=at)


def _move(row: Complaint, stage: str, by: Any, at: datetime, comment: str = "") -> None:
    if row.stage != stage:
        ComplaintMove.objects.create(complaint=row, was=row.stage, now=stage, by=by, at=at, comment=comment[:300])
        row.stage = stage


def _save(complaint: Complaint, row: Complaint, at: datetime) -> Complaint:
    row.changed_at = max(row.changed_at, at)
    row.save()
    complaint.refresh_from_db()
    return complaint


@transaction.atomic
def hand_complaint(complaint: Complaint, responsible: User, *, by: Any, at: datetime) -> Complaint:
    """Somebody looks into it."""
    row = _locked(complaint)
    _open(row)
    row.responsible, row.department_id = responsible, responsible.department_id or row.department_id
    _move(row, Stage.WORK if row.stage == Stage.NEW else row.stage, by, at)
    record_many([fact(facts.COMPLAINT_HANDED, row, at, by, name=responsible.name)])
    if responsible != by:
        _tell([responsible.pk], row, "given", at)
    return _save(complaint, row, at)


def _open(row: Complaint) -> None:
    if not row.is_open:
        raise AlreadyEnded


@transaction.atomic
def find_out(
    complaint: Complaint, *, is_justified: bool, by: Any, at: datetime, cause: str = "", correction: str = "",
    guilty_stage: ComplaintWord | None = None, guilty_department: Any = None, guilty: User | None = None,
) -> Complaint:  # fmt: skip
    """What was found out: whether the client is right, whose fault, the root cause and its correction."""
    row = _locked(complaint)
    _open(row)
    row.is_justified, row.cause, row.correction = is_justified, cause.strip(), correction.strip()
    row.guilty_stage, row.guilty = guilty_stage, guilty
    row.guilty_department_id = getattr(guilty_department, "pk", None) or getattr(guilty, "department_id", None)
    _move(row, Stage.WORK if row.stage == Stage.NEW else row.stage, by, at)
    record_many([
        fact(facts.COMPLAINT_FOUND_OUT, row, at, by, is_justified=is_justified, guilty=guilty.pk if guilty else None,
             name=guilty.name if guilty else "—", stage=guilty_stage.name if guilty_stage else "—")
    ])  # fmt: skip
    return _save(complaint, row, at)


@transaction.atomic
def compensate(
    complaint: Complaint, *, kind: ComplaintWord, amount: Decimal, comment: str = "", by: Any, at: datetime
) -> Compensation:
    """Make it good: up to the limit at once, above it a head is asked."""
    row = _locked(complaint)
    _open(row)
    made = Compensation(
        complaint=row, kind=kind, amount=amount, comment=comment.strip()[:300], asked_by=by, asked_at=at
    )
    if amount <= complaint_settings().approval_limit:
        made.state, made.decided_at = State.APPROVED, at
    made.save()
    record_many([fact(facts.COMPLAINT_COMPENSATION, row, at, by, amount=amount, what=kind.name, state=made.state)])
    if made.state == State.WAITING:
        heads = [pk for pk in staff.heads_of(row.department_id) if pk != getattr(by, "pk", None)] or staff.owners()
        _tell(heads[:1], row, "approve", at)
    return made


@transaction.atomic
def decide(compensation: Compensation, *, approved: bool, comment: str = "", by: User, at: datetime) -> Compensation:
    """A head approves or refuses. NotYoursToDecide for whoever asked himself or has no right; AlreadyEnded when decided."""
    row = _locked(compensation.complaint)
    may = rights.allows(by, "complaint", "approve", owner_id=row.responsible_id, department_id=row.department_id)
    if not may or compensation.asked_by_id == by.pk:
        raise NotYoursToDecide
    state = State.APPROVED if approved else State.REFUSED
    values = {"state": state, "decided_by": by, "decided_at": at, "decision": comment.strip()[:300]}
    if not Compensation.objects.filter(pk=compensation.pk, state=State.WAITING).update(**values):
        raise AlreadyEnded
    record_many(
        [
            fact(
                facts.COMPLAINT_COMPENSATION,
                row,
                at,
                by,
                amount=compensation.amount,
                what=compensation.kind.name,
                state=state,
            )
        ]
    )
    if compensation.asked_by_id:
        _tell([compensation.asked_by_id], row, "approved" if approved else "refused", at)
    compensation.refresh_from_db()
    return compensation


@transaction.atomic
def answer(complaint: Complaint, *, text: str, way: str, by: Any, at: datetime) -> ComplaintAnswer:
    """The client was told; from the first answer on the deadline is that of closing. ReasonNeeded for no words."""
    row = _locked(complaint)
    _open(row)
    if not text.strip():
        raise ReasonNeeded
    made = ComplaintAnswer.objects.create(complaint=row, text=text.strip(), way=way, by=by, at=at)
    if row.answered_at is None:
        row.answered_at = at
        row.due_at = row.resolve_due
        set_timer(OVERDUE, row.pk, row.resolve_due)
    _move(row, Stage.ANSWERED, by, at)
    seconds = int((row.answered_at - row.opened_at).total_seconds())
    record_many([fact(facts.COMPLAINT_ANSWERED, row, at, by, seconds=max(0, seconds), way=way)])
    _save(complaint, row, at)
    return made


@transaction.atomic
def close_complaint(complaint: Complaint, *, comment: str = "", by: Any, at: datetime) -> Complaint:
    """It is over. FindOutFirst while it is not answered or looked into to the end, NotDecided while money waits."""
    row = _locked(complaint)
    _open(row)
    if row.answered_at is None or row.is_justified is None or (row.is_justified and not (row.cause and row.correction)):
        raise FindOutFirst
    if row.compensations.filter(state=State.WAITING).exists():
        raise NotDecided
    _move(row, Stage.CLOSED, by, at, comment)
    row.closed_at, row.closed_by, row.due_at = at, by, None
    cancel_timer(OVERDUE, row.pk)
    given = sum((each.amount for each in row.compensations.filter(state=State.APPROVED)), Decimal())
    seconds = int((at - row.opened_at).total_seconds())
    record_many([
        fact(facts.COMPLAINT_CLOSED, row, at, by, amount=given, seconds=max(0, seconds), guilty=row.guilty_id,
             is_justified=row.is_justified, reason=row.reason.name)
    ])  # fmt: skip
    _note(row, gettext_noop("Complaint %(number)s is closed: %(reason)s"), by, at)
    return _save(complaint, row, at)


@transaction.atomic
def reopen_complaint(complaint: Complaint, *, comment: str, by: Any, at: datetime) -> Complaint:
    """The client is still not content. ReasonNeeded without a word why."""
    row = _locked(complaint)
    if row.is_open:
        raise AlreadyEnded
    if not comment.strip():
        raise ReasonNeeded
    _move(row, Stage.WORK, by, at, comment)
    hours = int(complaint_settings().answer_hours[row.severity])
    row.closed_at, row.closed_by = None, None
    row.due_at = row.resolve_due = staff.calendar_of(row.department_id).add(at, hours * 3600)
    set_timer(OVERDUE, row.pk, row.resolve_due)
    record_many([fact(facts.COMPLAINT_REOPENED, row, at, by, comment=comment.strip()[:200])])
    return _save(complaint, row, at)


@transaction.atomic
def remind(ids: Iterable[int], *, at: datetime) -> int:
    """Tell of complaints past their deadline, again every working day until somebody acts; how many there were."""
    rows = list(Complaint.objects.select_for_update().open().filter(pk__in=list(ids), due_at__lte=at).order_by("pk"))
    for row in rows:
        heads = [pk for pk in staff.heads_of(row.department_id) if pk != row.responsible_id] or staff.owners()
        people = [*([row.responsible_id] if row.responsible_id else []), *heads[:1]]
        _tell(people, row, "late", at)
        set_timer(OVERDUE, row.pk, staff.calendar_of(row.department_id).add(at, AGAIN))
    record_many(fact(facts.COMPLAINT_OVERDUE, row, at) for row in rows)
    return len(rows)


@transaction.atomic
def save_word(row: ComplaintWord, *, by: Any, at: datetime) -> ComplaintWord:
    """Add or change a word about complaints."""
    if row.pk is None:
        last = ComplaintWord.objects.filter(kind=row.kind).order_by("-order").values_list("order", flat=True).first()
        row.order = (last or 0) + 10
    row.save()
    record(facts.COMPLAINT_SETTINGS, at=at, by=by)
    return row


@transaction.atomic
def change_complaint_settings(row: ComplaintSettings, *, by: Any, at: datetime) -> ComplaintSettings:
    """Keep other deadlines and another limit; they hold for complaints from now on."""
    row.full_clean()
    row.save()
    record(facts.COMPLAINT_SETTINGS, at=at, by=by)
    return row


def _tell(people: Iterable[int], row: Complaint, what: str, at: datetime) -> None:
    level = "urgent" if row.severity == "critical" else "warning"
    notify(
        people, kind=notices.COMPLAINT, title=partial(_title, what, row.number), url=reverse("tickets:complaint", args=[row.pk]),
        level=level if what in ("late", "approve", "given") else "info", at=at, key=f"complaint:{row.pk}:{what}",
    )  # fmt: skip


def _title(what: str, number: str) -> str:
    words = {
        "given": _("Complaint %(number)s is yours"), "approve": _("Complaint %(number)s: a compensation waits for you"),
        "approved": _("Complaint %(number)s: the compensation is approved"),
        "refused": _("Complaint %(number)s: the compensation is refused"), "late": _("Complaint %(number)s is late"),
    }  # fmt: skip
    return words[what] % {"number": number}
