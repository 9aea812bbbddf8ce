"""`perezvon pbx`."""

import click

from perezvon.config import env
from perezvon.config.cli.common import notes, refuse
from perezvon.telephony.pbx.install import install as fetch
from perezvon.telephony.pbx.program import PbxError, find, folder_of


@click.group(name="pbx")
def command() -> None:
    """Our own telephone exchange: an Asterisk that the product brings, configures and looks after."""


@command.command()
def install() -> None:
    """Fetch Asterisk 22 into HOME/pbx (or PEREZVON_PBX). Needs no root and leaves the system as it is."""
    try:
        program = fetch(folder_of(env.current().home), lambda text: notes.print(text, style="dim"))
    except PbxError as error:
        refuse(str(error))
    click.echo(f"Asterisk {program.version}")


@command.command()
def status() -> None:
    """Say whether the exchange is installed, and what runs."""
    folder = folder_of(env.current().home)
    try:
        program = find(folder)
    except PbxError as error:
        refuse(str(error))
    if program is None:
        refuse(f"Not installed (looked in {folder}). Run: perezvon pbx install")
    click.echo(f"Asterisk {program.version}: {program.command[-1]}")
