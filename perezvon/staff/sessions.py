"""Sessions in the database, remembered by each process for some seconds.

Django's own cached sessions live in a process's memory until they expire: somebody who signs out in one
process would stay signed in in the others.
"""

from typing import Any

from django.contrib.sessions.backends import cached_db

SECONDS = 5


class Brief:
    """A cache that keeps nothing for longer than ``SECONDS``."""

    def __init__(self, cache: Any) -> None:
        self._cache = cache

    def set(self, key: str, value: Any, timeout: float | None = None, **more: Any) -> None:
        """Remember a value, for ``SECONDS`` at most."""
        self._cache.set(key, value, SECONDS if timeout is None else min(timeout, SECONDS), **more)

    async def aset(self, key: str, value: Any, timeout: float | None = None, **more: Any) -> None:
        """The same for asynchronous callers."""
        await self._cache.aset(key, value, SECONDS if timeout is None else min(timeout, SECONDS), **more)

    def __contains__(self, key: str) -> bool:
        return key in self._cache

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cache, name)


class SessionStore(cached_db.SessionStore):
    """What SESSION_ENGINE names."""

    _cache: Any

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._cache = Brief(self._cache)

    def forget(self) -> None:
        """Read the session from the database when it is asked for next, whatever this process remembers."""
        if self.session_key:
            self._cache.delete(self.cache_key)
