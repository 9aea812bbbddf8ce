"""Live push: facts of the ledger to the browsers that may see them.

An upper room says who may see what: ``live.audience.answer(function)`` where
``function(user)`` returns a predicate of one entry (see ``hub.Entry``). Until
then nothing passes.
"""

from collections.abc import Callable
from typing import Any

from perezvon.web.hooks import Hook

Predicate = Callable[[dict[str, Any]], bool]


def _nobody(user: Any) -> Predicate:
    """Let nothing pass."""
    return lambda entry: False


#: asked as ``audience(user) -> predicate(entry)`` each time a browser connects
audience: Hook[[Any], Predicate] = Hook(_nobody)

__all__ = ["Predicate", "audience"]
