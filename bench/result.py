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

    @property
    def command(self) -> str:
        return f"make bench ARGS='--only {self.name}'"

    def as_row(self) -> dict[str, Any]:
        """The row as docs/performance.json holds it."""
        row = asdict(self)
        rounded = {key: round(value, 3) if isinstance(value, float) else value for key, value in row.items()}
        return {**rounded, "command": self.command}
