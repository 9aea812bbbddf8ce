"""A set of AMI events -> the canonical call. Pure; order and duplicates do not matter.

Our dialplan says the stage itself (``UserEvent(CallStage)`` at every node, ``UserEvent(CallEnd)`` from
the hangup handler); where it does, natural events only add attempts. Where it does not, the natural
events tell: QueueCallerJoin, AgentCalled, DialBegin, BackGround, HangupRequest ... An abandoned queue
is a hang-up of the caller's own channel inside it: QueueCallerAbandon fires on a timeout too.
Source: Asterisk 22 events, observed on real calls (tests/payloads/asterisk).
"""

from collections.abc import Sequence
from datetime import datetime

from perezvon.kit import phones

from ... import canonical as c
from ...canonical import Call, Ending, Head, Rules, Step
from ...stages import EMPLOYEE_CAUSES, Cause
from ..capabilities import Asked
from ..contract import Inferred
from .causes import QUEUE_STATUS, q850
from .channels import is_trunk
from .events import CUT_OFF, AmiEvent, identity
from .steps import Steps

_SHORT = 6  # digits: longer ones are telephone numbers


def interpret(key: str, events: Sequence[AmiEvent | Asked | Inferred], rules: Rules) -> Call | None:
    """The call behind a Linkedid; None while nothing tells who calls."""
    heard = _from_the_call(_in_order([e for e in events if isinstance(e, AmiEvent)]))
    guesses = [e for e in events if isinstance(e, Inferred)]
    gone = min(guesses, key=lambda e: (e.reason != CUT_OFF, e.at, e.reason), default=None)
    if not any(e.name in ("Newchannel", "UserEvent", "DialBegin", "QueueCallerJoin", "Newexten") for e in heard):
        return None
    master = _master(key, heard)
    asked = next((e for e in events if isinstance(e, Asked)), None)
    if asked and _said(heard, "out") is None:
        return _in_vain(key, asked, heard, master, gone, rules)
    head = _head(heard, master, rules)
    walk = Steps(master, head.direction, rules, refused=_refused(heard))
    for event in heard:
        walk.take(event)
    ending = _ending(heard, master, gone, walk, head)
    if ending is None and rules.says_stages and (walk.is_blocked or not _is_placed(heard)):
        return None
    record = walk.record if walk.answered else ""
    return c.build(key, head, walk.steps, ending, rules, started_at=heard[0].at, record=record)


def _in_vain(
    key: str, asked: Asked, heard: list[AmiEvent], master: str, gone: Inferred | None, rules: Rules
) -> Call | None:
    """A call with a button for which the employee's own telephone was not taken, so the client was not rung; None while it rings."""
    hangup = next((e for e in reversed(heard) if e.name == "Hangup" and e["Channel"] == master), None)
    last = hangup or gone
    if last is None:
        return None
    told = q850(hangup["Cause"]) if hangup else Cause.NO_ANSWER
    why = told if told in EMPLOYEE_CAUSES else Cause.NO_ANSWER
    is_busy = why in (Cause.BUSY, Cause.REJECTED)
    ending = Ending(last.at, (Cause.OWN_BUSY if is_busy else Cause.OWN_SILENT).value, hangup is not None)
    began = heard[0].at
    ring = Step(began, c.RINGING, key, asked.extension), Step(last.at, c.FAILED, key, asked.extension, why.value)
    return c.build(key, Head(c.OUT, asked.phone), ring, ending, rules, started_at=began)


def _in_order(events: list[AmiEvent]) -> list[AmiEvent]:
    """Each thing once: what was heard live counts, of the diary only what was not heard.

    AMI promises order of arrival; beside the diary, which nobody saw arriving, the exchange's own clock orders both.
    """
    seen = list({event.text: event for event in sorted(events, key=lambda e: e.order)}.values())
    told = {identity(event.fields) for event in seen if not event.is_read_back}
    if not told or all(not event.is_read_back for event in seen):
        return seen
    whole = [event for event in seen if not event.is_read_back or identity(event.fields) not in told]
    return sorted(whole, key=lambda e: (e.at, e.order))


def _from_the_call(heard: list[AmiEvent]) -> list[AmiEvent]:
    """Without what a stand-in (who waited in a client's place) did before the client was rung."""
    out = _said(heard, "out") if _said(heard, "place") else None
    if out is None:
        return heard
    return [event for event in heard if event.order >= out.order or event.name == "Newchannel"]


def _refused(heard: list[AmiEvent]) -> dict[str, str]:
    """Telephones that were busy or refused, by their channels: also said when they are hung up."""
    return {e["Channel"]: q850(e["Cause"]).value for e in heard if e.name == "Hangup" and e["Cause"] in ("17", "21")}


def _is_placed(heard: list[AmiEvent]) -> bool:
    """Whether our dialplan has said where the call is: before that nothing is known, not even whether it is welcome."""
    return any(event["UserEvent"] == "CallStage" and event["Stage"] not in ("", "did") for event in heard)


def _said(heard: list[AmiEvent], stage: str) -> AmiEvent | None:
    """The first time that our dialplan said this stage."""
    return next((event for event in heard if event["UserEvent"] == "CallStage" and event["Stage"] == stage), None)


