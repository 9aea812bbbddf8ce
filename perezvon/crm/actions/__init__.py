"""Everything other rooms and views may do with clients, deals and tasks."""

from .companies import add_company, change_company, company_called
from .completing import complete_task
from .contact_points import add_contact, change_contact, remove_contact
from .deals import change_deal, link_ticket, lose_deal, move_deal, open_deal, reopen_deal, win_deal
from .entering import missing, unticked
from .errors import (
    AlreadyDone,
    ChangedMeanwhile,
    ChecksNeeded,
    CommentNeeded,
    FieldsNeeded,
    HardDeadline,
    NextNeeded,
    NotALength,
    NotAPhone,
    OutcomeNeeded,
    Refused,
    ResultNeeded,
    Taken,
)
from .finishing import Lose, Wait, Win, finish_task, next_step
from .groups import set_group, take_task
from .identity import Lead, identify, identify_many
from .kinds import set_kind
from .lines import NewLine, sell, set_lines
from .notes import add_note
from .people import add_person, adopt_people, change_person, enter_person, fill_in, touch_people
from .reminders import remind_at, set_reminders
from .series import NewSeries, change_series, end_series, skip_occurrence, start_series
from .snoozing import snooze, wake
from .tasks import (
    NewTask,
    cancel_task,
    claim_tasks,
    hand_task,
    move_task,
    place_task,
    set_slot,
    set_task,
    set_tasks,
)
from .waits import end_waits, wait
from .watching import set_watchers

__all__ = [
    "ChecksNeeded", "CommentNeeded", "Lose", "NewLine", "Wait", "Win", "sell", "set_lines", "unticked", "snooze", "wake",
    "AlreadyDone", "ChangedMeanwhile", "FieldsNeeded", "Lead", "NewTask", "NextNeeded", "NotAPhone", "OutcomeNeeded", "Refused", "ResultNeeded",
    "add_company", "add_contact", "add_note", "add_person", "adopt_people", "change_company", "change_contact", "change_deal", "change_person", "company_called",
    "HardDeadline", "NewSeries", "NotALength", "Taken", "change_series", "end_series", "remind_at", "set_group", "set_kind", "set_reminders",
    "place_task", "set_slot", "set_watchers", "skip_occurrence", "start_series", "take_task", "end_waits", "wait",
    "cancel_task", "claim_tasks", "complete_task", "enter_person", "fill_in", "finish_task", "hand_task", "identify", "identify_many", "link_ticket", "lose_deal", "missing", "move_deal", "move_task",
    "next_step", "open_deal", "remove_contact", "reopen_deal", "set_task", "set_tasks", "touch_people", "win_deal",
]  # fmt: skip
