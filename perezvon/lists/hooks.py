"""Questions that this room asks and an upper room answers."""

from collections.abc import Callable
from typing import Any

from perezvon.web.hooks import Hook


def _nobody(user: Any, name: str, people: list[int]) -> str:
    return ""


def _no(user: Any) -> bool:
    return False


#: asked as ``can_call(user)``: whether there is a way to call people one after another
can_call: Hook[[Any], bool] = Hook(_no)
#: asked as ``call_through(user, name, people)`` with the ids of people in their order: begins the round of calls and
#: answers the address where it goes on; "" = there is nobody to do it
call_through: Hook[[Any, str, list[int]], str] = Hook(_nobody)

CallThrough = Callable[[Any, str, list[int]], str]
