"""What is wrong with a tree, and where."""

from typing import Any

from django.utils.functional import Promise

Place = tuple[str | int, ...]


class Unclear(ValueError):
    """A tree that cannot be read. ``place`` is the way to the piece at fault: ("all", 1, "value").

    ``str()`` is a translated sentence that begins with the place, fit for an answer of the API.
    """

    def __init__(self, place: Place, why: str | Promise, **values: Any) -> None:
        super().__init__(why)
        self.place, self.why, self.values = place, why, values

    @property
    def reason(self) -> str:
        """The sentence without the place, for a form that shows it beside the piece."""
        return str(self.why) % self.values

    @property
    def where(self) -> str:
        """The place in one word: "all[1].value"; "" is the whole tree."""
        text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.place)
        return text.removeprefix(".")

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}" if self.place else self.reason
