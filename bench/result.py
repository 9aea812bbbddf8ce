"""What a row of the table says."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Result:
    """One measured row; ``limit`` is the raw limit of the same work in the same unit, of the same run.

    ``reason`` says why a target was missed; ``details`` are further figures for docs/performance.md.
    """

    name: str
    value: float
    unit: str
    target: str
    ok: bool
    limit: float
    limit_what: str
    cpu_ms: float
    what: str
    p50: float | None = None
    p95: float | None = None
    details: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    make: str = "bench"  # which command measures it
    is_measured: bool = True

    @property
    def command(self) -> str:
        return f"make {self.make} ARGS='--only {self.name}'"

    def as_row(self) -> dict[str, Any]:
        """The row as docs/performance.json holds it."""
        row = asdict(self)
        for own in ("make", "is_measured"):
            del row[own]
        rounded = {key: round(value, 3) if isinstance(value, float) else value for key, value in row.items()}
        return {**rounded, "command": self.command}


def unmeasured(name: str, why: str, *, make: str) -> Result:
    """A row that could not be measured; it stands in the table as missed, with the reason."""
    return Result(
        name=name, value=0.0, unit="-", target="to be measured", ok=False, limit=0.0, limit_what="-", cpu_ms=0.0, what="not measured",
        reason=f"could not be measured: {' '.join(why.split())[:300]}", make=make, is_measured=False,
    )  # fmt: skip
