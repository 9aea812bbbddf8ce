"""A kamailio for tests: that of the machine, else the package of Debian, unpacked like our Asterisk (pbx/install.py)."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ..pbx.install import SUITES, Apt, _alone, _unpack, source
from ..pbx.program import PbxError

_READY = "ready"


def command(folder: Path, variables: Mapping[str, str] = os.environ) -> tuple[list[str], str]:
    """How it is started, and the folder of its modules; fetched into ``folder`` when it is not there. PbxError when it cannot be had."""
    given = shutil.which("kamailio")
    if given:
        found = next((str(one) for one in Path("/usr/lib").glob("*/kamailio/modules")), "/usr/lib/kamailio/modules")
        return [given], found
    with _alone(folder):
        if not (folder / _READY).exists():
            if variables.get("PEREZVON_NO_INSTALL"):
                raise PbxError(f"no kamailio in {folder}, and PEREZVON_NO_INSTALL is set")
            _fetch(folder, variables)
    loader = sorted(folder.glob("usr/lib/*/ld-linux*.so.*"))[0]
    libraries = loader.parent
    started = [str(loader), "--library-path", f"{libraries}:{libraries}/kamailio", str(folder / "usr/sbin/kamailio")]
    return started, f"{libraries}/kamailio/modules"


def _fetch(folder: Path, variables: Mapping[str, str]) -> None:
    origin, said = source(variables), ""
    with tempfile.TemporaryDirectory(prefix=folder.name + ".", dir=folder.parent) as work:
        for suite in SUITES:
            apt = Apt(Path(work) / suite, origin, suite)
            said = apt.run("update") or apt.run("-y", "--download-only", "install", "kamailio")
            if not said:
                _unpack(apt.debs(), Path(work) / "unpacked")
                (Path(work) / "unpacked" / _READY).touch()
                shutil.rmtree(folder, ignore_errors=True)
                (Path(work) / "unpacked").rename(folder)
                return
    raise PbxError(f"kamailio could not be fetched: {said[-300:].strip()}")


def check(started: list[str], config: Path) -> str:
    """What it says against a configuration; "" = nothing."""
    done = subprocess.run([*started, "-c", "-f", str(config)], capture_output=True, text=True, timeout=20, check=False)
    return "" if done.returncode == 0 else done.stderr[-1500:]
