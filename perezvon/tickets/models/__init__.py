from .checklist import ChecklistItem, ChecklistMark
from .contact import Contact
from .limits import TicketSettings
from .ticket import Ticket

__all__ = ["ChecklistItem", "ChecklistMark", "Contact", "Ticket", "TicketSettings"]
