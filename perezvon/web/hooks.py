"""Questions that the surface asks and an upper room answers.

A hook has one answer: the last room that gave one wins; until then the default
holds. This is how ``web`` uses rights and people without knowing them.
"""

from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Hook(Generic[P, R]):
    """One question with a default answer; call it to ask, ``answer`` it to replace the default."""

    def __init__(self, default: Callable[P, R]) -> None:
        self._default = default
        self._answer = default

    def answer(self, function: Callable[P, R]) -> Callable[P, R]:
        """Let ``function`` answer from now on; returns it, so it works as a decorator."""
        self._answer = function
        return function

    def forget(self) -> None:
        """Go back to the default answer (for tests)."""
        self._answer = self._default

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Ask the question."""
        return self._answer(*args, **kwargs)


def _keep_nothing(user: Any, value: str) -> None:
    """Forget the choice: nobody keeps it."""


def _nothing_else(text: str) -> str:
    """Know nothing better."""
    return ""


def _nothing_pinned(user: Any) -> Any:
    """Pin nothing."""
    return ()


def _nothing_counted(user: Any) -> dict[str, int]:
    """Count nothing."""
    return {}


def _no_lines(request: Any) -> str:
    """Add nothing to the menu."""
    return ""


def _no_button(request: Any, noun: str, pk: int, label: Any) -> str:
    """Draw nothing: nobody can call."""
    return ""


def _is_superuser(user: Any) -> bool:
    """Fall back on Django's own mark of an administrator."""
    return bool(getattr(user, "is_superuser", False))


#: asked as ``language_chosen(user, "ru")`` when a person who is signed in switches the language
language_chosen: Hook[[Any, str], None] = Hook(_keep_nothing)
#: asked as ``theme_chosen(user, "dark")``: light, dark or auto
theme_chosen: Hook[[Any, str], None] = Hook(_keep_nothing)
#: asked as ``is_administrator(user)``: who may open the style guide
is_administrator: Hook[[Any], bool] = Hook(_is_superuser)
#: asked as ``person_menu(request)``: lines at the head of the person's menu, as safe HTML
person_menu: Hook[[Any], str] = Hook(_no_lines)
#: asked as ``meant(text)`` when nothing was found: what may have been meant by a mistyped text; "" = no idea
meant: Hook[[str], str] = Hook(_nothing_else)
#: asked as ``call_button(request, "person", 7, "")``: a button that calls this person (point, company, deal, task, call),
#: as safe HTML; "" where the reader has no telephone. It must cost no query a row: lists draw it fifty times.
call_button: Hook[[Any, str, int, Any], str] = Hook(_no_button)
#: asked as ``pinned_lines(user)``: what a person keeps in his side bar, each with pk, label, url, icon
pinned_lines: Hook[[Any], Any] = Hook(_nothing_pinned)
#: asked as ``pinned_counts(user)``: how many things are behind each ("view-7" -> 12)
pinned_counts: Hook[[Any], dict[str, int]] = Hook(_nothing_counted)
