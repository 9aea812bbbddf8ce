"""What programs can do with clients, deals and tasks: declarations over the room's own actions and reads."""

from . import by_phone, cards, companies, contacts, deals, duplicates, imports, notes, pipelines, segments, tasks

__all__ = [
    "by_phone", "cards", "companies", "contacts", "deals", "duplicates", "imports", "notes", "pipelines", "segments", "tasks",
]  # fmt: skip
