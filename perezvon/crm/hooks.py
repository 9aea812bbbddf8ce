"""Questions that this room asks and an upper room answers."""

from perezvon.web.hooks import Hook


def _no_sources() -> list[tuple[int, str]]:
    return []


#: asked as ``sources()``: (id, name) of every source of clients, for filters and cards
sources: Hook[[], list[tuple[int, str]]] = Hook(_no_sources)
