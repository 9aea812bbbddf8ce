"""Whom a request is given to: a pure function of the queue's rules and of what its people do now.

The rules are asked in order. A rule whose condition the request does not fit is passed over; one that has nobody free
too; the first that has somebody decides. Of equals the one whose last request was given longest ago comes first.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

LOAD, TURN, SKILL, SOURCE, MANAGER, PERSON = "load", "turn", "skill", "source", "manager", "person"
UNFIT, NOBODY, GIVEN = "unfit", "nobody", "given"
HOURS, AWAY, FULL, DAY_FULL, TRIED = "hours", "away", "full", "day_full", "tried"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Candidate:
    """Somebody who may be given a request.

    ``bar`` is why he does not work now (HOURS, AWAY) or "". ``open`` and ``today`` count his requests, the limits are
    0 for none. ``is_member`` is False for one whom only a rule names.
    """

    user_id: int
    bar: str = ""
    open: int = 0
    today: int = 0
    last_at: datetime | None = None
    skills: frozenset[str] = frozenset()
    sources: frozenset[int] = frozenset()
    open_limit: int = 0
    daily_limit: int = 0
    is_member: bool = True

    def obstacle(self, tried: Collection[int] = ()) -> str:
        """Why nothing can be given to him now; "" when he is free."""
        if self.user_id in tried:
            return TRIED
        if self.bar:
            return self.bar
        if self.open_limit and self.open >= self.open_limit:
            return FULL
        return DAY_FULL if self.daily_limit and self.today >= self.daily_limit else ""

    def takes(self, at: datetime) -> None:
        """One more request is his: the next choice knows of it."""
        self.open, self.today, self.last_at = self.open + 1, self.today + 1, at


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the queue; ``fits`` says whether its condition holds for the request in question."""

    name: str
    way: str
    pk: int | None = None
    user_id: int | None = None
    skill: str = ""
    fits: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """What one rule said: UNFIT, NOBODY or GIVEN; how many people it was about and how many of them were free."""

    rule: str
    answer: str
    asked: int = 0
    free: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whom it goes to (None = nobody can take it now), by which rule, and what every rule said."""

    user_id: int | None
    rule: Rule | None = None
    steps: tuple[Step, ...] = ()
    bars: Mapping[int, str] = field(default_factory=dict)


def choose(
    rules: Sequence[Rule],
    people: Iterable[Candidate],
    *,
    source_id: int | None = None,
    manager_id: int | None = None,
    tried: Collection[int] = (),
) -> Verdict:
    """The answer of the first rule that has somebody free. ``tried`` have had this request and did not take it up."""
    known = {each.user_id: each for each in people}
    bars = {pk: bar for pk, each in known.items() if (bar := each.obstacle(tried))}
    steps: list[Step] = []
    for rule in rules:
        if not rule.fits:
            steps.append(Step(rule.name, UNFIT))
            continue
        asked = _asked(rule, known, source_id, manager_id)
        free = [each for each in asked if each.user_id not in bars]
        steps.append(Step(rule.name, GIVEN if free else NOBODY, len(asked), len(free)))
        if free:
            return Verdict(_best(rule, free).user_id, rule, tuple(steps), bars)
    return Verdict(None, None, tuple(steps), bars)


def _asked(
    rule: Rule, known: Mapping[int, Candidate], source_id: int | None, manager_id: int | None
) -> list[Candidate]:
    if rule.way in (MANAGER, PERSON):
        named = known.get((manager_id if rule.way == MANAGER else rule.user_id) or 0)
        return [named] if named else []
    members = [each for each in known.values() if each.is_member]
    if rule.way == SKILL:
        return [each for each in members if rule.skill.casefold() in each.skills]
    if rule.way == SOURCE:
        return [each for each in members if source_id in each.sources]
    return members


def _best(rule: Rule, free: Iterable[Candidate]) -> Candidate:
    if rule.way == TURN:
        return min(free, key=lambda each: (each.last_at or _NEVER, each.user_id))
    return min(free, key=lambda each: (each.open, each.last_at or _NEVER, each.user_id))
