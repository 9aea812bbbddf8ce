"""AMI events of one call, in order, as canonical steps."""

from collections.abc import Mapping
from datetime import datetime

from ... import canonical as c
from ...canonical import Rules, Step
from ...stages import Cause
from .causes import DIAL_STATUS, QUEUE_STATUS, q850
from .channels import extension_of, is_telephone_of_many, is_trunk
from .events import CLOSED_WORDS, AmiEvent


class Steps:
    """Takes events in order of arrival; what it learns besides steps is public."""

    def __init__(self, master: str, direction: str, rules: Rules, *, refused: Mapping[str, str] | None = None) -> None:
        self.master, self.direction, self.rules = master, direction, rules
        self.steps: list[Step] = []
        self.stage = self.queue_status = self.record = self.last_failure = self.agent = ""
        self.answered = self.in_menu = self.says_stages = self.is_promised = self.is_blocked = False
        self._busy: dict[str, str] = dict(refused or {})
        self._open: dict[str, str] = {}
        self._talkers: set[str] = set()

    @property
    def talks_on(self) -> bool:
        """The first channel is gone but two others still talk (a transfer)."""
        return len(self._talkers - {self.master}) > 1

    def take(self, event: AmiEvent) -> None:
        """Add what the event means; most events mean nothing by themselves."""
        name = event["UserEvent"] if event.name == "UserEvent" else event.name
        handler = getattr(self, "_on_" + name.lower(), None)
        if handler:
            handler(event)

    def _add(self, at: datetime, kind: str, leg: str = "", what: str = "", cause: str = "") -> None:
        if self.steps and at < self.steps[-1].at:  # clocks of threads differ by microseconds
            at = self.steps[-1].at
        self.steps.append(Step(at, kind, leg, what, cause))

    def _on_callstage(self, event: AmiEvent) -> None:
        stage, at = event["Stage"].lower(), event.at
        self.says_stages = True
        if stage == "ivr-choice":
            self._add(at, c.INPUT, what=f"{self._node(event)}:{event['Digit']}")
        elif stage in ("ivr-timeout", "ivr-no-choice"):
            self.in_menu = True
            self._add(at, c.NO_CHOICE, what=self._node(event))
        elif stage.startswith("ivr"):
            self.in_menu = True
            self._add(at, c.IVR, what=event["Node"] or event["Stage"])
        elif stage.startswith(CLOSED_WORDS):
            stage = "offhours"
            self._add(at, c.CLOSED)
        elif stage == "queue":
            self._queue(event)
        elif stage in ("callback", "promise"):
            self.is_promised = True
            self._add(at, c.PROMISED, what=event["Node"])
        elif stage == "queue-exit":
            self._left_queue(at, event["Status"])
        else:
            self._on_other_stage(stage, event)
        self.stage = stage

    def _on_other_stage(self, stage: str, event: AmiEvent) -> None:
        if stage == "notice":
            self.in_menu = True
            self._add(event.at, c.IVR, what=stage)
        elif stage == "out":
            self.agent = event["Extension"] or extension_of(self.master)
        elif stage == "blocked":
            self.is_blocked = True

    def _node(self, event: AmiEvent) -> str:
        return event["Node"] or event["Context"] or "ivr"

    def _on_newexten(self, event: AmiEvent) -> None:
        """The menu as the dialplan itself shows it, for dialplans that do not say their stages."""
        if self.says_stages or event["Channel"] != self.master or self.answered:
            return
        context = event["Context"]
        if context.lower().startswith(CLOSED_WORDS):
            self.stage = "offhours"
            self._add(event.at, c.CLOSED)
        elif event["Extension"] in ("t", "i"):
            self.in_menu = True
            self._add(event.at, c.NO_CHOICE, what=context)
        else:
            self.in_menu = True
            self._add(event.at, c.IVR, what=context)

    def _on_dtmfend(self, event: AmiEvent) -> None:
        if not self.says_stages and event["Channel"] == self.master and event["Direction"] == "Received":
            self._add(event.at, c.INPUT, what=f"{event['Context']}:{event['Digit']}")

    def _queue(self, event: AmiEvent) -> None:
        self.in_menu = False
        self._add(event.at, c.QUEUED, what=event["Queue"] or event["Node"])

    def _on_queuecallerjoin(self, event: AmiEvent) -> None:
        self._queue(event)

    def _on_varset(self, event: AmiEvent) -> None:
        if event["Variable"] == "QUEUESTATUS":
            self._left_queue(event.at, event["Value"])
        elif event["Variable"] == "MIXMONITOR_FILENAME":
            self.record = event["Value"].rsplit("/", 1)[-1][:255]

    def _left_queue(self, at: datetime, status: str) -> None:
        self.queue_status = status or self.queue_status
        if status in QUEUE_STATUS and not self.answered:
            self._add(at, c.OVERFLOW, cause=QUEUE_STATUS[status].value)

    def _on_callend(self, event: AmiEvent) -> None:
        self.record = event["Record"][:255] or self.record

    def _on_dialbegin(self, event: AmiEvent) -> None:
        """A ring; in a call of ours through a trunk it is the client's telephone that rings."""
        channel = event["DestChannel"]
        if channel == self.master or is_telephone_of_many(event["Channel"]) or self._is_ours_first(channel):
            return
        employee = self._employee(event, channel)
        self.in_menu = False
        self._open[channel] = employee
        self._add(event.at, c.RINGING, event["DestUniqueid"], employee)

    def _is_ours_first(self, channel: str) -> bool:
        """In a call of ours the employee is rung first; the call is about the client's telephone."""
        outside = is_trunk(channel, self.rules.trunks)
        return self.direction == c.OUT and self.says_stages and not outside and not self.answered

    def _employee(self, event: AmiEvent, channel: str) -> str:
        if is_trunk(channel, self.rules.trunks):
            return (self.agent or extension_of(self.master)) if self.direction == c.OUT else ""
        return extension_of(event["Interface"] or channel)

    def _on_agentcalled(self, event: AmiEvent) -> None:
        if event["DestChannel"] not in self._open:
            self._on_dialbegin(event)

    def _on_hangup(self, event: AmiEvent) -> None:
        channel = event["Channel"]
        self._talkers.discard(channel)
        if channel in self._open:
            self._fail(event.at, channel, event["Uniqueid"], q850(event["Cause"]))
        elif channel != self.master:
            self._add(event.at, c.LEFT, event["Uniqueid"], extension_of(channel), q850(event["Cause"]).value)

    def _on_hanguprequest(self, event: AmiEvent) -> None:
        """A telephone that refuses says why here; the queue then only speaks of no answer."""
        if event["Channel"] in self._open and event["Cause"] not in ("", "0", "16"):
            self._busy[event["Channel"]] = q850(event["Cause"]).value

    def _on_dialend(self, event: AmiEvent) -> None:
        channel, status = event["DestChannel"], event["DialStatus"]
        if channel not in self._open:
            return
        if status == "ANSWER":
            self._answer(event)
        else:
            cause = DIAL_STATUS.get(status, Cause.NO_ANSWER)
            self._fail(event.at, channel, event["DestUniqueid"], cause)

    def _on_agentringnoanswer(self, event: AmiEvent) -> None:
        if event["DestChannel"] in self._open:
            self._fail(event.at, event["DestChannel"], event["DestUniqueid"], Cause.NO_ANSWER)

    def _fail(self, at: datetime, channel: str, leg: str, cause: Cause) -> None:
        employee = self._open.pop(channel)
        told = self._busy.pop(channel, "") or (Cause.NO_ANSWER if cause == Cause.NORMAL else cause).value
        self.last_failure = told
        self._add(at, c.FAILED, leg, employee, told)

    def _on_agentconnect(self, event: AmiEvent) -> None:
        if event["DestChannel"] in self._open:
            self._answer(event)

    def _answer(self, event: AmiEvent) -> None:
        employee = self._open.pop(event["DestChannel"])
        self.answered, self.in_menu = True, False
        self._add(event.at, c.ANSWERED, event["DestUniqueid"], employee)

    def _on_bridgeenter(self, event: AmiEvent) -> None:
        self._talkers.add(event["Channel"])

    def _on_hold(self, event: AmiEvent) -> None:
        self._add(event.at, c.HELD)

    def _on_unhold(self, event: AmiEvent) -> None:
        self._add(event.at, c.UNHELD)

    def _on_blindtransfer(self, event: AmiEvent) -> None:
        if event["Result"] in ("", "Success"):
            self._add(event.at, c.TRANSFERRED, what=event["Extension"])
