"""A reader killed with SIGKILL in the middle of a batch loses nothing and repeats harmlessly."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from perezvon.journey.actions import NewFact, record_many
from perezvon.journey.kinds import declare
from perezvon.journey.models import Due

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARKED = declare("test.marked", sentence="marked")


def _start() -> subprocess.Popen[str]:
    wanted = connection.settings_dict
    query = f"?host={wanted['HOST']}" if wanted["HOST"].startswith("/") else ""
    host = "" if query else f"{wanted['HOST']}:{wanted['PORT']}"
    address = f"postgresql://{wanted['USER']}:{wanted['PASSWORD']}@{host}/{wanted['NAME']}{query}"
    if query and wanted["PORT"]:
        address += f"&port={wanted['PORT']}"
    return subprocess.Popen(
        [sys.executable, "-m", "tests.races.slow_reader"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DATABASE_URL": address},
    )


def _until(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == word:
            return
    raise AssertionError(f"the reader ended without saying {word!r}")


def _go_on(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


@pytest.mark.django_db(transaction=True)
def test_a_killed_reader_loses_nothing():
    with transaction.atomic():
        ids = record_many([NewFact(MARKED, NOON, person_id=n) for n in range(35)])
    first = _start()
    _until(first, "in the middle")
    _go_on(first)
    _until(first, "in the middle")  # the second batch is written, not committed
    first.send_signal(signal.SIGKILL)
    first.wait()
    first.stdin.close()
    first.stdout.close()
    assert Due.objects.filter(kind="test.mark").count() == 10

    second = _start()
    for _ in range(3):
        _until(second, "in the middle")
        _go_on(second)
    _until(second, "quiet")
    second.communicate()
    marked = {int(key) for key in Due.objects.filter(kind="test.mark").values_list("key", flat=True)}
    assert marked == set(ids)
