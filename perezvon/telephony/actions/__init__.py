from .closing import close, close_silent
from .intake import accept
from .interpret import interpret_pending
from .providers import add_provider, change_provider, forget_mapping, set_extension, set_line, set_queue
from .replay import replay

__all__ = [
    "accept",
    "add_provider",
    "change_provider",
    "close",
    "close_silent",
    "forget_mapping",
    "interpret_pending",
    "replay",
    "set_extension",
    "set_line",
    "set_queue",
]
