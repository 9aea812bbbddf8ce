from .checklist import ChecklistItem, ChecklistMark
from .complaint import (
    Compensation,
    Complaint,
    ComplaintAnswer,
    ComplaintMove,
    ComplaintSettings,
    ComplaintWord,
    Severity,
)
from .contact import Contact
from .limits import TicketSettings
from .lost_call import CallbackTry, CallbackTurn, LostCall, RedialPolicy
from .merge import TicketLink, TicketMerge
from .priority import Priority
from .queue import AssignRule, Handout, QueueSeat, TicketQueue
from .sla import ClockKind, LadderStep, SlaClock, SlaPolicy, TicketPause
from .ticket import Ticket

__all__ = [
    "AssignRule", "CallbackTry", "CallbackTurn", "ChecklistItem", "ChecklistMark", "ClockKind",
    "Compensation", "Complaint", "ComplaintAnswer", "ComplaintMove", "ComplaintSettings", "ComplaintWord", "Contact", "Handout",
    "LadderStep", "LostCall", "Priority", "QueueSeat", "RedialPolicy", "Severity", "SlaClock", "SlaPolicy", "Ticket", "TicketLink", "TicketMerge",
    "TicketPause", "TicketQueue", "TicketSettings",
]  # fmt: skip
