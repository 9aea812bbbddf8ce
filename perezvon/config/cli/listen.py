"""`perezvon listen`."""

import os
import signal
import threading

import click

from perezvon.config.cli.common import product


@click.command()
def command() -> None:
    """Hold the connection to every Asterisk node and store its events, until SIGTERM."""
    os.environ["PGAPPNAME"] = "perezvon-listen"
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with product():
        from perezvon.telephony import listen

        listen.main(stop)
