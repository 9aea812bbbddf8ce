"""Everything other rooms and views may do with clients, deals and tasks."""

from .companies import add_company, change_company
from .contact_points import add_contact, remove_contact
from .deals import change_deal, link_ticket, lose_deal, missing, move_deal, open_deal, reopen_deal, win_deal
from .errors import (
    AlreadyDone,
    ChangedMeanwhile,
    FieldsNeeded,
    NextNeeded,
    NotAPhone,
    OutcomeNeeded,
    Refused,
    ResultNeeded,
)
from .identity import Lead, identify, identify_many
from .notes import add_note
from .people import add_person, adopt_people, change_person, enter_person, touch_people
from .tasks import (
    NewTask,
    cancel_task,
    claim_tasks,
    complete_task,
    finish_task,
    hand_task,
    move_task,
    next_step,
    set_task,
    set_tasks,
)
from .waits import end_waits, wait

__all__ = [
    "AlreadyDone", "ChangedMeanwhile", "FieldsNeeded", "Lead", "NewTask", "NextNeeded", "NotAPhone", "OutcomeNeeded", "Refused", "ResultNeeded",
    "add_company", "add_contact", "add_note", "add_person", "adopt_people", "change_company", "change_deal", "change_person",
    "end_waits", "wait",
    "cancel_task", "claim_tasks", "complete_task", "enter_person", "finish_task", "hand_task", "identify", "identify_many", "link_ticket", "lose_deal", "missing", "move_deal", "move_task",
    "next_step", "open_deal", "remove_contact", "reopen_deal", "set_task", "set_tasks", "touch_people", "win_deal",
]  # fmt: skip
