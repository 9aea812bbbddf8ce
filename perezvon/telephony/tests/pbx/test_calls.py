"""Real calls through the dialplan we generate: each ends at the stage where it really ended, and nothing is guessed."""

from typing import Any

import pytest

from perezvon.telephony.testing_pbx.lab import Lab
from perezvon.telephony.testing_pbx.sipp import Bye, Digit, Hold, Listen, Talk, Wait

from .conftest import did

pytestmark = [pytest.mark.pbx, pytest.mark.xdist_group("pbx")]


def test_hangs_up_in_the_menu(lab: Lab) -> None:
    key = lab.key(lab.dial(did(1), Bye(after=0.7)))
    call = lab.heard.ended(key)
    assert (call.stage, call.cause, call.menu_node) == ("L03", "caller_hangup", "main")
    assert lab.heard.stages(key) == ["did", "ivr-main"]


def test_hears_the_menu_and_chooses_nothing(lab: Lab) -> None:
    key = lab.key(lab.dial(did(1)))
    call = lab.heard.ended(key)
    assert (call.stage, call.cause, call.menu_node) == ("L04", "ivr_ended", "main")
    assert lab.heard.stages(key) == ["did", "ivr-main", "ivr-timeout"]


def test_gives_up_in_the_queue(lab: Lab, plug: Any) -> None:
    plug("106", silent=True)
    key = lab.key(lab.dial(did(6), Bye(after=1.5)))
    call = lab.heard.ended(key)
    assert (call.stage, call.cause, call.queue) == ("L05", "caller_hangup", "nobody")
    assert [(a.extension, a.cause) for a in call.attempts] == [("106", "caller_hangup")]


def test_talks(lab: Lab, plug: Any) -> None:
    plug("101", Talk(), Listen())
    key = lab.key(lab.dial(did(1), Digit("1"), Talk(), Bye(after=4)))
    call = lab.heard.ended(key)
    assert (call.stage, call.cause, call.extension, call.line) == ("talked", "caller_hangup", "101", did(1))
    assert call.talk_seconds in (3, 4)
    assert lab.heard.stages(key) == ["did", "ivr-main", "ivr-choice", "queue", "talk"]
    assert [span.state for span in call.path] == ["new", "ivr", "queued", "ringing", "talking"]
    assert call.record == f"{key}.wav"
    sizes = {path.name: path.stat().st_size for path in lab.node.recordings.glob(f"{key}*.wav")}
    assert set(sizes) == {f"{key}.wav", f"{key}-rx.wav", f"{key}-tx.wav"}
    assert all(40_000 < size < 80_000 for size in sizes.values()), sizes


def test_a_busy_telephone_then_the_next_one(lab: Lab, plug: Any) -> None:
    plug("102", refuse="486 Busy Here")
    plug("103")
    call = lab.heard.ended(lab.key(lab.dial(did(4), Bye(after=4))))
    assert (call.stage, call.extension) == ("talked", "103")
    assert [(a.extension, a.cause) for a in call.attempts][0] == ("102", "busy")
    assert call.attempts[-1].cause == "answered"


def test_no_answer_then_the_next_one(lab: Lab, plug: Any) -> None:
    plug("104", silent=True)
    plug("105")
    call = lab.heard.ended(lab.key(lab.dial(did(5), Bye(after=7))))
    assert (call.stage, call.extension) == ("talked", "105")
    assert [(a.extension, a.cause) for a in call.attempts] == [("104", "no_answer"), ("105", "answered")]


@pytest.mark.parametrize(
    ("line", "cause", "stages"),
    [(2, "off_hours", ["did", "offhours"]), (14, "callback", ["did", "offhours", "promise"])],
)
def test_off_hours(lab: Lab, line: int, cause: str, stages: list[str]) -> None:
    """Nobody answers the question here, so it is the dialplan's own calendar that decides."""
    key = lab.key(lab.dial(did(line)))
    call = lab.heard.ended(key)
    assert (call.stage, call.cause) == ("L02", cause)
    assert lab.heard.stages(key) == stages


def test_the_queue_s_time_is_over(lab: Lab, plug: Any) -> None:
    plug("106", silent=True)
    call = lab.heard.ended(lab.key(lab.dial(did(6))))
    assert (call.stage, call.cause, call.queue) == ("L06", "queue_timeout", "nobody")


def test_the_employee_hangs_up(lab: Lab, plug: Any) -> None:
    plug("110", Bye(after=3))
    call = lab.heard.ended(lab.key(lab.dial(did(17))))
    assert (call.stage, call.cause, call.extension) == ("talked", "agent_hangup", "110")


