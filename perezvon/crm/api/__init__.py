"""What programs can do with clients, deals and tasks: declarations over the room's own actions and reads."""

from . import (
    about,
    by_phone,
    cards,
    companies,
    contacts,
    deals,
    duplicates,
    files,
    imports,
    lines,
    notes,
    own,
    pipelines,
    segments,
    tasks,
)

__all__ = [
    "about", "by_phone", "cards", "companies", "contacts", "deals", "duplicates", "files", "imports", "lines", "notes", "own", "pipelines",
    "segments", "tasks",
]  # fmt: skip
