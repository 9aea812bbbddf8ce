"""`perezvon tickets`."""

import json
from datetime import datetime

import click

from perezvon.config.cli.common import Moment, console, product


@click.command()
@click.option("--json", "as_json", is_flag=True, help="A JSON list, for scripts.")
@click.option("--since", type=Moment(), help="Only requests opened at this moment or later.")
@click.option("--with-phones", is_flag=True, help="Whole numbers instead of masked ones.")
def command(as_json: bool, since: datetime | None, with_phones: bool) -> None:
    """List requests: number, client, source, terminal stage, recovery, deal."""
    with product():
        from perezvon.tickets.reads import export_rows

        rows = export_rows(since, unmasked=with_phones)
        if not as_json:
            for row in rows:
                console.print("  ".join("" if value is None else str(value) for value in row.values()), soft_wrap=True)
            return
        click.echo("[", nl=False)
        for number, row in enumerate(rows):  # one by one: a year of requests does not fit into a list
            click.echo((",\n " if number else "\n ") + json.dumps(row, ensure_ascii=False, default=str), nl=False)
        click.echo("\n]")
