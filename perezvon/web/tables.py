"""Tables whose columns the person chooses and sorts; works by plain GET, remembered in a cookie."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

PARAMETER = "columns"
YEAR = 365 * 86400


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``sort`` is the word for ``?sort=`` ("" cannot sort), ``always`` cannot be hidden."""

    key: str
    label: Any
    sort: str = ""
    numeric: bool = False
    always: bool = False
    shown: bool = True
    hint: Any = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The head of a table as ``web/_thead.html`` and ``web/_columns.html`` draw it."""

    name: str
    columns: tuple[Column, ...]
    chosen: tuple[str, ...]
    sort: str = ""

    @property
    def shown(self) -> list[Column]:
        """Return the columns to draw, in order."""
        return [column for column in self.columns if column.key in self.chosen]

    def has(self, key: str) -> bool:
        """Tell whether the column ``key`` is shown."""
        return key in self.chosen

    def __contains__(self, key: object) -> bool:
        return key in self.chosen

    @property
    def heads(self) -> list[dict[str, Any]]:
        """Return shown columns with the word that a click on the head puts into ``?sort=``."""
        return [self._head(column) for column in self.shown]

    def _head(self, column: Column) -> dict[str, Any]:
        rises, falls = self.sort == column.sort, self.sort == f"-{column.sort}"
        turned = f"-{column.sort}" if rises else column.sort
        direction = "ascending" if rises else "descending" if falls else "none"
        return {"column": column, "next": turned, "direction": direction if column.sort else ""}

    def remember(self, response: HttpResponse) -> HttpResponse:
        """Keep the choice for the next visit; returns the same response."""
        response.set_cookie(f"{PARAMETER}_{self.name}", ".".join(self.chosen), max_age=YEAR, samesite="Lax")
        return response


def table(request: HttpRequest, name: str, columns: Sequence[Column], sort: str = "") -> Table:
    """Return the table ``name`` with the columns this person chose.

    Asked in the address (``?columns=a&columns=b``), else in the cookie, else those shown by
    themselves. ``sort`` is the order when the address names none; unknown words are ignored.
    """
    known = {column.key for column in columns}
    asked = request.GET.getlist(PARAMETER) or request.COOKIES.get(f"{PARAMETER}_{name}", "").split(".")
    wanted = {key for key in asked if key in known} or {column.key for column in columns if column.shown}
    chosen = tuple(column.key for column in columns if column.always or column.key in wanted)
    word = request.GET.get("sort", "")
    sortable = {column.sort for column in columns if column.sort}
    return Table(name, tuple(columns), chosen, word if word.lstrip("-") in sortable else sort)
