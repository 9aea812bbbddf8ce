"""A reader in a process of its own: says a line after every batch and waits for a word to go on."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perezvon.config.settings")

import django

django.setup()

from perezvon.journey.actions import set_timers
from perezvon.journey.kinds import declare
from perezvon.journey.models import Due
from perezvon.journey.reading import deliver
from perezvon.journey.registry import FactReader
from perezvon.kit import clock

declare("test.marked", sentence="marked")


def mark(facts):
    """One mark per fact; doing it twice changes nothing."""
    set_timers([Due(kind="test.mark", key=str(fact.id), due_at=fact.at) for fact in facts])
    print("in the middle", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    reader = FactReader("test.killed", ("test.marked",), mark, 10, "fast")
    while deliver(reader, at=clock.now()):
        print("a batch is done", flush=True)
    print("quiet", flush=True)
