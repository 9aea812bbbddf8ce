"""The sound of calls: measured and made small (sound), kept (shelf), taken from a spool (spool) or a cloud (fetching)."""
