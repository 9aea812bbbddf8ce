"""What several commands need."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NoReturn

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from perezvon.config.postgres import PostgresFailed

console = Console(highlight=False)
notes = Console(stderr=True, highlight=False)

Report = Callable[..., None]  # (done, of = 0 when unknown, what = the title)


def refuse(text: str) -> NoReturn:
    """End the command with a message and exit code 1."""
    raise click.ClickException(text)


@contextmanager
def product() -> Iterator[None]:
    """Django, set up on the embedded or the given database, for the time of the command.

    Addresses it prints are those of the `perezvon up` that runs, also when that one was given another PORT.
    """
    from perezvon.config.env import current
    from perezvon.config.manage import database
    from perezvon.config.processes.up import running_address

    if not os.environ.get("PORT") and not os.environ.get("PEREZVON_PUBLIC_URL"):
        os.environ["PEREZVON_PUBLIC_URL"] = running_address(current().home)
    try:
        with database():
            import django

            django.setup()
            yield
    except PostgresFailed as error:
        refuse(str(error))


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """A bar on standard error: call the given function with (done, of, what is being done)."""
    if not notes.is_terminal:
        yield _plain_report(title)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=notes) as bar:
        task = bar.add_task(title, total=None)

        def report(done: int, of: int = 0, what: str = "") -> None:
            bar.update(task, completed=done, total=of or None, description=what or title)

        yield report


def _plain_report(title: str) -> Report:
    """For a log file: a line per tenth, or per ten thousand when the end is not known."""
    told: dict[str, int] = {}

    def report(done: int, of: int = 0, what: str = "") -> None:
        step = done * 10 // of if of else done // 10_000
        if told.get(what) != step:
            told[what] = step
            notes.print(f"{what or title}: {step * 10}%" if of else f"{what or title}: {done}")

    return report


class Moment(click.ParamType):
    """A date or date-time; without a zone it is in the product's own. Becomes an aware UTC datetime."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        from datetime import UTC
        from zoneinfo import ZoneInfo

        from perezvon.config.env import current

        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2026-03-01 or 2026-03-01T09:00", param, ctx)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(current().time_zone))
        return moment.astimezone(UTC)
