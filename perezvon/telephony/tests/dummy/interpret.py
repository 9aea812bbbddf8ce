"""A set of events -> the canonical call."""

from collections.abc import Sequence
from datetime import timedelta

from perezvon.kit import phones
from perezvon.telephony import canonical as c
from perezvon.telephony.canonical import Call, Ending, Head, Rules, Step
from perezvon.telephony.providers.contract import Inferred
from perezvon.telephony.stages import Cause

from .events import DummyEvent, Moment


def interpret(key: str, events: Sequence[DummyEvent], rules: Rules) -> Call | None:
    """The call; None while nothing of it is known."""
    told = sorted({e for e in events if isinstance(e, Moment)})
    gone = min((e for e in events if isinstance(e, Inferred)), key=lambda e: (e.at, e.reason), default=None)
    if not told:
        return None
    end = max((e for e in told if e.event == "end"), key=lambda e: (e.told, e), default=None)
    head = Head(c.IN, phones.normalise(told[0].client), phones.normalise(told[0].line))
    kinds = {"ring": c.RINGING, "answer": c.ANSWERED}
    steps = [Step(e.at, kinds[e.event], e.employee, e.employee) for e in told if e.event in kinds]
    if end and not end.talk:
        steps = [step for step in steps if step.kind != c.ANSWERED]
    if end and end.talk and not any(step.kind == c.ANSWERED for step in steps):
        steps.append(Step(end.at - timedelta(seconds=end.talk), c.ANSWERED, end.employee, end.employee))
    start = min(e.at - timedelta(seconds=e.talk if e.event == "end" else 0) for e in told)
    ending = Ending(gone.at, Cause.NETWORK_ERROR.value, observed=False) if gone else None
    if end:
        last = max([end.at, *(step.at for step in steps)])
        ending = Ending(last, (Cause.NORMAL if end.talk else Cause.NO_ANSWER).value)
    talk = end.talk if end and end.talk else None
    return c.build(key, head, steps, ending, rules, started_at=start, talk_seconds=talk)
