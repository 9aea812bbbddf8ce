"""An exchange of our own in an installation, with telephones; calls to it end in the ways of testing_pbx/kinds.py."""

import json
import subprocess
import sys
from pathlib import Path

from perezvon.config.postgres import Cluster
from perezvon.telephony.pbx.node import node_of
from perezvon.telephony.pbx.program import Program
from perezvon.telephony.testing_pbx.kinds import ANSWERS, REFUSES, SECRET, SILENT
from perezvon.telephony.testing_pbx.lab import Lab, settings
from perezvon.telephony.testing_pbx.plugin import shared_folder
from perezvon.telephony.testing_pbx.ports import CARRIER, free_udp

from .installation import Installation, eventually


def open_exchange(installation: Installation, program: Program, sipp: str) -> tuple[int, Lab]:
    """Found it, wait until `perezvon up` has started it and `listen` hears it, connect its telephones.

    The installation must have been started with ``environment()``. Returns the provider's id and the lab.
    """
    given = {"settings": settings(), "carrier": free_udp(CARRIER)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.founding", json.dumps(given)], env=inside(installation), capture_output=True, text=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert told["state"] == "applied", told["error"]
    home = installation.home
    node = node_of(
        home / "pbx" / f"node-{told['id']}", given["settings"], program, sounds=home / "pbx" / "sounds", recordings=home / "pbx" / "spool",
    )  # fmt: skip
    eventually(lambda: is_heard(installation), within=60)
    lab = Lab(program, node, sipp, told["secret"])
    lab.telephone(ANSWERS, SECRET)
    lab.telephone(REFUSES, SECRET, refuse="486 Busy Here")
    lab.telephone(SILENT, SECRET, silent=True)
    return told["id"], lab


def is_heard(installation: Installation, since: float = 0.0) -> bool:
    """Whether Asterisk runs and `listen` has been through its first look, after ``since`` (unix seconds)."""
    sql = "SELECT 1 FROM telephony_provider WHERE kind = 'asterisk' AND extract(epoch FROM last_event_at) > %s"
    return bool(installation.processes("asterisk")) and bool(installation.ask(sql, since))


def environment() -> dict[str, str]:
    """What `perezvon up` needs so that it finds the Asterisk of the tests."""
    return {"PEREZVON_PBX": str(shared_folder())}


def inside(installation: Installation) -> dict[str, str]:
    """The environment of a program that works on the installation's own database."""
    return {
        **installation.env, "DATABASE_URL": Cluster(installation.home).url, "DJANGO_SETTINGS_MODULE": "perezvon.config.settings",
    }  # fmt: skip
