"""The demo company: a travel agency whose past and present are made by the product's own doors."""

from collections.abc import Callable

UNFINISHED = "demo.unfinished"  # a file in the home while the company is being built
PASSWORD = "perezvon-demo"  # noqa: S105 - printed at start; the demo listens on this machine only


def build(*, seed: int = 1, months: int = 14, progress: Callable[[int, int], None] | None = None) -> None:
    """Build the demo company in an empty base; see ``history.build``."""
    from perezvon.kit import clock

    from . import history

    history.build(seed=seed, now=clock.now(), months=months, progress=progress)


def sign_ins() -> list[tuple[str, str, str]]:
    """(e-mail, password, who it is) of those a visitor may want to be."""
    from .company import DOMAIN, PEOPLE

    words = {"kirill": "owner", "boris": "head of sales", "anna": "seller", "pavel": "operator", "alina": "marketer"}
    return [(f"{m.login}@{DOMAIN}", PASSWORD, f"{m.name}, {words[m.login]}") for m in PEOPLE if m.login in words]
