"""`perezvon pbx`."""

from __future__ import annotations

from shutil import which
from typing import TYPE_CHECKING

import click

from perezvon.config import env
from perezvon.config.cli.common import notes, product, refuse
from perezvon.telephony.pbx.install import install as fetch
from perezvon.telephony.pbx.program import PbxError, Program, find, folder_of

if TYPE_CHECKING:
    from perezvon.telephony.models import PbxVersion, Provider

OF = click.option("--of", "slug", default="", metavar="SLUG", help="Which exchange, when there are several.")


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
    """Say whether the exchange is installed, what runs, and whether settings wait to be applied."""
    program = _program()
    click.echo(f"Asterisk {program.version}: {program.command[-1]}")
    with product():
        from perezvon.telephony.pbx import instance, nodes, versions

        for provider in nodes.own_exchanges():
            node, last = nodes.node_for(provider), versions.applied(provider)
            runs = "runs" if instance.is_up(node) else "does not run"
            number = f"version {last.number} applied" if last else "never applied"
            waits = ", changes wait: perezvon pbx apply" if versions.waits(provider) else ""
            start = ", a part of them takes effect at its next start" if versions.waits_for_restart(provider) else ""
            click.echo(f"{provider.name} ({provider.slug}): {runs}, {number}{start}{waits}")


@command.command()
@OF
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
def apply(slug: str, dry_run: bool) -> None:
    """Write the configuration from the settings and let the exchange read it; calls go on."""
    with product():
        from perezvon.kit import clock
        from perezvon.telephony.actions import exchange
        from perezvon.telephony.pbx.checks import Refused
        from perezvon.telephony.pbx.versions import applied, diff_of, waits

        provider = _exchange(slug)
        for problem in exchange.problems_of(provider):
            notes.print(str(problem), style="yellow" if problem.is_warning else "red")
        last = applied(provider)
        if last is not None and not waits(provider):
            click.echo(f"Version {last.number} is in force; nothing has changed since.")
            return
        try:
            version = exchange.draft(provider, at=clock.now())
        except Refused:
            refuse("The settings cannot be applied; nothing was changed.")
        for file in diff_of(version):
            click.echo(f"{file.name}: +{file.added} -{file.removed}")
            if dry_run:
                click.echo("\n".join(file.lines))
        if not dry_run:
            _tell(exchange.apply(version, at=clock.now()))


@command.command()
@OF
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1), help="How many, the newest first.")
def versions(slug: str, limit: int) -> None:
    """List the versions of the settings: which is in force, when and by whom each was made, what was said of it."""
    with product():
        from django.utils import timezone

        from perezvon.telephony.pbx import versions as history

        provider = _exchange(slug)
        last = history.applied(provider)
        for one in history.versions(provider, limit):
            state = "in force" if last is not None and one.pk == last.pk else one.state
            made = f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}"
            click.echo(
                "  ".join(filter(None, (f"{one.number:>4}", made, state, one.by.name if one.by else "", one.comment)))
            )


@command.command()
@click.argument("number", type=int)
@OF
def rollback(number: int, slug: str) -> None:
    """Bring the settings back as they were in version NUMBER (perezvon pbx versions), and apply them; calls go on."""
    with product():
        from perezvon.kit import clock
        from perezvon.telephony.actions import exchange
        from perezvon.telephony.models import PbxVersion
        from perezvon.telephony.pbx.checks import Refused

        version = PbxVersion.objects.filter(provider=_exchange(slug), number=number).first()
        if version is None:
            refuse(f"There is no version {number}.")
        try:
            _tell(exchange.roll_back(version, at=clock.now()))
        except (Refused, exchange.Stale, ValueError) as error:
            refuse(f"That version cannot be brought back:\n{error}")


@command.command()
@click.argument("words", nargs=-1, required=True)
@OF
def cli(words: tuple[str, ...], slug: str) -> None:
    """Say something to the running exchange as on its own console, for example: perezvon pbx cli queue show."""
    with product():
        from perezvon.telephony.pbx import control

        try:
            click.echo(control.console(_exchange(slug), " ".join(words)))
        except control.ControlError as error:
            refuse(str(error))


@command.command()
@click.argument("name")
@click.argument("settings", nargs=-1, metavar="[SETTING=VALUE]...")
@OF
def twin(name: str, settings: tuple[str, ...], slug: str) -> None:
    """Add a second node with the same lines, queues and telephones, for example:

    perezvon pbx twin "Second node" node=node2 host=10.0.0.3 bind=10.0.0.3 ami_from=10.0.0.1 agi_host=10.0.0.1
    """
    with product():
        from perezvon.kit import clock
        from perezvon.telephony.actions import exchange

        told = dict(one.partition("=")[::2] for one in settings)
        try:
            made = exchange.add_twin(_exchange(slug), name, at=clock.now(), **told)
        except ValueError as error:
            refuse(str(error))
        click.echo(f"{made.name} ({made.slug}): perezvon pbx apply --of {made.slug}")