def _master(key: str, heard: list[AmiEvent]) -> str:
    """The name of the channel that began the call: the one whose own id is the call's."""
    named = (e["Channel"] for e in heard if e["Uniqueid"] == key and e["Channel"])
    other = (e["Channel"] for e in heard if e.name in ("Newchannel", "UserEvent"))
    return next(named, next(other, ""))


def _head(heard: list[AmiEvent], master: str, rules: Rules) -> Head:
    """Direction by where the first channel comes from; numbers from what it dialled."""
    first = next((e for e in heard if e["Channel"] == master and e.name == "Newchannel"), None)
    first = first or next((e for e in heard if e["Channel"] == master), heard[0])
    out = _said(heard, "out")
    if out is not None:
        return Head(c.OUT, phones.normalise(out["Client"]), phones.normalise(_own_number(heard)))
    if _said(heard, "place"):
        return Head(c.INTERNAL)
    did = next((e["DID"] for e in heard if e["UserEvent"] == "CallStage" and e["DID"]), "")
    number = phones.normalise(first["CallerIDNum"]) if not _is_short(first["CallerIDNum"]) else ""
    dialled = "" if did or is_trunk(master, rules.trunks) else _dialled(heard, rules)
    if not dialled and (did or number or is_trunk(master, rules.trunks)):
        line = did or first["Exten"]
        return Head(c.IN, number, phones.normalise(line) or line[:20])
    dialled = dialled or (phones.normalise(first["Exten"]) if not _is_short(first["Exten"]) else "")
    return Head(c.OUT, dialled, phones.normalise(_own_number(heard))) if dialled else Head(c.INTERNAL)


def _is_short(number: str) -> bool:
    return number.isdigit() and len(number) <= _SHORT


def _dialled(heard: list[AmiEvent], rules: Rules) -> str:
    """The client's number in a call of ours: dialled out through a trunk."""
    for event in heard:
        if event.name == "DialBegin" and is_trunk(event["DestChannel"], rules.trunks):
            told = (event["DialString"].split("@")[0].rsplit("/", 1)[-1], event["Exten"], event["DestCallerIDNum"])
            return next(filter(None, map(phones.normalise, told)), "")
    return ""


def _own_number(heard: list[AmiEvent]) -> str:
    own = (e["CallerIDNum"] for e in heard if e.name == "DialBegin")
    return next((number for number in own if not _is_short(number)), "")


def _ending(heard: list[AmiEvent], master: str, gone: Inferred | None, walk: Steps, head: Head) -> Ending | None:
    """The call ends when its first channel hangs up, or with CallEnd; else when we gave up (inferred)."""
    told = next((e for e in reversed(heard) if e["UserEvent"] == "CallEnd"), None)
    hangup = next((e for e in reversed(heard) if e.name == "Hangup" and e["Channel"] == master), None)
    last = hangup or told
    if last is not None and not walk.talks_on:
        return Ending(_latest(last.at, walk), _cause(heard, master, told, hangup, walk, head))
    if gone is None:
        return None
    if gone.reason == CUT_OFF:  # the exchange itself died under the call: that is no guess
        return Ending(_latest(gone.at, walk), Cause.NETWORK_ERROR.value)
    return Ending(_latest(walk.steps[-1].at if walk.steps else heard[-1].at, walk), Cause.NETWORK_ERROR.value, False)


def _latest(at: datetime, walk: Steps) -> datetime:
    return max([at, *(step.at for step in walk.steps[-1:])])


def _cause(
    heard: list[AmiEvent], master: str, told: AmiEvent | None, hangup: AmiEvent | None, walk: Steps, head: Head
) -> str:
    """Who ended it, then why: hangupsource, HangupRequest, AgentComplete, the queue's status, Q.850."""
    if not walk.answered and (walk.is_promised or walk.is_blocked):
        return (Cause.CALLBACK if walk.is_promised else Cause.BARRED).value
    who = _who(heard, master, told, head)
    if (walk.answered or who == Cause.CALLER_HANGUP) and who:
        return who
    status = (told["QStatus"] if told else "") or walk.queue_status
    if status in QUEUE_STATUS and not walk.answered:
        return QUEUE_STATUS[status].value
    if walk.stage == "offhours":
        return Cause.OFF_HOURS.value
    number = hangup["Cause"] if hangup else told["Cause"] if told else ""
    cause = q850(number)
    if cause == Cause.NORMAL and not walk.answered:
        return Cause.IVR_ENDED.value if walk.in_menu else walk.last_failure or Cause.NORMAL.value
    return cause.value


def _who(heard: list[AmiEvent], master: str, told: AmiEvent | None, head: Head) -> str:
    """caller_hangup is always the client, agent_hangup the employee, whoever called whom; "" = neither."""
    source = told["Src"] if told else ""
    if not source:
        asked = next((e for e in heard if e.name == "HangupRequest" and not _is_failed_ring(e)), None)
        source = asked["Channel"] if asked else ""
    if not source or "/" not in source or source.startswith("dialplan/"):
        return ""
    by_master = source == master
    client = by_master == (head.direction == c.IN)
    return Cause.CALLER_HANGUP.value if client else Cause.AGENT_HANGUP.value


def _is_failed_ring(event: AmiEvent) -> bool:
    """A busy or refusing telephone asks for a hang-up of its own leg; nobody ended the call by that."""
    return event["Cause"] not in ("", "0", "16")
