"""`perezvon import`."""

from pathlib import Path

import click

from perezvon.config.cli.common import notes, product, progress, refuse


@click.command(name="import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(path: Path) -> None:
    """Add the people of a CSV or XLSX file; people known by phone or e-mail are filled in, not doubled."""
    with product():
        from perezvon.crm.actions import imports

        try:
            with progress("People") as report:
                result = imports.import_people(path, report)
        except imports.UnreadableFile as error:
            refuse(str(error))
        notes.print(f"{result.rows} rows read, {result.bad_rows} of them bad.")
        for line, why in result.bad[:20]:
            notes.print(f"  line {line}: {why}")
