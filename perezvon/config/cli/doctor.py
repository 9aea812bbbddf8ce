"""`perezvon doctor`."""

import click

from perezvon.config.cli.common import console, product


@click.command()
def command() -> None:
    """Check everything; each line that fails says how to mend it. The exit code is 1 when one does."""
    with product():
        from perezvon.config import doctor

        checks = doctor.examine()
    for check in checks:
        mark = "[green]ok  [/]" if check.ok else "[red]bad [/]"
        console.print(f"{mark} {check.name}: {check.says}", soft_wrap=True)
        if not check.ok:
            console.print(f"       {check.mend}", soft_wrap=True)
    if not all(check.ok for check in checks):
        raise SystemExit(1)
