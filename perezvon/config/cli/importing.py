"""`perezvon import`."""

import time
from pathlib import Path

import click

from perezvon.config.cli.common import notes, product, progress, refuse


@click.command(name="import")
@click.argument("path", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--what", type=click.Choice(["people", "companies", "deals"]), default="people", help="What the rows are."
)
@click.option(
    "--map", "pairs", multiple=True, metavar="HEAD=FIELD", help="Which column is what; guessed where not said."
)
@click.option(
    "--known",
    type=click.Choice(["fill", "overwrite", "skip", "add"]),
    default="fill",
    help="What happens to who is known by phone or e-mail.",
)
@click.option(
    "--from", "system", type=click.Choice(["amocrm", "bitrix24"]), help="Move in from another CRM by its API."
)
@click.option("--address", default="", metavar="URL", help="Of the amoCRM account; Bitrix24 needs none.")
@click.option(
    "--token",
    envvar="PEREZVON_IMPORT_TOKEN",
    help="The token, or Bitrix24's webhook address; better in PEREZVON_IMPORT_TOKEN. Asked for when it is missing.",
)
@click.option("--undo", "number", type=int, metavar="ID", help="Take a whole import back.")
def command(
    path: Path | None,
    what: str,
    pairs: tuple[str, ...],
    known: str,
    system: str | None,
    address: str,
    token: str | None,
    number: int | None,
) -> None:
    """Bring in the people, companies or deals of a CSV, XLSX, XLS or ODS file or of another CRM, or take an import back.

    Who is known by phone or e-mail is filled in, not doubled. Rows that make no sense are kept, to be mended on the page of
    the import.
    """
    with product():
        from perezvon.crm.actions import imports
        from perezvon.crm.actions.errors import Refused
        from perezvon.kit import clock

        try:
            if number is not None:
                _undo(number)
            elif system is not None:
                _move_in(system, address, token or click.prompt("Token", hide_input=True))
            elif path is not None:
                one = imports.take_file(path, path.name, what=what, at=clock.now())
                mapping = {**one.mapping, **_mapping(one.heads, pairs)}
                imports.choose(one, mapping, known=known, at=clock.now())
                with progress("Rows") as report:
                    imports.finish_now(one, report)
                _tell(one)
            else:
                refuse("Name a file, or --from a CRM, or --undo ID.")
        except Refused as error:
            refuse(str(error))


def _move_in(system: str, address: str, token: str) -> None:
    """Users and pipelines are matched by e-mails and names; what has no match is nobody's, or a new pipeline."""
    from perezvon.crm.actions import imports, relocation
    from perezvon.crm.models import Relocation
    from perezvon.kit import clock

    one = relocation.begin(system, address, token, by=None, at=clock.now())
    relocation.choose(one, users=one.plan["users"], to=one.plan["pipelines"], by=None, at=clock.now())
    with progress("Fetched") as report:
        while one.state == Relocation.State.FETCHING:
            if not relocation.work(clock.now()):
                time.sleep(1)  # the other side wants us to wait
            one.refresh_from_db()
            report(sum(each["rows"] for each in one.places.values()), 0)
    if one.state == Relocation.State.FAILED:
        refuse(f"{one.error} Go on with it on the page of the move.")
    for each in one.imports.order_by("id"):
        with progress("Rows") as report:
            imports.finish_now(each, report)
        _tell(each)


def _mapping(heads: list[str], pairs: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        head, _equals, field = pair.rpartition("=")
        if head not in heads:
            refuse(f"The file has no column “{head}”. It has: {', '.join(heads)}.")
        found[str(heads.index(head))] = field
    return found


def _undo(number: int) -> None:
    from perezvon.crm.actions import imports
    from perezvon.crm.models import Import
    from perezvon.kit import clock

    one = Import.objects.filter(pk=number).first()
    if one is None:
        refuse(f"There is no import {number}.")
    imports.undo(one, by=None, at=clock.now())
    with progress("Rows") as report:
        imports.finish_now(one, report)
    notes.print(f"Taken back. {one.kept} clients stay: somebody has worked with them since.")


def _tell(one: object) -> None:
    from perezvon.crm.importing.fields import why_words
    from perezvon.crm.models import Import

    assert isinstance(one, Import)
    notes.print(
        f"Import {one.pk}: {one.total} rows, {one.added} added, {one.updated} changed, {one.skipped} left as they were, "
        f"{one.bad} to be mended."
    )
    for line, why in one.rows.filter(is_bad=True).order_by("line").values_list("line", "why")[:20]:
        notes.print(f"  line {line}: {why_words(why)}")
