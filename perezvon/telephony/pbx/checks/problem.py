"""One thing that is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """``place`` and ``says`` are words for the screen; ``kind`` and ``pk`` name the row: "queue", 5.

    A warning does not forbid to apply.
    """

    place: str
    says: str
    kind: str = ""
    pk: int | None = None
    is_warning: bool = False

    def __str__(self) -> str:
        return f"{self.place}: {self.says}"


class Refused(Exception):
    """The settings cannot be applied; ``problems`` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)
