"""pbx_calls: how many short calls a second go through queue, ring, recorded talk and hang-up, with us and without us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bench.meters import measured
from bench.pbx.stage import Stage
from bench.pbx.traffic import Outcome, Traffic
from bench.result import Result
from perezvon.telephony.testing_pbx.sipp import Bye, Listen, Talk

RATES, RATES_BARE = (5, 10, 15, 20, 30, 40, 60), (20, 40, 80, 120, 160)
SECONDS, TALK, TARGET = 5, 1.0, 20
DRAINS = 5.0  # seconds after the last call within which the ledger has to know everything


@dataclass(frozen=True)
class Step:
    """One pace: what sipp counted, CPU ms of a call by process, how far the ledger was behind, how many calls it has."""

    rate: int
    outcome: Outcome
    cpu: dict[str, float]
    behind: float = 0.0
    told: int | None = None

    @property
    def is_sustained(self) -> bool:
        """Every call went through, and the ledger has every one of them soon after."""
        return self.outcome.is_clean and self.behind <= DRAINS and self.told in (None, self.outcome.placed)


def pbx_calls(stage: Stage) -> Result:
    """Faster and faster until something gives way; the last pace that held."""
    rates, rates_bare = stage.pick((RATES, RATES_BARE), (RATES[:2], RATES[:2]))
    with stage.bare() as (running, traffic):
        alone = _climb(stage, traffic, running.pid, rates_bare, {})
    with stage.exchange() as (running, traffic):
        steps = _climb(stage, traffic, running.pid, rates, stage.house.application)
    best, best_alone = _best(steps), _best(alone)
    shown = best or steps[0]
    ours = sum(value for name, value in shown.cpu.items() if name != "asterisk")
    return Result(
        name="pbx_calls", value=float(best.rate if best else 0), unit="calls/s", target=f"at least {TARGET} calls/s, each in the ledger",
        make="bench-pbx", ok=best is not None and best.rate >= stage.pick(TARGET, 1), limit=float(best_alone.rate if best_alone else 0),
        limit_what="the same Asterisk with a bare dialplan and nobody who listens, calls/s", cpu_ms=sum(shown.cpu.values()),
        what=f"calls of {TALK:.0f} s through queue, ring and recorded talk, {SECONDS} s at each pace; all sipp, Asterisk, product and base on the same cores",
        details={**{f"{name}_cpu_ms": round(value, 1) for name, value in shown.cpu.items()}, "ours_cpu_ms": round(ours, 1),
                 "bare_asterisk_cpu_ms": round((best_alone or alone[0]).cpu["asterisk"], 1), "gave_way": _why(steps, rates), "bare_gave_way": _why(alone, rates_bare)},
    )  # fmt: skip


def _climb(stage: Stage, traffic: Traffic, pid: int, rates: tuple[int, ...], ours: dict[str, int]) -> list[Step]:
    traffic.plug(stage.floor, Talk(), Listen(30), ring=0.1)
    steps: list[Step] = []
    for rate in rates:
        steps.append(_step(stage, traffic, pid, rate, ours))
        stage.tell(
            f"{'with' if ours else 'without'} us: {rate} calls/s {'held' if steps[-1].is_sustained else 'did not hold'}"
        )
        if not steps[-1].is_sustained:
            break
    return steps


def _step(stage: Stage, traffic: Traffic, pid: int, rate: int, ours: dict[str, int]) -> Step:
    stage.rest()
    before = _ended(stage)
    with measured({**ours, "asterisk": pid}, stage.house.database) as cpu:
        outcome = traffic.calls(stage.floor.lines, rate * SECONDS, rate, Talk(), Bye(after=TALK), lasting=TALK + 2)
        behind = stage.settle(20) if ours else 0.0
    each = {name: seconds * 1000 / max(1, outcome.placed) for name, seconds in cpu.by_process.items()}
    if ours:
        each["database"] = cpu.database * 1000 / max(1, outcome.placed)
    return Step(rate, outcome, each, behind, _ended(stage) - before if ours else None)


def _ended(stage: Stage) -> int:
    """Calls that the product knows as answered and over."""
    from perezvon.telephony.models import Call

    return Call.objects.filter(provider=stage.floor.provider, state="ended", answered_at__isnull=False).count()


def _best(steps: list[Step]) -> Step | None:
    return next((step for step in reversed(steps) if step.is_sustained), None)


def _why(steps: list[Step], rates: tuple[int, ...]) -> str:
    last: Any = steps[-1]
    if last.is_sustained:
        return f"nothing up to {rates[len(steps) - 1]} calls/s"
    told = f", {last.told} in the ledger after {last.behind:.1f} s" if last.told is not None else ""
    return f"{last.rate} calls/s: {last.outcome.well} of {last.outcome.placed} well, {last.outcome.again} messages repeated{told}"
