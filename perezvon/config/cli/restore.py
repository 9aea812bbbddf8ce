"""`perezvon restore`."""

from pathlib import Path

import click

from perezvon.config.cli.common import notes, product, progress, refuse


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(path: Path) -> None:
    """Fill an empty base from an archive made by `perezvon backup`; a base that has tables is refused."""
    with product():
        from perezvon.config import archive

        try:
            with progress("Restore") as report:
                archive.read(path, progress=report)
        except archive.ArchiveFailed as error:
            refuse(str(error))
        notes.print("Restored. Start it with: perezvon up --no-demo")
