"""What is wrong with the settings of an own exchange, with the place named in the words of the screen."""

from perezvon.telephony.pbx.plan import Plan

from . import hours, names, node, routes
from .problem import Problem, Refused

__all__ = ["Problem", "Refused", "check"]


def check(plan: Plan) -> list[Problem]:
    """All problems, those that forbid to apply first. An empty list: it can be applied."""
    found = [*node.look(plan), *names.look(plan), *hours.look(plan), *routes.look(plan)]
    return sorted(found, key=lambda problem: problem.is_warning)
