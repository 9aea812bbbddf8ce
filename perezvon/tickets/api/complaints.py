"""Complaints: read, taken down, looked into, made good, answered, closed - by the actions of the pages."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_lazy as _

from perezvon.api.ids import named
from perezvon.api.nouns import Caller, Expansion, Heard, Noun, Order, fact_of, register
from perezvon.api.schemas import Amount, Field, Id, In, Out, Roubles
from perezvon.crm.models import Person
from perezvon.staff import access as rights
from perezvon.staff.models import Department, User

from ..actions import complaints as actions
from ..complaint_forms import people_for
from ..models import Compensation, Complaint, ComplaintAnswer, ComplaintWord, Severity, Ticket

Said = Annotated[str, Field(min_length=1, max_length=4000)]
Comment = Annotated[str, Field(max_length=300)]
_COMPLAINT = {"complaint": Expansion("complaints", "complaint_id")}


class ComplaintOut(Out):
    """A client is not content: from the first word to the correction."""

    id: int
    number: str
    stage: Complaint.Stage
    severity: Severity
    reason_id: int
    text: str
    person_id: int | None
    ticket_id: int | None
    deal_id: int | None
    call_id: int | None
    responsible_id: int | None
    department_id: int | None
    opened_at: datetime
    opened_by_id: int | None
    answer_due: datetime
    resolve_due: datetime
    due_at: datetime | None = Field(description=_("The next deadline: of the answer, then of the closing."))
    is_justified: bool | None = Field(description=_("Whether the client is right; null = not found out yet."))
    guilty_stage_id: int | None
    guilty_department_id: int | None
    guilty_id: int | None
    cause: str
    correction: str
    repeat_of_id: int | None
    answered_at: datetime | None
    closed_at: datetime | None
    closed_by_id: int | None
    changed_at: datetime


class ComplaintIn(In):
    """A complaint of a client or within a request."""

    reason_id: Id = Field(description=_("One of the words of complaints of the kind “reason”."))
    text: Said
    severity: Severity = Severity.MINOR
    person_id: Id | None = None
    ticket_id: Id | None = None
    responsible_id: Id | None = None


class ComplaintHandIn(In):
    """Who looks into it."""

    responsible_id: Id


class FindingIn(In):
    """What was found out."""

    is_justified: bool
    cause: Annotated[str, Field(max_length=4000)] = ""
    correction: Annotated[str, Field(max_length=4000)] = ""
    guilty_stage_id: Id | None = None
    guilty_department_id: Id | None = None
    guilty_id: Id | None = None


class CompensationIn(In):
    """What the client gets; above the company's limit a head decides."""

    kind_id: Id = Field(description=_("One of the words of complaints of the kind “given”."))
    amount: Amount
    comment: Comment = ""


class ComplaintAnswerIn(In):
    """What the client was told, and how."""

    text: Said
    way: ComplaintAnswer.Way


class CommentIn(In):
    """A word about it."""

    comment: Comment = ""


class WhyIn(In):
    """Why."""

    comment: Annotated[str, Field(min_length=1, max_length=300)]


COMPLAINTS = register(Noun(
    "complaints", "complaint", _("Complaints"), ComplaintOut, lambda user, verb: Complaint.objects.visible_to(user, verb),
    "complaint", orders=(Order("opened", "opened_at"),),
    narrow={"person": "person_id", "ticket": "ticket_id", "responsible": "responsible_id", "stage": "stage"},
    expand={"person": Expansion("people", "person_id"), "ticket": Expansion("tickets", "ticket_id")},
    heard=Heard(("complaint.",), fact_of("complaint")), is_exported=True,
))  # fmt: skip


def _word(kind: str, pk: int | None, place: str) -> Any:
    return named(ComplaintWord.objects.filter(kind=kind, is_archived=False), pk, place)


def _colleague(caller: Caller, pk: int | None) -> User | None:
    """Whom the pages would offer too; nobody for those who do not hand complaints over."""
    may = rights.can(caller.user, "complaint", "assign")
    found: User | None = named(people_for(caller.user) if may else User.objects.none(), pk, "responsible_id")
    return found


@COMPLAINTS.adds(ComplaintIn)
def take_down(caller: Caller, body: ComplaintIn) -> Complaint:
    """Taken down; the deadlines begin."""
    return actions.open_complaint(
        reason=_word("reason", body.reason_id, "reason_id"), text=body.text, severity=body.severity,
        person=named(Person.objects.visible_to(caller.user), body.person_id, "person_id"),
        ticket=named(Ticket.objects.visible_to(caller.user), body.ticket_id, "ticket_id"),
        responsible=_colleague(caller, body.responsible_id), by=caller.user, at=caller.at,
    )  # fmt: skip


