"""Everything that is done with views, selections, jobs on many rows and exports."""

from .bulks import action_of, start_bulk, undo_bulk, work_on, work_on_next
from .errors import NameTaken, NothingToDo, Refused, TooMany
from .exports import write_down_export
from .selections import add_selection, drop, pick, remove_selection
from .views import add_view, change_view, pin, remove_view, unpin

__all__ = [
    "NameTaken", "NothingToDo", "Refused", "TooMany", "action_of", "add_selection", "add_view", "change_view", "drop",
    "pick", "pin", "remove_selection", "remove_view", "start_bulk", "undo_bulk", "unpin", "work_on", "work_on_next",
    "write_down_export",
]  # fmt: skip
