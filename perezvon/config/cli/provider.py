"""`perezvon provider`."""

import json

import click

from perezvon.config.cli.common import product, refuse


@click.group(name="provider")
def command() -> None:
    """Telephony providers."""


@command.command()
@click.argument("kind")
@click.argument("name", default="")
@click.option("--set", "pairs", multiple=True, metavar="KEY=VALUE", help="A setting or a secret of this kind.")
def add(kind: str, name: str, pairs: tuple[str, ...]) -> None:
    """Add a provider of KIND (mango, uis, itoolabs, zadarma, asterisk), called NAME; prints its addresses and secrets as JSON.

    "webhook" is the address that the exchange calls; Mango Office appends events/call and the like to it by itself.
    Asterisk has none: we call it. "templates" are texts to be pasted into an account of UIS. The secrets are shown this once.
    """
    broken = [pair for pair in pairs if "=" not in pair]
    if broken:
        refuse(f"--set takes KEY=VALUE, not {broken[0]!r}")
    values = dict(pair.split("=", 1) for pair in pairs)
    with product():
        from perezvon.kit import clock
        from perezvon.telephony.actions import providers

        try:
            made = providers.add_provider(kind, name or kind, at=clock.now(), **values)
        except (providers.ExchangeError, TypeError, ValueError) as error:
            refuse(str(error))
        webhook = made["addresses"].get("webhook", "")
        texts = {str(label): text for label, text in providers.adapter(kind).templates(webhook)}
        told = {**made, "webhook": webhook, **({"templates": texts} if texts else {})}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1, default=str))


@command.command(name="list")
def show() -> None:
    """List the providers as JSON, without secrets."""
    with product():
        from perezvon.telephony.models import Provider

        rows = Provider.objects.values("id", "kind", "name", "slug", "is_enabled", "refused", "last_event_at")
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=1, default=str))
