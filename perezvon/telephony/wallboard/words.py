"""What the board calls things."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..agents import TONES as _TONES
from ..agents import Doing
from .people import UNSAID

DOING: dict[str, str | Promise] = {**{doing.value: doing.label for doing in Doing}, UNSAID: _("on the spot")}
TONES = {**_TONES, UNSAID: "green"}
LEVELS: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    (
        "of_answered",
        _("SL of the answered"),
        _(
            "Answered within the queue's time, divided by all answered. The mildest figure: whoever hung up is not in it."
        ),
    ),
    (
        "inclusive",
        _("SL with the abandoned"),
        _("Answered within the queue's time, divided by answered and abandoned together."),
    ),
    (
        "of_offered",
        _("SL of the offered"),
        _(
            "Answered within the queue's time, divided by all who came into the queue but for those who hung up within 5 s."
        ),
    ),
)
FORMULAS: dict[str, str | Promise] = {
    "asa": _(
        "Average speed of answer: the wait of the answered, divided by their number. The wait begins in the queue."
    ),
    "abandonment": _(
        "Hung up while waiting, divided by all who came into the queue; beside it without those who hung up within 5 s."
    ),
    "patience": _(
        "The median wait of those who hung up here lately, later than this client has waited already. After it he is expected to leave."
    ),
    "stake": _("His open deals; without one, the average cheque of the last 90 days, marked ≈."),
    "occupancy": _("Talk, hold and wrap-up, divided by the time at work without breaks."),
    "usual": _("The median of the same weekday in the last eight weeks; a difference of two spreads is not chance."),
}
