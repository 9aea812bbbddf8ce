"""`perezvon up`."""

import click

from perezvon.config import env
from perezvon.config.cli.common import notes, refuse
from perezvon.config.postgres import PostgresFailed


@click.command()
@click.option("--demo/--no-demo", default=True, help="Build the demo company when the base is empty.")
def command(demo: bool) -> None:
    """Start PostgreSQL, the tables, web, worker and listen; stop all of them on Ctrl-C or SIGTERM."""
    from perezvon.config import logs
    from perezvon.config.processes.up import CannotStart, up
    from perezvon.config.processes.web import PortTaken

    settings = env.current()
    logs.configure(settings.log_level, settings.log_format)
    try:
        up(settings, demo=demo, console=notes)
    except (CannotStart, PortTaken, PostgresFailed) as error:
        refuse(str(error))
