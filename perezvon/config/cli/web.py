"""`perezvon web`."""

import click

from perezvon.config import env
from perezvon.config.cli.common import refuse


@click.command()
def command() -> None:
    """Serve the pages on HOST and PORT with PEREZVON_WEB_WORKERS processes."""
    from perezvon.config import logs
    from perezvon.config.manage import database
    from perezvon.config.processes import web
    from perezvon.config.processes.supervisor import Supervisor

    settings = env.current()
    logs.configure(settings.log_level, settings.log_format)
    try:
        with web.listening_socket(settings.host, settings.port) as listener, database():
            supervisor = Supervisor(web.children(settings, listener))
            supervisor.stop_on_signals()
            supervisor.run()
    except web.PortTaken as error:
        refuse(str(error))
