"""The nouns of the rooms below this one: they cannot declare them themselves."""

from .lower import ledger, lists, me, staff, webhooks, working

__all__ = ["ledger", "lists", "me", "staff", "webhooks", "working"]
