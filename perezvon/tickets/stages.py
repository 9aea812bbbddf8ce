"""The steps of a journey in order, and the losses that happen at each.

``Ticket.step`` is the last step a request has passed, ``Ticket.rank`` its rank: it has passed every
step with a smaller rank too, so "passed step s" is "rank >= rank of s" and the numbers of a funnel
add up. A loss L01-L10 happens at the gate after that step (STEP_OF_LOSS); L11 and L13 at the step
itself. Steps of the deal are the stages of the pipeline: "deal:<stage id>" with rank DEAL + 1 + the
stage's order. Loss codes L01-L14 are those of the glossary (docs/glossary.md); L12 is a way out,
not a loss.
"""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DEAL = 1000
DEAL_MOST = 998


class Loss(models.TextChoices):
    LINES_BUSY = "L01", _("lines busy")
    OFF_HOURS = "L02", _("off hours")
    IVR_HANGUP = "L03", _("hung up in the voice menu")
    IVR_NO_CHOICE = "L04", _("heard the menu, chose nothing")
    QUEUE_ABANDONED = "L05", _("did not wait in the queue")
    QUEUE_OVERFLOW = "L06", _("not taken by the queue")
    RING_NO_ANSWER = "L07", _("nobody answered")
    DROPPED_IN_TALK = "L08", _("dropped in the talk, not called back")
    NOT_IN_CRM = "L09", _("talked, not entered")
    NOT_WORKED = "L10", _("entered, not worked")
    NO_FOLLOW_UP = "L11", _("forgotten: the next step is overdue")
    DISQUALIFIED = "L12", _("not a target")
    LOST_DEAL = "L13", _("the deal is lost")
    NO_REPEAT = "L14", _("bought once, not offered again")


@dataclass(frozen=True)
class Step:
    """A gate of the journey: ``losses`` are the codes of those who come to it and do not pass."""

    key: str
    rank: int
    name: object
    losses: tuple[str, ...] = ()


STEPS = (
    Step("dialled", 0, _("Contacted us")),
    Step("line", 10, _("Got a line"), ("L01",)),
    Step("hours", 20, _("In working hours"), ("L02",)),
    Step("menu", 30, _("Through the voice menu"), ("L03", "L04")),
    Step("queue", 40, _("Through the queue"), ("L05", "L06")),
    Step("answer", 50, pgettext_lazy("step", "Answered"), ("L07",)),
    Step("talk", 60, pgettext_lazy("step", "Talked"), ("L08",)),
    Step("entered", 70, _("Entered in the CRM"), ("L09",)),
    Step("worked", 80, _("Taken into work"), ("L10", "L12")),
    Step("deal", DEAL, pgettext_lazy("step", "Deal"), ("L11", "L13")),
    Step("won", 2000, pgettext_lazy("step", "Sale")),
    Step("paid", 2010, pgettext_lazy("step", "Paid")),
    Step("repeat", 2020, _("Repeat sale"), ("L14",)),
)
BY_KEY = {step.key: step for step in STEPS}
STEP_OF_LOSS = {loss: step.key for step in STEPS for loss in step.losses}
CALL_LOSSES = tuple(f"L{number:02d}" for number in range(1, 9))


def rank_before(loss: str) -> int:
    """The rank of the step passed by those whom a loss L01-L10 stops."""
    gate = BY_KEY[STEP_OF_LOSS[loss]].rank
    return max(step.rank for step in STEPS if step.rank < gate)


PASSED_BEFORE = {loss: rank_before(loss) for loss in CALL_LOSSES}
KEY_OF_RANK = {step.rank: step.key for step in STEPS}


def deal_step(stage_id: int, order: int) -> tuple[str, int]:
    """The key and rank of a pipeline stage as a step of the journey."""
    return f"deal:{stage_id}", DEAL + 1 + min(max(order, 0), DEAL_MOST)


def deal_stage_of(step: str) -> int | None:
    """The pipeline stage that a step "deal:<id>" means; None for any other step."""
    head, _colon, tail = step.partition(":")
    return int(tail) if head == "deal" and tail else None
