"""What the real exchange recorded comes into the storage: both sides, whole, and nothing is left behind."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from perezvon.telephony.actions.recordings import note_recordings, take_next
from perezvon.telephony.models import Recording
from perezvon.telephony.testing_pbx.lab import Lab
from perezvon.telephony.testing_pbx.sipp import Bye, Digit, Listen, Talk

from ..recordings import ended_call
from .conftest import did

pytestmark = [pytest.mark.pbx, pytest.mark.xdist_group("pbx"), pytest.mark.django_db]


@pytest.mark.parametrize("employee_talks", [True, False])
def test_a_real_talk_is_kept_with_the_client_on_the_left(
    lab: Lab, plug: Any, spool: Path, settings: Any, tmp_path: Path, employee_talks: bool
) -> None:
    plug("101", *([Talk(), Listen()] if employee_talks else [Listen()]))
    key = lab.key(lab.dial(did(1), Digit("1"), Talk(), Bye(after=4)))
    told = lab.heard.ended(key)
    settings.RECORDINGS_SPOOL = lab.node.recordings
    call = ended_call(key, record=told.record, at=told.ended_at)
    note_recordings([call.pk])
    take_next(at=told.ended_at + timedelta(minutes=1))
    kept = Recording.objects.get()
    assert (kept.state, kept.channels, kept.why) == ("ready", 2, "")
    assert kept.seconds == pytest.approx(told.talk_seconds, abs=1.2)
    assert [max(side) > 50 for side in kept.peaks] == [True, employee_talks], [max(side) for side in kept.peaks]
    assert not list(lab.node.recordings.glob(f"{key}*"))
    assert (tmp_path / "kept" / kept.name).stat().st_size == kept.bytes