def test_nobody_is_there(lab: Lab) -> None:
    key = lab.key(lab.dial(did(7)))
    call = lab.heard.ended(key)
    assert (call.stage, call.cause, call.queue) == ("L06", "callback", "empty")
    assert lab.heard.stages(key) == ["did", "queue", "queue-exit", "promise"]


def test_the_queue_is_full(lab: Lab, plug: Any) -> None:
    plug("107", silent=True)
    first = lab.dial(did(8), Bye(after=5))
    lab.heard.wait(lambda e: e.get("Event") == "QueueCallerJoin" and e.get("CallerIDNum") == first)
    call = lab.heard.ended(lab.key(lab.dial(did(8))))
    assert (call.stage, call.cause) == ("L06", "callback")
    lab.heard.ended(lab.key(first))


def test_overflows_into_another_queue(lab: Lab, plug: Any) -> None:
    plug("106", silent=True)
    plug("101")
    call = lab.heard.ended(lab.key(lab.dial(did(9), Bye(after=5))))
    assert (call.stage, call.queue, call.extension) == ("talked", "sales", "101")
    assert [span.what for span in call.path if span.state == "queued"][0] == "spill"


def test_asks_to_be_called_back(lab: Lab, plug: Any) -> None:
    plug("108", silent=True)
    key = lab.key(lab.dial(did(10), Digit("1", after=1.5), Listen()))
    call = lab.heard.ended(key)
    assert (call.stage, call.cause, call.queue) == ("L05", "callback", "asked")
    asked = next(e for e in lab.heard.of(key) if e.get("Stage") == "callback")
    assert (asked["Digit"], asked["Status"]) == ("1", "1")


def test_straight_to_an_employee(lab: Lab, plug: Any) -> None:
    plug("111")
    call = lab.heard.ended(lab.key(lab.dial(did(11), Bye(after=3))))
    assert (call.stage, call.extension, call.queue) == ("talked", "111", "")


def test_an_employee_who_does_not_answer(lab: Lab, plug: Any) -> None:
    plug("111", silent=True)
    call = lab.heard.ended(lab.key(lab.dial(did(11))))
    assert (call.stage, call.cause) == ("L07", "no_answer")
    assert [(a.extension, a.cause) for a in call.attempts] == [("111", "no_answer")]


def test_a_promise_only(lab: Lab) -> None:
    key = lab.key(lab.dial(did(13)))
    lab.heard.ended(key)
    assert lab.heard.stages(key) == ["did", "promise"]


def test_two_telephones_of_one_person_ring_at_once(lab: Lab, plug: Any) -> None:
    plug("130")
    call = lab.heard.ended(lab.key(lab.dial(did(15), Bye(after=4))))
    assert (call.stage, call.extension, call.queue) == ("talked", "130", "twins")
    assert [(a.extension, a.cause) for a in call.attempts] == [("130", "answered")]


def test_hold(lab: Lab, plug: Any) -> None:
    plug("112", Wait(0.5), Hold(1.0), Wait(0.5), Bye())
    call = lab.heard.ended(lab.key(lab.dial(did(18))))
    assert (call.stage, call.cause) == ("talked", "agent_hangup")
    assert "held" in [span.state for span in call.path]


def test_two_operators_race_for_one_call(lab: Lab, plug: Any) -> None:
    plug("114", ring=0.5)
    plug("115", ring=0.5)
    call = lab.heard.ended(lab.key(lab.dial(did(20), Bye(after=4))))
    assert call.stage == "talked"
    assert sorted(a.cause for a in call.attempts) == ["answered", "answered_elsewhere"]
    assert len([a for a in call.attempts if a.cause == "answered"]) == 1


def test_an_unknown_number(lab: Lab) -> None:
    key = lab.key(lab.dial("+74959999999"))
    call = lab.heard.ended(key)
    assert (call.stage, call.cause) == ("L07", "invalid_number")


def test_outside_number(lab: Lab) -> None:
    lab.carrier(lab.carrier_port)
    key = lab.key(lab.dial(did(12), Bye(after=3)))
    call = lab.heard.ended(key)
    assert (call.stage, call.direction, call.line) == ("talked", "in", did(12))


def test_asterisk_has_nothing_to_complain_of(lab: Lab) -> None:
    """Runs last: what all those calls made it say."""
    expected = (
        "agi",
        "Unable to join queue",
    )  # nobody answers the dialplan's questions here; a full and an empty queue
    said = [line for line in lab.log_lines() if not any(words in line for words in expected)]
    assert said == []
