"""An exchange of our own for the stories: `python -m tests.browser.exchange JSON` founds it in the running company.

JSON holds the settings of its node and the carrier's port; sipp is the client, who calls in from the carrier's address
and is called at its port.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import Popen
from typing import Any

from perezvon.telephony.testing_pbx import sipp
from perezvon.telephony.testing_pbx.ear import Ear
from perezvon.telephony.testing_pbx.ports import CARRIER, free_udp

from .company import DOMAIN, PASSWORD

QUEUE_LINE, DIRECT_LINE, MASKED_LINE = "+74950990011", "+74950990012", "+74950990013"
CLIENTS = {"Known Kira": "+74950110041", "Unknown": "+74950110049"}
SECONDS = 90


class Carrier:
    """Clients who call: each says a tone and waits until we hang up, or hangs up himself."""

    def __init__(self, folder: Path, sip_port: int) -> None:
        self.sipp = sipp.Sipp(folder, "sipp", "127.0.0.1", sip_port)
        self.port = free_udp(CARRIER)

    def call(self, line: str, caller: str, bye: float = 0.0) -> "Popen[bytes]":
        end = sipp.Bye(bye) if bye else sipp.Listen(SECONDS)
        return self.sipp.start(
            sipp.calling((sipp.Talk(), end), self.sipp.sound), address=CARRIER, port=free_udp(CARRIER), media=free_udp(CARRIER),
            number=line.lstrip("+"), caller=CLIENTS.get(caller, caller).lstrip("+"), seconds=SECONDS,
        )  # fmt: skip

    def answers(self, ear: Ear, seconds: float = SECONDS) -> "Popen[bytes]":
        """Whoever we call answers at once, with this ear, and puts down after ``seconds`` when we do not before."""
        return self.sipp.start(
            sipp.ringing((sipp.Listen(seconds),), self.sipp.sound, ring=0.3), address=CARRIER, port=self.port,
            media=free_udp(CARRIER), times=None, seconds=SECONDS * 2, caller="client", ear=ear,
        )  # fmt: skip

    def stop(self) -> None:
        self.sipp.stop_all()


def found(carrier_port: int, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Trunk to ``carrier_port``, three people with browser telephones, one of whom sees no numbers, two queues, lines, an alert, a known client."""
    from perezvon.crm.actions.deals import open_deal
    from perezvon.crm.actions.people import add_person
    from perezvon.crm.models import Person
    from perezvon.kit import clock
    from perezvon.staff.actions.people import add_user
    from perezvon.staff.actions.roles import add_role, set_grants
    from perezvon.staff.models import Role, User
    from perezvon.telephony.actions.exchange import add_own_exchange, apply_now
    from perezvon.telephony.models import Device, Extension, Trunk
    from perezvon.telephony.pbx import nodes

    at = clock.now()
    own = add_own_exchange("Own", at=at, **settings)
    Trunk.objects.create(
        provider=own,
        key="trunk",
        name="Carrier",
        host=CARRIER,
        port=carrier_port,
        addresses=[CARRIER],
        caller_id=QUEUE_LINE,
    )
    people = {}
    blind = add_role("Sees no numbers", like=Role.objects.get(key="operator"), at=at)
    set_grants(blind, {("phone", "view"): ""}, at=at)
    add_user(
        email=f"masha@{DOMAIN}", name="Masha Lee", roles=[blind.key], password=PASSWORD, language="en", at=at,
        department=User.objects.get(email=f"olga@{DOMAIN}").department,
    )  # fmt: skip
    for login, number in (("olga", "101"), ("kirill", "102"), ("masha", "103")):
        people[login] = User.objects.get(email__startswith=f"{login}@")
        extension = Extension.objects.create(provider=own, number=number, user=people[login])
        Device.objects.create(extension=extension, kind="browser", secret=f"secret-of-{number}")
    olga = people["olga"]
    queue = _queues(own, olga, people["kirill"])
    _lines(own, queue, olga, people["masha"])
    kira = add_person(name="Known Kira", phones=[CLIENTS["Known Kira"]], responsible=olga, by=olga, at=at)
    Person.objects.filter(pk=kira.pk).update(segment="gold")
    open_deal(person=kira, title="Tour of Kira", amount=50_000, responsible=olga, by=olga, at=at)
    version = apply_now(own, at=at)
    return {
        "state": version.state, "error": version.error, "person": kira.pk, "secret": own.secrets["secret"],
        "log": str(nodes.node_for(own).log),
    }  # fmt: skip


def _queues(own: Any, olga: Any, kirill: Any) -> Any:
    """The queue of the line; another that Kirill answers, who is told of clients of value that wait."""
    from perezvon.telephony.models import AlertRule, Queue, QueueMember

    queue = Queue.objects.create(
        provider=own, key="desk", name="Desk", department=olga.department, wrap_up_seconds=60, says_position=False,
        on_wait="hangup", on_nobody="hangup", on_full="hangup",
    )  # fmt: skip
    QueueMember.objects.create(queue=queue, user=olga)
    spare = Queue.objects.create(
        provider=own, key="spare", name="Spare", department=olga.department, says_position=False
    )
    QueueMember.objects.create(queue=spare, user=kirill, skill=9)
    rule = AlertRule.objects.create(
        kind="client_waiting", segments=["gold"], seconds=1, ways=["screen"], is_urgent=True
    )
    rule.people.set([kirill])
    return queue


def _lines(own: Any, queue: Any, olga: Any, masha: Any) -> None:
    from perezvon.telephony.models import Line

    ways = {QUEUE_LINE: f"queue:{queue.pk}", DIRECT_LINE: f"person:{olga.pk}", MASKED_LINE: f"person:{masha.pk}"}
    for number, way in ways.items():
        Line.objects.create(
            number=number, name=way, provider=own, department=olga.department, open_to=way, closed_to=way, is_sticky=False
        )  # fmt: skip


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perezvon.config.settings")
    django.setup()
    told = json.loads(sys.argv[1])
    print(json.dumps(found(told.pop("carrier_port"), told)))
