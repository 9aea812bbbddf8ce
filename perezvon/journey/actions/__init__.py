from .alike import record_alike
from .epochs import start_epoch
from .parking import retry_parked
from .recording import NewFact, record, record_many, wake, wake_soon
from .timers import cancel_timer, set_timer, set_timers

__all__ = [
    "NewFact",
    "cancel_timer",
    "record",
    "record_alike",
    "record_many",
    "retry_parked",
    "set_timer",
    "set_timers",
    "start_epoch",
    "wake",
    "wake_soon",
]
