"""Our own telephone exchange among the processes of one machine: there when it is installed and set up, else nothing."""

from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path

import psycopg

from perezvon.config.processes.supervisor import Child, Supervisor
from perezvon.telephony.pbx.program import GIVEN, READY, folder_of

log = logging.getLogger("perezvon.up")
LOOK = 5.0  # seconds between looks whether an exchange was installed, set up or switched off
_OWN = """
SELECT slug FROM telephony_provider
 WHERE kind = 'asterisk' AND is_enabled AND lower(settings->>'own') IN ('true', '1', 'yes', 'on') ORDER BY id
"""


class ExchangeKeeper:
    """Adds an Asterisk for every exchange of our own, and stops those that are no longer wanted."""

    def __init__(self, home: Path, supervisor: Supervisor) -> None:
        self.home, self.supervisor = home, supervisor
        self.children: dict[str, Child] = {}
        self.next_look = 0.0

    def look(self) -> None:
        """Called at every tick of the supervisor."""
        if time.monotonic() < self.next_look:
            return
        self.next_look = time.monotonic() + LOOK
        if not (os.environ.get(GIVEN) or (folder_of(self.home) / READY).exists()):
            return
        try:
            wanted = own_slugs()
        except psycopg.Error:
            return
        for slug in wanted:
            if slug not in self.children:
                self._add(slug)
        for slug in [slug for slug in self.children if slug not in wanted]:
            self.supervisor.drop(self.children.pop(slug))

    def _add(self, slug: str) -> None:
        child = Child(f"asterisk-{slug}", (sys.executable, "-m", "perezvon", "pbx", "run", "--of", slug))
        self.children[slug] = child
        self.supervisor.children.append(child)


def own_slugs() -> list[str]:
    """Exchanges of our own that are switched on."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return [row[0] for row in connection.execute(_OWN)]
