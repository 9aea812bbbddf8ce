"""Django's own commands: `python -m perezvon.config.manage migrate`.

Without DATABASE_URL the embedded PostgreSQL is started (or joined) for the time of the command.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from perezvon.config import env
from perezvon.config.postgres import Cluster

WITHOUT_DATABASE = {"help", "--help", "version", "--version", "collectstatic", "check"}


@contextmanager
def database() -> Iterator[None]:
    """Have DATABASE_URL in the environment while the block runs; a server we started stops after it."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with Cluster(env.current().home) as cluster:
        os.environ["DATABASE_URL"] = cluster.url
        try:
            yield
        finally:
            del os.environ["DATABASE_URL"]


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perezvon.config.settings")
    from django.core.management import execute_from_command_line

    if not arguments[1:] or arguments[1] in WITHOUT_DATABASE:
        execute_from_command_line(arguments)
        return
    with database():
        execute_from_command_line(arguments)


if __name__ == "__main__":
    main(sys.argv)
