"""The configuration of Asterisk 22 as text, from a plan. Pure: the same plan, the same files."""

from .files import generate
from .text import MARK, filled

__all__ = ["MARK", "filled", "generate"]
