"""Fixtures around a real Asterisk; what is missing is installed where that is allowed, else the test is skipped with the reason."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ..pbx.generate import filled, generate
from ..pbx.node import Node, node_of
from ..pbx.plan import Plan
from ..pbx.program import PbxError, Program
from .ear import Ear
from .lab import Lab
from .lab import settings as lab_settings

NO_INSTALL = "PEREZVON_NO_INSTALL"
_left_out: dict[str, str] = {}


def shared_folder() -> Path:
    """Where tests keep the Asterisk they all use: PEREZVON_PBX, else the user's cache."""
    given = os.environ.get("PEREZVON_PBX", "").strip()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(given) if given else cache / "perezvon" / "asterisk"


def find_program() -> Program | str:
    """The Asterisk for tests, fetched when it may be; or the reason why there is none."""
    from ..pbx.install import install
    from ..pbx.program import find

    try:
        found = find(shared_folder())
        if found is None and os.environ.get(NO_INSTALL):
            return f"no Asterisk in {shared_folder()}, and {NO_INSTALL} is set"
        return found or install(shared_folder())
    except PbxError as error:
        return str(error).partition("\n")[0]


@pytest.fixture(scope="session")
def asterisk_program() -> Program:
    """The Asterisk that tests run."""
    found = find_program()
    if isinstance(found, str):
        _left_out["Asterisk"] = found
        pytest.skip(f"no Asterisk: {found}")
    return found


@pytest.fixture(scope="session")
def sipp_program() -> str:
    """The sipp that plays carriers and telephones."""
    found = shutil.which("sipp")
    if not found:
        _left_out["sipp"] = "apt-get install sip-tester"
        pytest.skip("no sipp: apt-get install sip-tester")
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out."""
    for name, reason in _left_out.items():
        terminalreporter.write_line(f"LEFT OUT: the tests with real calls, because there is no {name}: {reason}")


AMI_SECRET = "ami-of-a-test"  # noqa: S105 - of a node on the loopback that lives for some seconds
PASSWORD = "telephone"  # noqa: S105
LabMaker = Callable[[Callable[[Node], Plan]], Lab]


@pytest.fixture(scope="session")
def make_lab(
    asterisk_program: Program, sipp_program: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LabMaker]:
    """Start an Asterisk with a plan, without a database: ``make_lab(lambda node: Plan(node, ...))``."""
    made: list[Lab] = []

    def make(planned: Callable[[Node], Plan]) -> Lab:
        folder = tmp_path_factory.mktemp("pbx")
        node = node_of(
            folder / "node",
            lab_settings(),
            asterisk_program,
            sounds=folder / "sounds",
            recordings=folder / "recordings",
        )
        plan = planned(node)
        secrets = {"ami": AMI_SECRET} | {f"device-{d.id}": PASSWORD for one in plan.people for d in one.devices}
        lab = Lab(asterisk_program, plan.node, sipp_program, AMI_SECRET)
        made.append(lab)
        lab.start({name: filled(text, secrets) for name, text in generate(plan).items()})
        return lab

    yield make
    for lab in made:
        lab.stop()


@pytest.fixture
def new_exchange(
    django_db_serialized_rollback: None,
    transactional_db: None,
    asterisk_program: Program,
    sipp_program: str,
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., Any]]:
    """``new_exchange(**settings)``: an exchange with rows in the database that is not open yet; closed after the test."""
    from .exchange import Exchange

    monkeypatch.setenv("PEREZVON_PBX", str(shared_folder()))
    settings.HOME, settings.RECORDINGS_SPOOL = tmp_path, tmp_path / "spool"
    made: list[Exchange] = []

    def make(**changes: Any) -> Exchange:
        made.append(Exchange(asterisk_program, sipp_program, **changes))
        return made[-1]

    yield make
    for exchange in made:
        exchange.close()


@pytest.fixture
def exchange(new_exchange: Callable[..., Any], operator: Any, anna: Any) -> Any:
    """One that is open: the line leads to the queue "sales" of the operator (101) and Anna (102); plug their telephones in."""
    made = new_exchange()
    made.seat(operator, "101")
    made.seat(anna, "102")
    queue = made.queue("sales", operator, anna)
    made.line(f"queue:{queue.pk}")
    made.open()
    return made


@pytest.fixture
def new_ear() -> Iterator[Callable[[int, str], Ear]]:
    """``new_ear(tone, address)``: a side of a call that says a tone and tells whose it hears."""
    made: list[Ear] = []

    def make(tone: int, address: str) -> Ear:
        made.append(Ear(tone, address))
        return made[-1]

    yield make
    for ear in made:
        ear.close()
