"""Real calls through the dialplan we generate: each ends at the stage where it really ended, and nothing is guessed."""

from typing import Any

import pytest

from perezvon.telephony.testing_pbx.lab import Lab
from perezvon.telephony.testing_pbx.sipp import Bye

from ..streams import same_by_the_diary
from .conftest import did
from .scenes import SCENES, Played

pytestmark = [pytest.mark.pbx, pytest.mark.xdist_group("pbx")]


@pytest.fixture(scope="module")
def played(lab: Lab) -> Played:
    from perezvon.telephony.testing_pbx.plugin import PASSWORD

    return Played(lab, lambda endpoint, *steps, **how: lab.telephone(endpoint, PASSWORD, *steps, **how))


# The scene, where the call ended and why, and who was rung with what result.
ENDS = {
    "menu-hangup": ("L03", "caller_hangup", []),
    "menu-silence": ("L04", "ivr_ended", []),
    "menu-wrong-key": ("L04", "ivr_ended", []),
    "talk": ("talked", "caller_hangup", [("101", "answered")]),
    "off-hours": ("L02", "off_hours", []),
    "off-hours-promise": ("L02", "callback", []),
    "busy-then-next": ("talked", "caller_hangup", [("102", "busy"), ("103", "answered")]),
    "silent-then-next": ("talked", "caller_hangup", [("104", "no_answer"), ("105", "answered")]),
    "queue-abandoned": ("L05", "caller_hangup", [("106", "caller_hangup")]),
    "queue-time-over": ("L06", "queue_timeout", [("121", "no_answer")]),
    "nobody-there": ("L06", "callback", []),
    "overflow-by-wait": ("talked", "caller_hangup", [("120", "no_answer"), ("122", "answered")]),
    "callback-asked": ("L05", "callback", [("108", "caller_hangup")]),
    "employee": ("talked", "caller_hangup", [("111", "answered")]),
    "employee-busy": ("L07", "busy", [("119", "busy")]),
    "outside": ("talked", "caller_hangup", [("", "answered")]),
    "promise": ("L07", "callback", []),
    "two-telephones": ("talked", "caller_hangup", [("130", "answered")]),
    "employee-hangs-up": ("talked", "agent_hangup", [("110", "answered")]),
    "hold": ("talked", "agent_hangup", [("112", "answered")]),
    "unknown-number": ("L07", "invalid_number", []),
}


@pytest.mark.parametrize("name", ENDS)
def test_ends_where_it_ended(played: Played, name: str) -> None:
    call = played.call(name)
    assert (call.stage, call.cause, [(a.extension, a.cause) for a in call.attempts]) == ENDS[name]
    assert (call.direction, call.line, call.observed) == ("in", did(SCENES[name].line), True)


@pytest.mark.parametrize("name", SCENES)
def test_the_diary_tells_the_same(played: Played, name: str) -> None:
    """Nobody might have listened: field by field the same call. Only moments of holding are not written down."""
    same_by_the_diary(played.events(name), played.diary(name))


STAGES = {
    "menu-hangup": ["did", "ivr-main"],
    "menu-silence": ["did", "ivr-main", "ivr-timeout"],
    "menu-wrong-key": ["did", "ivr-strict", "ivr-wrong", "ivr-timeout"],
    "talk": ["did", "ivr-main", "ivr-choice", "queue", "talk"],
    "off-hours": ["did", "offhours"],
    "off-hours-promise": ["did", "offhours", "promise"],
    "nobody-there": ["did", "queue", "queue-exit", "promise"],
    "overflow-by-wait": ["did", "queue", "queue-exit", "queue", "talk"],
    "promise": ["did", "promise"],
}


@pytest.mark.parametrize("name", STAGES)
def test_the_dialplan_says_every_stage(played: Played, name: str) -> None:
    assert played.stages(name) == STAGES[name]


def test_where_in_the_menu(played: Played) -> None:
    assert (played.call("menu-hangup").menu_node, played.call("menu-wrong-key").menu_node) == ("main", "strict")


def test_a_talk_is_measured_and_recorded(lab: Lab, played: Played) -> None:
    call, key = played.call("talk"), played.keys["talk"]
    assert (call.extension, call.queue, call.talk_seconds) == ("101", "sales", pytest.approx(4, abs=1))
    assert [span.state for span in call.path] == ["new", "ivr", "queued", "ringing", "talking"]
    assert call.record == f"{key}.wav"
    found = [path for path in lab.node.recordings.glob(f"{key}*.wav") if path.stem.split("-r")[0].split("-t")[0] == key]
    sizes = {path.name: path.stat().st_size for path in found}
    assert set(sizes) == {f"{key}.wav", f"{key}-rx.wav", f"{key}-tx.wav"}
    assert all(40_000 < size < 80_000 for size in sizes.values()), sizes


def test_which_queue(played: Played) -> None:
    assert [(n, played.call(n).queue) for n in ("queue-abandoned", "nobody-there", "employee")] == [
        ("queue-abandoned", "nobody"), ("nobody-there", "empty"), ("employee", ""),
    ]  # fmt: skip
    call = played.call("overflow-by-wait")
    assert (call.queue, [span.what for span in call.path if span.state == "queued"][0]) == ("after", "spill")


def test_asking_to_be_called_back_tells_the_key_and_the_place(played: Played) -> None:
    asked = next(event for event in played.events("callback-asked") if event.get("Stage") == "callback")
    assert (asked["Digit"], asked["Status"]) == ("1", "1")


def test_hold_is_seen(played: Played) -> None:
    assert "held" in [span.state for span in played.call("hold").path]


def test_two_operators_race_for_one_call(played: Played) -> None:
    call = played.call("race")
    assert call.stage == "talked"
    assert sorted(a.cause for a in call.attempts) == ["answered", "answered_elsewhere"]


def test_the_queue_is_full(lab: Lab, plug: Any) -> None:
    plug("107", silent=True)
    first = lab.dial(did(8), Bye(after=4))
    lab.heard.wait(lambda e: e.get("Event") == "QueueCallerJoin" and e.get("CallerIDNum") == first)
    call = lab.heard.ended(lab.key(lab.dial(did(8))))
    assert (call.stage, call.cause) == ("L06", "callback")
    lab.heard.ended(lab.key(first))


def test_an_employee_who_does_not_answer(lab: Lab, plug: Any) -> None:
    plug("111", silent=True)
    call = lab.heard.ended(lab.key(lab.dial(did(11))))
    assert (call.stage, call.cause) == ("L07", "no_answer")
    assert [(a.extension, a.cause) for a in call.attempts] == [("111", "no_answer")]


def test_asterisk_has_nothing_to_complain_of(lab: Lab, played: Played) -> None:
    """Runs last: what all those calls made it say."""
    played.keep()
    expected = (
        "agi",
        "Unable to join queue",
    )  # nobody answers the dialplan's questions here; a full and an empty queue
    said = [line for line in lab.log_lines() if not any(words in line for words in expected)]
    assert said == []
