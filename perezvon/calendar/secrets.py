"""App passwords at rest, bound to their person."""

from perezvon.kit import sealing

_PURPOSE = "perezvon calendar passwords"


def sealed(text: str, user_id: int) -> bytes:
    """A password as it is kept."""
    return sealing.sealed(text, purpose=_PURPOSE, about=f"calendar:{user_id}")


def opened(kept: bytes, user_id: int) -> str:
    """The password. ValueError when the installation's key is another one, or the row is another person's."""
    return sealing.opened(kept, purpose=_PURPOSE, about=f"calendar:{user_id}")
