"""pbx_recorded and pbx_share: many recorded talks at once, with sound both ways; who uses the processor meanwhile."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from bench.meters import Cpu, cpu_of, measured
from bench.pbx.stage import Stage
from bench.pbx.traffic import Outcome, Traffic
from bench.result import Result
from perezvon.telephony.testing_pbx.sipp import Bye, Listen, Talk

# Talks at once, seconds of one, calls a second while they begin. Three minutes are the handling time that tables of Erlang C
# for small departments reckon with; the share of the processor is that of a department that talks, not of one that is dialled.
TALKS, TALK, TALK_BARE, PACE = 200, 180.0, 20.0, 20
BYTES = 16_000  # of a second of WAV: 8 kHz, 16 bits
SHORT = 1.0  # seconds that may be missing: the talk is recorded from the moment both are connected
SHARE = 20.0


@dataclass(frozen=True)
class Held:
    """Talks that were held: what sipp counted, whole recordings, CPU, and that of Asterisk while all of them talked."""

    outcome: Outcome
    whole: int
    cpu: Cpu
    plateau: float  # share of a core
    taken: float = 0.0  # seconds until the last recording could be heard in the product


def pbx_recorded(stage: Stage) -> Result:
    """As many talks as the target says; whole when every recording is as long as its talk."""
    count = stage.pick(TALKS, 6)
    with stage.bare() as (running, traffic):
        alone = _hold(stage, traffic, running.pid, running.sounds, count, stage.pick(TALK_BARE, 5.0), {})
    held = _ours(stage)
    return Result(
        name="pbx_recorded", value=float(held.whole), unit="talks at once", target=f"{count} at once, each recorded whole", make="bench-pbx",
        ok=held.whole == count and held.outcome.failed == 0, limit=float(alone.whole),
        limit_what="the same Asterisk with a bare dialplan and nobody who listens, talks at once",
        cpu_ms=held.cpu.total * 1000 / max(1, held.outcome.placed),
        what=f"talks of {stage.pick(TALK, 8.0):.0f} s through the queue, sound both ways, mixed and each side recorded; until the last can be heard in the product",
        details={**held.cpu.split(held.outcome.placed), "failed": held.outcome.failed, "asterisk_core": f"{held.plateau:.0%}",
                 "bare_asterisk_core": f"{alone.plateau:.0%}", "heard_after_s": round(held.taken, 1)},
    )  # fmt: skip


def pbx_share(stage: Stage) -> Result:
    """Of the run above: our processes and the base against everything that the exchange needs, sipp left out."""
    held = _ours(stage)
    parts = {**held.cpu.by_process, "database": held.cpu.database}
    asterisk = parts.pop("asterisk")
    ours = sum(parts.values())
    share = 100 * ours / max(0.001, ours + asterisk)
    return Result(
        name="pbx_share", value=share, unit="%", target="under 20 %", make="bench-pbx", ok=share < SHARE, limit=0.0,
        limit_what="Asterisk alone would be 0 %", cpu_ms=ours * 1000 / max(1, held.outcome.placed),
        what="CPU of web, worker, listener and PostgreSQL of all CPU of these and Asterisk, from the first ring to the last recording taken; "
             f"{held.outcome.placed} talks of {stage.pick(TALK, 8.0):.0f} s. Longer talks make it smaller. The sound is kept as WAV; MP3 is made of it when nobody has called for ten minutes. CPU ms: ours for one call",
        details={f"{name}_s": round(seconds, 2) for name, seconds in {**parts, "asterisk": asterisk}.items()} | {"seconds": round(held.cpu.seconds)},
    )  # fmt: skip


def _ours(stage: Stage) -> Held:
    """Measured once for both rows."""
    if "held" not in stage.kept:
        with stage.exchange() as (running, traffic):
            stage.kept["held"] = _hold(
                stage,
                traffic,
                running.pid,
                running.sounds,
                stage.pick(TALKS, 6),
                stage.pick(TALK, 8.0),
                stage.house.application,
            )
    return stage.kept["held"]  # type: ignore[no-any-return]


def _hold(
    stage: Stage, traffic: Traffic, pid: int, sounds: Path, count: int, talk: float, ours: dict[str, int]
) -> Held:
    traffic.plug(stage.floor, Talk(), Listen(300), ring=0.1)
    begins = count / PACE
    stage.rest()
    with measured({**ours, "asterisk": pid}, stage.house.database) as cpu:
        child = traffic.begin(stage.floor.lines, count, PACE, Talk(), Bye(after=talk))
        time.sleep(begins + 2)
        before, start = cpu_of(pid), time.perf_counter()
        time.sleep(max(1.0, talk - begins - 4))
        plateau = (cpu_of(pid) - before) / (time.perf_counter() - start)
        outcome = traffic.outcome(child, talk + 30)
        whole, taken = _taken(stage, count, talk) if ours else (_files(sounds, talk), 0.0)
    return Held(outcome, whole, cpu, plateau, taken)


def _files(sounds: Path, talk: float) -> int:
    """Mixed recordings of full length."""
    least = (talk - SHORT) * BYTES
    mixed = [path for path in sounds.glob("*.wav") if not path.stem.endswith(("-rx", "-tx"))]
    return sum(path.stat().st_size >= least for path in mixed)


def _taken(stage: Stage, count: int, talk: float, patience: float = 60.0) -> tuple[int, float]:
    """Recordings of full length that can be heard in the product, and the seconds until the last of them."""
    from perezvon.telephony.models import Recording

    start, ready = (
        time.perf_counter(),
        Recording.objects.filter(provider=stage.floor.provider, state="ready", seconds__gte=talk - SHORT),
    )
    while ready.count() < count and time.perf_counter() - start < patience:
        time.sleep(0.5)
    return ready.count(), time.perf_counter() - start
