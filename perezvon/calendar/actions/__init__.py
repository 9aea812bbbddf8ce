"""Everything that changes something of calendars."""

from .accounts import connect, disconnect, look, pause, renew, settle
from .feeds import make_feed, revoke_feed
from .syncing import sync

__all__ = ["connect", "disconnect", "look", "make_feed", "pause", "renew", "revoke_feed", "settle", "sync"]
