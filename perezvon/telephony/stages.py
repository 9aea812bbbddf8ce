"""Where a call can be lost before a conversation, and why it ended.

Source: the canonical vocabulary of the product (docs/glossary.md): causes after ITU-T Q.850 and the
vendors' own codes, loss stages L01-L08 in the order in which a caller meets them.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

SHORT_ABANDON_SECONDS = 5
TALK_SECONDS = 2  # a shorter talk is a dropped one; an exchange may have its own threshold

TALKED = "talked"


class CallLoss(models.TextChoices):
    LINES_BUSY = "L01", _("lines busy")
    OFF_HOURS = "L02", _("off hours")
    IVR_HANGUP = "L03", _("hung up in the voice menu")
    IVR_NO_CHOICE = "L04", _("heard the menu, chose nothing")
    QUEUE_ABANDONED = "L05", _("did not wait in the queue")
    QUEUE_OVERFLOW = "L06", _("not taken by the queue")
    RING_NO_ANSWER = "L07", _("nobody answered")
    DROPPED_IN_TALK = "L08", _("dropped in the talk")


class Cause(models.TextChoices):
    NORMAL = "normal", _("ended normally")
    CALLER_HANGUP = "caller_hangup", _("the client hung up")
    AGENT_HANGUP = "agent_hangup", _("the employee hung up")
    NO_ANSWER = "no_answer", _("no answer")
    BUSY = "busy", _("busy")
    REJECTED = "rejected", _("rejected")
    DND = "dnd", _("do not disturb")
    ON_BREAK = "on_break", _("on a break")
    WRAP_UP = "wrap_up", _("wrap-up")
    UNAVAILABLE = "unavailable", _("unavailable, not registered")
    INVALID_NUMBER = "invalid_number", _("no such number")
    OFF_HOURS = "off_hours", _("off hours")
    NO_AGENTS = "no_agents", _("no employees available")
    QUEUE_FULL = "queue_full", _("the queue is full")
    QUEUE_TIMEOUT = "queue_timeout", _("waiting time is over")
    IVR_ENDED = "ivr_ended", _("ended by the scheme")
    LINES_EXHAUSTED = "lines_exhausted", _("all lines busy")
    ANSWERED_ELSEWHERE = "answered_elsewhere", _("answered by another")
    TRANSFERRED = "transferred", _("transferred")
    BARRED = "barred", _("barred or spam")
    BILLING = "billing", _("blocked for money")
    CALLBACK = "callback", _("asked to be called back")
    MACHINE = "machine", _("answering machine")
    NETWORK_ERROR = "network_error", _("failure")
    OWN_BUSY = "own_busy", _("the employee's own telephone was busy")
    OWN_SILENT = "own_silent", _("the employee did not take his own telephone")


EMPLOYEE_CAUSES = frozenset(
    {Cause.NO_ANSWER, Cause.BUSY, Cause.REJECTED, Cause.DND, Cause.ON_BREAK, Cause.WRAP_UP, Cause.UNAVAILABLE}
)

# Of a call with a button: the client himself was not rung.
NOT_RUNG = frozenset({Cause.OWN_BUSY, Cause.OWN_SILENT})


def stage_words(stage: str) -> object:
    """What a terminal stage is called: a loss, "talked" or nothing for a call that lasts."""
    if stage == TALKED:
        return _("talked")
    return CallLoss(stage).label if stage in CallLoss.values else ""


def cause_words(cause: str) -> object:
    """What a hang-up cause is called; an unknown one is shown as it is."""
    return Cause(cause).label if cause in Cause.values else cause
