"""`perezvon replay`."""

import json
from datetime import datetime

import click

from perezvon.config.cli.common import Moment, product, progress, refuse


@click.command()
@click.option("--provider", "slug", required=True, help="Name, kind, number or webhook word of the provider.")
@click.option("--from", "since", type=Moment(), required=True, help="First moment, such as 2026-03-01.")
@click.option("--to", "until", type=Moment(), required=True, help="The moment after the last.")
def command(slug: str, since: datetime, until: datetime) -> None:
    """Build the calls of a stretch of time from their stored events again; prints what comes out differently.

    The exit code is 1 when something does.
    """
    with product():
        from django.db.models import Q

        from perezvon.telephony.actions.replay import replay
        from perezvon.telephony.models import Provider

        same = Q(slug=slug) | Q(name=slug) | Q(kind=slug)
        found = list(Provider.objects.filter(same | Q(pk=int(slug)) if slug.isdigit() else same))
        if len(found) != 1:
            refuse(f"{len(found)} providers are called {slug!r}; see: perezvon provider list")
        with progress("Calls") as report:
            result = replay(found[0], since, until, progress=report)
        differences = [
            {"call": item.key, "column": item.column, "stored": item.stored, "rebuilt": item.rebuilt}
            for item in result.differences
        ]
        told = {"calls": result.calls, "added": result.added, "rejected": result.rejected, "differences": differences}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1, default=str))
        if not result.is_clean:
            raise SystemExit(1)
