"""`perezvon demo`."""

import signal
import threading
from contextlib import nullcontext

import click

from perezvon.config.cli.common import notes, product, progress, refuse


@click.command()
@click.option("--seed", default=1, show_default=True, help="Same seed, same company.")
@click.option("--months", default=14, show_default=True, help="Length of the company's past.")
@click.option("--lanes-wait", is_flag=True, hidden=True, help="The caller holds the workers back.")
@click.option("--live", is_flag=True, help="Keep calls and requests coming until Ctrl-C or SIGTERM.")
@click.option(
    "--pace",
    type=click.FloatRange(0, min_open=True),
    default=6,
    show_default=True,
    help="With --live: contacts a minute.",
)
def command(seed: int, months: int, lanes_wait: bool, live: bool, pace: float) -> None:
    """Build the demo company in an empty base, or make it live."""
    with product():
        from django.contrib.auth import get_user_model

        from perezvon.config import demo, worker
        from perezvon.config.env import current

        if live:
            _keep_coming(pace)
            return
        if get_user_model().objects.exists():
            refuse("The base is not empty. The demo company needs a new one: PEREZVON_HOME=/another/folder")
        unfinished = current().home / demo.UNFINISHED
        try:
            with nullcontext() if lanes_wait else worker.lanes_waiting(), progress("The demo company") as report:
                unfinished.touch()
                demo.build(seed=seed, months=months, progress=report)
        except RuntimeError as error:
            refuse(str(error))
        unfinished.unlink()
        notes.print("The demo company is ready.")
        tell_sign_ins()


def _keep_coming(pace: float) -> None:
    from perezvon.config.demo.live import live

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    notes.print(f"About {pace:g} contacts a minute; Ctrl-C ends it.")
    try:
        live(pace, stop=stop)
    except LookupError as error:
        refuse(f"Nobody can call: {error}. Build it in a new base: perezvon demo")


def tell_sign_ins() -> None:
    """Who may sign in to the demo company."""
    from perezvon.config.demo import sign_ins

    for email, password, who in sign_ins():
        notes.print(f"  {email:32} {password:16} {who}")
