from .forms import add_form, change_form
from .intake import accept, reject
from .sources import (
    add_source,
    assign_line,
    change_source,
    free_line,
    remove_utm_rule,
    set_utm_rule,
)
from .submissions import process_submissions

__all__ = [
    "accept",
    "add_form",
    "add_source",
    "assign_line",
    "change_form",
    "change_source",
    "free_line",
    "process_submissions",
    "reject",
    "remove_utm_rule",
    "set_utm_rule",
]
