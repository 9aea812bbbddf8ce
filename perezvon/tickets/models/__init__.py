from .checklist import ChecklistItem, ChecklistMark
from .contact import Contact
from .limits import TicketSettings
from .lost_call import CallbackTry, CallbackTurn, LostCall, RedialPolicy
from .ticket import Ticket

__all__ = [
    "CallbackTry", "CallbackTurn", "ChecklistItem", "ChecklistMark", "Contact", "LostCall", "RedialPolicy", "Ticket",
    "TicketSettings",
]  # fmt: skip
