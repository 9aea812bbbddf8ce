from .blocking import block_number, is_blocked, unblock_number
from .closing import close, close_silent
from .dialling import NotDialled, dial
from .exchange import Stale, add_own_exchange, apply_now, problems_of, restart, roll_back
from .intake import accept
from .interpret import interpret_pending
from .lines import add_line, change_line
from .menus import add_menu, change_menu, remove_menu
from .ordering import NotOrdered, give_order
from .prompts import add_prompt, change_prompt, remove_prompt, tidy_sounds
from .providers import add_provider, change_provider, renew_address, set_extension, set_line, set_queue
from .queues import add_queue, change_queue, remove_queue
from .recognising import introduce, recognise
from .replay import replay
from .telephones import add_device, give_extension, renew_device, revoke_device, take_extension
from .trunks import add_trunk, change_trunk, remove_trunk
from .wrapping_up import finish as finish_wrap_up
from .wrapping_up import note_result

__all__ = [
    "NotDialled",
    "NotOrdered",
    "accept",
    "add_device",
    "add_line",
    "add_menu",
    "add_own_exchange",
    "Stale",
    "apply_now",
    "problems_of",
    "restart",
    "roll_back",
    "add_prompt",
    "add_provider",
    "add_queue",
    "add_trunk",
    "block_number",
    "change_line",
    "change_menu",
    "change_prompt",
    "change_provider",
    "change_queue",
    "change_trunk",
    "close",
    "close_silent",
    "dial",
    "finish_wrap_up",
    "give_extension",
    "give_order",
    "interpret_pending",
    "is_blocked",
    "remove_menu",
    "remove_prompt",
    "remove_queue",
    "remove_trunk",
    "renew_device",
    "renew_address",
    "introduce",
    "note_result",
    "recognise",
    "replay",
    "revoke_device",
    "set_extension",
    "set_line",
    "set_queue",
    "take_extension",
    "tidy_sounds",
    "unblock_number",
]