@command.command()
@click.argument("address")
@click.option("--port", type=int, default=5060, show_default=True, help="Where carriers and telephones find all nodes.")
@click.option(
    "--modules", default="/usr/lib/x86_64-linux-gnu/kamailio/modules", show_default=True, help="kamailio's modules."
)
@click.option(
    "--spread",
    is_flag=True,
    help="To all nodes in turn; else to the first that is there, for a queue lives in one node.",
)
@OF
def balancer(address: str, port: int, modules: str, spread: bool, slug: str) -> None:
    """Write the files of a kamailio at ADDRESS that leads calls to a node and its twins."""
    folder = env.current().home / "pbx" / "balancer"
    with product():
        from perezvon.telephony.pbx import balancer as front
        from perezvon.telephony.pbx import nodes

        known = [nodes.node_for(one) for one in _exchange(slug).nodes()]
        files = front.files(address, port, known, str(folder), modules, spreads=spread)
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        (folder / file).write_text(text)
    click.echo(f"kamailio -f {folder}/kamailio.cfg -DD")


@command.command()
@click.argument("number", default="")
@click.option("--from", "caller", default="+79161234567", show_default=True, help="The number of the client who calls.")
@click.option("--seconds", default=60, show_default=True, help="How long he waits, or talks, before he hangs up.")
@OF
def ring(number: str, caller: str, seconds: int, slug: str) -> None:
    """Call NUMBER (our first line) as a client of this machine would: rings in the browser of whoever has the telephone open.

    Needs sipp (apt-get install sip-tester) and a trunk that takes calls from 127.0.0.2, as the demo company has one.
    """
    program = which("sipp") or refuse("There is no sipp: apt-get install sip-tester")
    with product():
        from perezvon.kit import clock, phones
        from perezvon.telephony import hours
        from perezvon.telephony.models import Line
        from perezvon.telephony.pbx import nodes
        from perezvon.telephony.testing_pbx import caller as sham

        exchange = _exchange(slug)
        lines = Line.objects.filter(provider=exchange, is_enabled=True).order_by("pk")
        asked = phones.normalise(number) or number
        known = lines.filter(number=asked).first() if asked else lines.first()
        if known is None:
            refuse(f"The exchange has no number {asked}." if asked else "The exchange has no numbers.")
        line = known.number
        if not sham.is_let_in(exchange):
            refuse(f"No trunk takes calls from {sham.CARRIER}. Add one at /pbx/trunks/ and apply the settings.")
        if not hours.is_open(known, clock.now()):
            notes.print(
                "The line is closed at this hour: nobody is rung, the call goes where its hours say.", style="yellow"
            )
        click.echo(f"{caller} calls {line} for {seconds} s at most; Ctrl-C hangs up.")
        said = sham.call(nodes.node_for(exchange), program, line, phones.normalise(caller) or caller, seconds)
    click.echo(said or "The call is over.")


@command.command()
@OF
def run(slug: str) -> None:
    """Be the exchange: write its files from the applied settings and run it in the foreground until SIGTERM."""
    program = _program()
    with product():
        from perezvon.kit import clock
        from perezvon.telephony.actions.nodes import prepare_node
        from perezvon.telephony.pbx import instance

        try:
            node = prepare_node(_exchange(slug), program, at=clock.now())
        except PbxError as error:
            refuse(str(error))
    instance.run(program, node)


def _program() -> Program:
    folder = folder_of(env.current().home)
    try:
        program = find(folder)
    except PbxError as error:
        refuse(str(error))
    if program is None:
        refuse(f"Asterisk is not installed (looked in {folder}). Run: perezvon pbx install")
    return program


def _exchange(slug: str) -> Provider:
    from perezvon.telephony.pbx import nodes

    found = [one for one in nodes.own_exchanges() if slug in ("", one.slug)]
    if not found:
        refuse("There is no exchange of our own. Add one under Settings, Exchanges.")
    if len(found) > 1:
        refuse(f"There are several, say which: {', '.join(one.slug for one in found)}")
    return found[0]


def _tell(version: PbxVersion) -> None:
    if version.state == version.State.FAILED:
        refuse(f"The exchange refused version {version.number}; the old settings stay in force.\n{version.error}")
    click.echo(f"Version {version.number} is applied.")
