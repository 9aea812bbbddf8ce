"""Conditions: one JSON tree for filters, saved views, segments, rules and the API; two back-ends that always agree.

A room declares its ``Fields``; ``read`` or ``parse`` makes a checked tree out of what a person or a program sent;
``q`` turns it into a filter of the database, ``holds`` asks it of an object in memory, ``sentence`` says it in words.
See README.md in this folder.
"""

from .circumstances import Circumstances
from .days import PERIODS, Away
from .errors import Unclear
from .fields import Field, Fields, Relation
from .operators import OPERATORS, Kind, Operator, Takes, operator
from .predicates import holds
from .queries import q
from .sentences import sentence
from .tree import EVERYTHING, Group, Node, Related, Test, parse, read, tests, written

__all__ = [
    "EVERYTHING", "OPERATORS", "PERIODS", "Away", "Circumstances", "Field", "Fields", "Group", "Kind", "Node", "Operator",
    "Related", "Relation", "Takes", "Test", "Unclear", "holds", "operator", "parse", "q", "read", "sentence", "tests",
    "written",
]  # fmt: skip
