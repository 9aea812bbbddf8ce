"""A process killed with SIGKILL after the other side has answered: the event is sent again, nothing is lost."""

import os
import signal
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection, transaction

from perezvon.api.models import Delivery
from perezvon.api.tests.test_webhooks import NOW, happened, receiver, subscribe  # noqa: F401  (fixtures)
from perezvon.api.webhooks import queueing, sending

from .test_reader_killed import _until


def _address() -> str:
    wanted = connection.settings_dict
    query = f"?host={wanted['HOST']}" if wanted["HOST"].startswith("/") else ""
    host = "" if query else f"{wanted['HOST']}:{wanted['PORT']}"
    address = f"postgresql://{wanted['USER']}:{wanted['PASSWORD']}@{host}/{wanted['NAME']}{query}"
    return f"{address}&port={wanted['PORT']}" if query and wanted["PORT"] else address


@pytest.mark.django_db(transaction=True)
def test_a_killed_sender_sends_again(admin: Any, receiver: Any, subscribe: Any, settings: Any) -> None:  # noqa: F811
    with transaction.atomic():
        hook = subscribe(admin)
    fact = happened(hook)
    queueing.queue([fact], at=NOW)
    hosts = ",".join(settings.PRIVATE_HOSTS)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.races.slow_sender", NOW.isoformat()],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "DATABASE_URL": _address(), "PEREZVON_PRIVATE_HOSTS": hosts},
    )  # fmt: skip
    _until(process, "answered")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert [one["event"] for one in receiver.events] == [fact.id]
    assert Delivery.objects.get().state == "waiting"
    assert sending.work(NOW) == 0  # the claim of the dead one still lasts
    assert sending.work(NOW + sending.LEASE) == 1
    assert [one["event"] for one in receiver.events] == [fact.id, fact.id]
    assert Delivery.objects.get().state == "sent"
