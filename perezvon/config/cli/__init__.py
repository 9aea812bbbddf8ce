"""The `perezvon` command line: one file per command, imported only when it is called.

It speaks English, like the tools around it; what it shows of the product's data is as stored.
"""

from __future__ import annotations

import importlib
import os
import sys

import click

from perezvon import __version__
from perezvon.config.env import BadEnvironment, current

COMMANDS = {
    "up": "Start everything on this machine.",
    "web": "Only the web processes.",
    "worker": "Only the background worker.",
    "listen": "Only the connection to the Asterisk nodes.",
    "demo": "Build the demo company, or keep calls coming (--live).",
    "import": "Import people from a CSV or XLSX file.",
    "replay": "Interpret stored call events again and report differences.",
    "doctor": "Check everything and say how to mend it.",
    "backup": "Write everything into one file.",
    "restore": "Fill an empty base from a backup.",
    "provider": "Telephony providers.",
    "pbx": "Our own telephone exchange (Asterisk).",
    "tickets": "List tickets for scripts.",
    "user": "People who sign in.",
}
FILES = {"import": "importing"}


class Commands(click.Group):
    """Finds a command's file by its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"perezvon.config.cli.{FILES.get(name, name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands)
@click.version_option(__version__, prog_name="perezvon")
def perezvon() -> None:
    """Perezvon: calls, requests and sales, counted from the first ring.

    Settings come from the environment: PORT, HOST, DATABASE_URL, PEREZVON_HOME ... (docs/settings.md).
    """


def main() -> None:
    """Entry point of the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perezvon.config.settings")
    try:
        current()
        perezvon()
    except BadEnvironment as error:
        sys.exit(str(error))
