"""`perezvon worker`."""

import sys

import click


@click.command()
def command() -> None:
    """Deliver facts, fire timers, run jobs and housekeeping until SIGTERM."""
    from perezvon.config import worker
    from perezvon.config.manage import database

    with database():
        sys.exit(worker.main())
