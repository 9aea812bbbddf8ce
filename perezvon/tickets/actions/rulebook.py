"""The company's queues, promises and ladders: read for every request, changed seldom."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

from perezvon.kit.conditions import Circumstances, Node, Unclear, holds, read
from perezvon.staff.fields import circumstances

from ..choosing import LOAD, Rule
from ..fields import TICKET
from ..ladder import Ladder, Rung
from ..models import AssignRule, LadderStep, SlaPolicy, Ticket, TicketQueue

SECONDS = 5.0
_kept: list[tuple[float, "Rulebook"]] = []


@dataclass(slots=True)
class KeptRule:
    """A rule with its condition read; None = it cannot be read any more and fits nothing."""

    row: AssignRule
    where: Node | None


@dataclass(slots=True)
class KeptQueue:
    """A queue with its condition and rules read."""

    row: TicketQueue
    where: Node | None
    rules: list[KeptRule] = field(default_factory=list)

    def rules_for(self, ticket: Ticket, seen: Circumstances) -> list[Rule]:
        """The rules as the chooser asks them; a queue without rules gives to whom has the fewest requests."""
        found = [
            Rule(str(named(one.row)), one.row.way, one.row.pk, one.row.user_id, one.row.skill.strip(), _fits(one.where, ticket, seen))
            for one in self.rules
        ]  # fmt: skip
        return found or [Rule(str(AssignRule.Way.LOAD.label), LOAD)]


@dataclass(slots=True)
class KeptPolicy:
    """A promise with its condition and its own ladders read."""

    row: SlaPolicy
    where: Node | None
    ladders: dict[str, Ladder] = field(default_factory=dict)

    def seconds(self, kind: str, first: int) -> int | None:
        """What is promised, in seconds of working time; ``first`` is the company's own for the first response."""
        minutes: int | None = getattr(self.row, f"{kind}_minutes")
        return minutes * 60 if minutes else first if kind == "first" else None


@dataclass(slots=True)
class Rulebook:
    """Everything that decides on a request without asking anybody."""

    queues: list[KeptQueue]
    policies: list[KeptPolicy]
    ladders: dict[str, Ladder]

    def queue_of(self, ticket: Ticket, at: datetime) -> TicketQueue | None:
        """The first queue whose condition the request fits."""
        seen = circumstances(None, at)
        return next((one.row for one in self.queues if _fits(one.where, ticket, seen)), None)

    def queue(self, pk: int | None) -> KeptQueue | None:
        """A queue in use by its id."""
        return next((one for one in self.queues if one.row.pk == pk), None)

    def policy_of(self, ticket: Ticket, at: datetime) -> KeptPolicy | None:
        """The first promise whose condition the request fits; None = only the company's own first response."""
        seen = circumstances(None, at)
        return next((one for one in self.policies if _fits(one.where, ticket, seen)), None)

    def ladder(self, policy: KeptPolicy | None, kind: str) -> Ladder:
        """The ladder of a promise: the policy's own for this kind, else the common one."""
        own = policy.ladders.get(kind) if policy else None
        return own or self.ladders.get(kind) or Ladder(())


def named(rule: AssignRule) -> object:
    """What a rule is called: its name, else what it does."""
    return rule.name or rule.get_way_display()


def _fits(where: Node | None, ticket: Ticket, seen: Circumstances) -> bool:
    return where is not None and holds(where, ticket, seen)


def readable(where: Any) -> Node | None:
    """A stored condition as a tree; None when a field of it is gone: it then fits nothing."""
    try:
        return read(where, TICKET)
    except Unclear:
        return None


def rulebook() -> Rulebook:
    """The present book; this process asks the database once in ``SECONDS``."""
    if not _kept or monotonic() >= _kept[0][0]:
        _kept[:] = [(monotonic() + SECONDS, _load())]
    return _kept[0][1]


def forget_rulebook() -> None:
    """Ask the database at the next question."""
    _kept.clear()


def _load() -> Rulebook:
    from .settings import settings_row

    queues = [KeptQueue(row, readable(row.where)) for row in TicketQueue.objects.filter(is_archived=False)]
    by_id = {one.row.pk: one for one in queues}
    for rule in AssignRule.objects.filter(queue__in=by_id):
        by_id[rule.queue_id].rules.append(KeptRule(rule, readable(rule.where)))
    repeats = tuple(int(each) for each in settings_row().repeats)
    steps = list(LadderStep.objects.all())
    policies = [
        KeptPolicy(row, readable(row.where), _ladders([step for step in steps if step.policy_id == row.pk], repeats))
        for row in SlaPolicy.objects.filter(is_archived=False)
    ]
    return Rulebook(queues, policies, _ladders([step for step in steps if step.policy_id is None], repeats))


def _ladders(steps: Sequence[LadderStep], repeats: tuple[int, ...]) -> dict[str, Ladder]:
    kinds = {step.kind for step in steps}
    return {
        kind: Ladder(
            tuple(
                Rung(step.minutes, step.to, step.way, step.is_urgent)
                for step in sorted(steps, key=lambda step: (step.minutes, step.pk))
                if step.kind == kind
            ),
            repeats,
        )
        for kind in kinds
    }