@COMPLAINTS.verb("hand", _("Complaints: say who looks into it"), ComplaintHandIn, right="assign")
def hand(caller: Caller, complaint: Complaint, body: ComplaintHandIn) -> Complaint:
    """Somebody else's work now."""
    whom: Any = _colleague(caller, body.responsible_id)
    return actions.hand_complaint(complaint, whom, by=caller.user, at=caller.at)


@COMPLAINTS.verb("find-out", _("Complaints: say what was found out"), FindingIn)
def find_out(caller: Caller, complaint: Complaint, body: FindingIn) -> Complaint:
    """Who is right, whose fault, why and what was corrected."""
    return actions.find_out(
        complaint, is_justified=body.is_justified, cause=body.cause, correction=body.correction,
        guilty_stage=_word("stage", body.guilty_stage_id, "guilty_stage_id"),
        guilty_department=named(Department.objects.all(), body.guilty_department_id, "guilty_department_id"),
        guilty=named(User.objects.all(), body.guilty_id, "guilty_id"), by=caller.user, at=caller.at,
    )  # fmt: skip


@COMPLAINTS.verb("compensate", _("Complaints: make it good"), CompensationIn, tells="compensations")
def compensate(caller: Caller, complaint: Complaint, body: CompensationIn) -> Compensation:
    """Approved at once up to the limit; above it a head is asked."""
    kind = _word("given", body.kind_id, "kind_id")
    return actions.compensate(
        complaint, kind=kind, amount=body.amount, comment=body.comment, by=caller.user, at=caller.at
    )


@COMPLAINTS.verb("answer", _("Complaints: the client was told"), ComplaintAnswerIn)
def answer(caller: Caller, complaint: Complaint, body: ComplaintAnswerIn) -> Complaint:
    """From the first answer on the deadline is that of closing."""
    actions.answer(complaint, text=body.text, way=body.way, by=caller.user, at=caller.at)
    return complaint


@COMPLAINTS.verb("close", _("Complaints: close"), CommentIn, right="close")
def close(caller: Caller, complaint: Complaint, body: CommentIn) -> Complaint:
    """Answered, and looked into to the end."""
    return actions.close_complaint(complaint, comment=body.comment, by=caller.user, at=caller.at)


@COMPLAINTS.verb("reopen", _("Complaints: open again, for a reason"), WhyIn, right="close")
def reopen(caller: Caller, complaint: Complaint, body: WhyIn) -> Complaint:
    """The client is still not content."""
    return actions.reopen_complaint(complaint, comment=body.comment, by=caller.user, at=caller.at)


def _of_complaints(model: Any) -> Any:
    return lambda user, verb: model.objects.filter(
        complaint__in=Complaint.objects.visible_to(user, verb).order_by().values("pk")
    )


class ComplaintAnswerOut(Out):
    """What the client was told."""

    id: int
    complaint_id: int
    text: str
    way: ComplaintAnswer.Way
    by_id: int | None
    at: datetime


register(Noun(
    "complaint-answers", "complaint_answer", _("Answers to complaints"), ComplaintAnswerOut, _of_complaints(ComplaintAnswer),
    "complaint", narrow={"complaint": "complaint_id"}, expand=_COMPLAINT,
))  # fmt: skip


class CompensationOut(Out):
    """How a complaint is made good."""

    id: int
    complaint_id: int
    kind_id: int
    amount: Roubles
    comment: str
    state: Compensation.State
    asked_by_id: int | None
    asked_at: datetime
    decided_by_id: int | None
    decided_at: datetime | None
    decision: str


COMPENSATIONS = register(Noun(
    "compensations", "compensation", _("Compensations"), CompensationOut, _of_complaints(Compensation), "complaint",
    narrow={"complaint": "complaint_id", "state": "state"}, expand=_COMPLAINT, related=("complaint", "kind"),
))  # fmt: skip


@COMPENSATIONS.verb("approve", _("Compensations: approve"), CommentIn, right="approve")
def approve(caller: Caller, row: Compensation, body: CommentIn) -> Compensation:
    """A head says yes; never whoever asked."""
    return actions.decide(row, approved=True, comment=body.comment, by=caller.user, at=caller.at)


@COMPENSATIONS.verb("refuse", _("Compensations: refuse, for a reason"), WhyIn, right="approve")
def refuse(caller: Caller, row: Compensation, body: WhyIn) -> Compensation:
    """A head says no."""
    return actions.decide(row, approved=False, comment=body.comment, by=caller.user, at=caller.at)


class ComplaintWordOut(Out):
    """A word of the company: why clients complain, where it went wrong, how it is made good."""

    id: int
    kind: Literal["reason", "stage", "given"]
    name: str
    order: int
    is_archived: bool


register(Noun(
    "complaint-words", "complaint_word", _("Words about complaints"), ComplaintWordOut,
    lambda user, verb: ComplaintWord.objects.all(), "complaint", narrow={"kind": "kind"},
))  # fmt: skip
