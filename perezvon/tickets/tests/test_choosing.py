"""Whom a request is given to: the pure chooser."""

from datetime import timedelta

import pytest

from perezvon.tickets.choosing import (
    AWAY,
    DAY_FULL,
    FULL,
    GIVEN,
    NOBODY,
    TRIED,
    UNFIT,
    Candidate,
    Rule,
    choose,
)
from perezvon.tickets.testing import HOUR, MONDAY

LOAD = Rule("load", "load")


def test_the_fewest_requests_first_then_whoever_had_one_longest_ago():
    people = [Candidate(1, open=2), Candidate(2, open=1, last_at=MONDAY), Candidate(3, open=1, last_at=MONDAY - HOUR)]
    assert choose([LOAD], people).user_id == 3


def test_in_turn_whatever_the_load():
    people = [Candidate(1, open=9, last_at=MONDAY - HOUR), Candidate(2, open=0, last_at=MONDAY)]
    assert choose([Rule("turn", "turn")], people).user_id == 1


def test_a_turn_goes_round():
    people, given = [Candidate(pk) for pk in (1, 2, 3)], []
    for minute in range(6):
        found = choose([Rule("turn", "turn")], people).user_id
        next(each for each in people if each.user_id == found).takes(MONDAY + timedelta(minutes=minute))
        given.append(found)
    assert given == [1, 2, 3, 1, 2, 3]


@pytest.mark.parametrize(
    ("busy", "bar"),
    [
        (Candidate(1, bar=AWAY), AWAY),
        (Candidate(1, open=5, open_limit=5), FULL),
        (Candidate(1, today=3, daily_limit=3), DAY_FULL),
    ],
)
def test_nobody_who_is_away_or_full_is_given_anything(busy, bar):
    verdict = choose([LOAD], [busy, Candidate(2, open=9)])
    assert verdict.user_id == 2 and verdict.bars == {1: bar}


def test_rules_are_asked_in_order_and_say_what_they_said():
    rules = [Rule("of one's own", "load", fits=False), Rule("english", "skill", skill="English"), LOAD]
    verdict = choose(rules, [Candidate(1), Candidate(2, bar=AWAY, skills=frozenset({"english"}))])
    assert verdict.user_id == 1 and verdict.rule == LOAD
    assert [step.answer for step in verdict.steps] == [UNFIT, NOBODY, GIVEN]
    assert (verdict.steps[1].asked, verdict.steps[1].free) == (1, 0)


def test_by_skill_by_source_to_the_manager_to_one_person():
    people = [
        Candidate(1, skills=frozenset({"english"})), Candidate(2, sources=frozenset({7})), Candidate(3, is_member=False),
        Candidate(4, is_member=False),
    ]  # fmt: skip
    assert choose([Rule("s", "skill", skill="ENGLISH")], people).user_id == 1
    assert choose([Rule("s", "source")], people, source_id=7).user_id == 2
    assert choose([Rule("m", "manager")], people, manager_id=3).user_id == 3
    assert choose([Rule("p", "person", user_id=4)], people).user_id == 4
    assert choose([Rule("m", "manager"), LOAD], people, manager_id=None).user_id == 1


def test_who_has_had_it_is_not_asked_again():
    verdict = choose([LOAD], [Candidate(1), Candidate(2, open=3)], tried={1})
    assert verdict.user_id == 2 and verdict.bars == {1: TRIED}
    assert choose([LOAD], [Candidate(1)], tried={1}).user_id is None
