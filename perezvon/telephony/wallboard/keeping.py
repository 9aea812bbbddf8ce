"""Answers that a process keeps for some seconds: many look at the board, one asks the database."""

import threading
from collections.abc import Callable
from functools import wraps
from time import monotonic
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_kept: dict[tuple[object, ...], tuple[float, object]] = {}
_lock = threading.Lock()
_MOST = 500


def kept(seconds: float) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Ask again only after ``seconds``; the arguments after the first one (the moment) tell answers apart."""

    def decorate(ask: Callable[P, T]) -> Callable[P, T]:
        @wraps(ask)
        def answer(*args: P.args, **kwargs: P.kwargs) -> T:
            key = (ask.__module__, ask.__qualname__, args[1:])
            with _lock:
                until, value = _kept.get(key, (0.0, None))
            if monotonic() < until:
                return value  # type: ignore[return-value]
            value = ask(*args, **kwargs)
            with _lock:
                if len(_kept) > _MOST:
                    _kept.clear()
                _kept[key] = (monotonic() + seconds, value)
            return value

        return answer

    return decorate


def forget(*asked: Callable[..., object]) -> None:
    """Keep no answers of these questions, or nothing at all (for tests, and when the settings changed)."""
    names = {(ask.__module__, ask.__qualname__) for ask in asked}
    with _lock:
        for key in [key for key in _kept if not names or key[:2] in names]:
            del _kept[key]
