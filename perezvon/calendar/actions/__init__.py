"""Everything that changes something of calendars."""

from .feeds import make_feed, revoke_feed

__all__ = ["make_feed", "revoke_feed"]
