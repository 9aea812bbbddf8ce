"""When a task comes again: RRULE texts (RFC 5545), the next moment, the rule in words. Pure: no tables, no clock."""

from .repeat import AFTER, EVERY, Repeat
from .times import local_moment, next_after

__all__ = ["AFTER", "EVERY", "Repeat", "local_moment", "next_after"]
