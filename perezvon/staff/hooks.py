"""Questions that this room asks and an upper room answers."""

from perezvon.web.hooks import Hook


def _nothing() -> list[tuple[str, str]]:
    return []


#: what a personal token may be for, as (key, name)
token_nouns: Hook[[], list[tuple[str, str]]] = Hook(_nothing)
