"""`perezvon backup`."""

from pathlib import Path

import click

from perezvon.config.cli.common import notes, product, progress, refuse


@click.command()
@click.argument("path", required=False, type=click.Path(dir_okay=False, path_type=Path))
def command(path: Path | None) -> None:
    """Write base, recordings and files into one archive (PEREZVON_HOME/backups/ when no PATH is given).

    It works while everything runs. The archive holds secrets: keep it as you keep the base.
    """
    with product():
        from perezvon.config import archive

        try:
            with progress("Backup") as report:
                written = archive.write(path, progress=report)
        except archive.ArchiveFailed as error:
            refuse(str(error))
        notes.print(f"{written} ({written.stat().st_size / 1024**2:.1f} MiB)")
