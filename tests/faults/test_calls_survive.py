"""Real calls while a part is killed: nothing lost, nothing doubled. `make reliability` does the same for longer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from perezvon.telephony.pbx.program import Program
from perezvon.telephony.testing_pbx.lab import Lab

from .exchange import environment, open_exchange
from .installation import Installation
from .reliability import PARTS, kill_under_load

pytestmark = [pytest.mark.slow, pytest.mark.pbx, pytest.mark.timeout(600), pytest.mark.xdist_group("pbx")]
SECONDS = 4.0


@pytest.fixture(scope="module")
def opened(
    tmp_path_factory: pytest.TempPathFactory, asterisk_program: Program, sipp_program: str
) -> Iterator[tuple[Installation, Lab]]:
    home: Path = tmp_path_factory.mktemp("home")
    one = Installation(home)
    one.env |= environment()
    try:
        one.up(within=300)  # migrations: slow on a machine that does much else
        _provider, lab = open_exchange(one, asterisk_program, sipp_program)
        try:
            yield one, lab
        finally:
            lab.sipp.stop_all()
    finally:
        one.down()


@pytest.mark.parametrize("part", PARTS)
def test_no_call_is_lost_or_doubled(opened: tuple[Installation, Lab], part: str) -> None:
    row, wrong = kill_under_load(*opened, part, f"7918{PARTS.index(part):02}", SECONDS)
    assert wrong == []
    assert (row.lost, row.doubled) == (0, 0)
    assert row.accepted >= SECONDS
    assert row.called_back == row.cut
