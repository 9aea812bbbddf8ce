"""`perezvon user`."""

import secrets

import click

from perezvon.config.cli.common import product, refuse


@click.group(name="user")
def command() -> None:
    """People who sign in."""


@command.command()
@click.argument("email")
@click.option("--name", default="", help="Name and surname.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    default=("administrator",),
    show_default=True,
    help="Key of a role; may be repeated.",
)
@click.option("--password", envvar="PEREZVON_PASSWORD", help="Generated and printed when not given.")
def add(email: str, name: str, roles: tuple[str, ...], password: str | None) -> None:
    """Add a person, by default the first administrator of a new base."""
    with product():
        from django.core.exceptions import ValidationError

        from perezvon.kit import clock
        from perezvon.staff.actions.people import add_user

        chosen = password or secrets.token_urlsafe(12)
        try:
            add_user(email=email, name=name or email.split("@")[0], roles=roles, password=chosen, at=clock.now())
        except ValidationError as error:
            refuse("; ".join(error.messages))
        except LookupError as error:
            refuse(f"There is no such role: {error}")
        click.echo(f"{email} may sign in." + ("" if password else f" Password: {chosen}"))
