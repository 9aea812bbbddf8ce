"""The terminal stage and its recovery: the rules, and what holds for any set of facts."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perezvon.kit.worktime import all_week
from perezvon.tickets.journey import Journey, Limits, Move, Plan, Sale, Standing, Touch
from perezvon.tickets.stages import BY_KEY, PASSED_BEFORE, STEP_OF_LOSS
from perezvon.tickets.standing import stand

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMITS = Limits(
    window=72 * HOUR,
    entry=24 * HOUR,
    work_seconds=9 * 3600,
    follow_up=7 * DAY,
    upsell=365 * DAY,
    calendar=all_week(time(9), time(18), UTC, range(5)),
)


def call(after: timedelta = timedelta(), stage: str = "talked", direction: str = "in", **more: object) -> Touch:
    at = MONDAY + after
    more.setdefault("ended_at", at + timedelta(minutes=2))
    if stage in ("talked", "L08"):
        more.setdefault("answered_at", at + timedelta(seconds=20))
    return Touch("call", direction, at, stage=stage, **more)  # type: ignore[arg-type]


def form(after: timedelta = timedelta()) -> Touch:
    return Touch("form", "in", MONDAY + after)


def deal(*moves: tuple[timedelta, str], amount: int = 50_000, payments: tuple = ()) -> Sale:
    rows = [Move(MONDAY + at, number + 1, number, kind, number) for number, (at, kind) in enumerate(moves)]
    return Sale(rows[0].at, tuple(rows), Decimal(amount), payments)


def where(journey: Journey, after: timedelta = timedelta()) -> Standing:
    return stand(journey, LIMITS, MONDAY + after)


@pytest.mark.parametrize("loss", sorted(PASSED_BEFORE))
def test_a_lost_call_is_lost_at_its_gate(loss):
    standing = where(Journey(MONDAY, (call(stage=loss),)), HOUR)
    assert (standing.loss, standing.state) == (loss, "open")
    assert standing.rank < BY_KEY[STEP_OF_LOSS[loss]].rank
    assert standing.missed_at == MONDAY + timedelta(minutes=2)
    assert standing.window_until == standing.look_at == standing.missed_at + LIMITS.window


def test_when_the_window_is_over_the_request_closes_as_lost():
    standing = where(Journey(MONDAY, (call(stage="L05"),)), 4 * DAY)
    assert (standing.state, standing.loss) == ("closed", "L05")
    assert standing.closed_at == standing.window_until


@pytest.mark.parametrize(
    ("touch", "recovery"),
    [
        (call(HOUR, direction="out"), "by_us"),
        (call(HOUR), "by_client"),
        (form(HOUR), "by_client"),
    ],
)
def test_reached_within_the_window_is_not_lost(touch, recovery):
    standing = where(Journey(MONDAY, (call(stage="L07"), touch)), 2 * HOUR)
    assert (standing.loss, standing.healed, standing.recovery) == ("", "L07", recovery)
    assert standing.recovered_at == MONDAY + HOUR


def test_reached_after_the_window_is_too_late():
    late = call(100 * HOUR, direction="out")
    standing = where(Journey(MONDAY, (call(stage="L07"), late)), 5 * DAY)
    assert (standing.loss, standing.recovery, standing.missed_at) == ("L07", "", None)


def test_an_attempt_that_nobody_answered_saves_nothing():
    standing = where(Journey(MONDAY, (call(stage="L07"), call(HOUR, "no_answer", "out"))), 2 * HOUR)
    assert standing.loss == "L07"
    assert standing.first_response_at == MONDAY + HOUR


def test_sold_all_the_same():
    journey = Journey(MONDAY, (call(stage="L05"),), sale=deal((5 * DAY, "open"), (6 * DAY, "won")))
    standing = where(journey, 7 * DAY)
    assert (standing.loss, standing.healed, standing.recovery) == ("", "L05", "sold")
    assert (standing.step, standing.amount) == ("won", Decimal(50_000))


def test_the_last_lost_call_tells_the_stage():
    standing = where(Journey(MONDAY, (call(stage="L07"), call(HOUR, "L02", observed=False))), 2 * HOUR)
    assert (standing.loss, standing.step, standing.observed) == ("L02", "line", False)


def test_a_lost_call_after_a_talk_is_missed_but_loses_nothing():
    standing = where(Journey(MONDAY, (call(), call(HOUR, "L05")), entered_at=MONDAY), 2 * HOUR)
    assert (standing.loss, standing.step) == ("", "entered")
    assert standing.missed_at == MONDAY + HOUR + timedelta(minutes=2)


def test_a_slip_is_kept_apart():
    slip = call(stage="L05", cause="caller_hangup", ended_at=MONDAY + timedelta(seconds=3))
    assert where(Journey(MONDAY, (slip,)), HOUR).is_short
    assert not where(Journey(MONDAY, (call(stage="L05", cause="caller_hangup"),)), HOUR).is_short


def test_talked_and_not_entered():
    journey = Journey(MONDAY, (call(),))
    assert where(journey, HOUR).loss == ""
    assert where(journey, HOUR).look_at == MONDAY + timedelta(minutes=2) + 24 * HOUR
    assert where(journey, 2 * DAY).loss == "L09"
    entered = Journey(MONDAY, (call(),), entered_at=MONDAY + 2 * DAY)
    assert (where(entered, 2 * DAY).healed, where(entered, 2 * DAY).recovery) == ("L09", "by_us")


def test_entered_and_not_worked_by_working_time():
    journey = Journey(MONDAY, (form(),))
    assert (where(journey, HOUR).step, where(journey, HOUR).loss) == ("entered", "")
    assert where(journey, 9 * HOUR).loss == "L10"
    called = Journey(MONDAY, (form(), call(DAY, "no_answer", "out")))
    assert (where(called, DAY).step, where(called, DAY).healed) == ("worked", "L10")


def test_forgotten():
    journey = Journey(MONDAY, (form(), call(HOUR, direction="out")))
    assert where(journey, 6 * DAY).loss == ""
    assert where(journey, 8 * DAY).loss == "L11"
    planned = Journey(MONDAY, journey.touches, plans=(Plan(MONDAY + 20 * DAY, MONDAY + HOUR),))
    assert where(planned, 20 * DAY).loss == ""
    assert where(planned, 28 * DAY).loss == "L11"


def test_remembered_again():
    journey = Journey(MONDAY, (form(), call(HOUR, direction="out"), call(10 * DAY)))
    standing = where(journey, 10 * DAY)
    assert (standing.loss, standing.healed, standing.recovery) == ("", "L11", "by_client")


def test_a_deal_may_rest_in_warm_up_only():
    rests = Journey(MONDAY, sale=deal((HOUR, "open"), (2 * HOUR, "warm_up")))
    assert where(rests, 90 * DAY).loss == ""
    forgotten = Journey(MONDAY, sale=deal((HOUR, "open"), (2 * HOUR, "open")))
    assert where(forgotten, 90 * DAY).loss == "L11"


def test_a_lost_deal_stays_at_the_stage_it_was_lost_from():
    standing = where(Journey(MONDAY, sale=deal((HOUR, "open"), (DAY, "open"), (2 * DAY, "lost"))), 3 * DAY)
    assert (standing.loss, standing.deal_stage_id, standing.step, standing.state) == ("L13", 2, "deal:2", "closed")
    again = Journey(MONDAY, sale=deal((HOUR, "open"), (DAY, "lost"), (2 * DAY, "open")))
    assert (where(again, 2 * DAY).loss, where(again, 2 * DAY).healed) == ("", "L13")


def test_paid_in_full_then_sold_again_or_not():
    half = deal((HOUR, "open"), (DAY, "won"), payments=((MONDAY + 2 * DAY, Decimal(20_000)),))
    assert where(Journey(MONDAY, sale=half), 3 * DAY).step == "won"
    full = deal((HOUR, "open"), (DAY, "won"), payments=((MONDAY + 2 * DAY, Decimal(50_000)),))
    assert where(Journey(MONDAY, sale=full), 3 * DAY).step == "paid"
    assert where(Journey(MONDAY, sale=full), 400 * DAY).loss == "L14"
    repeat = Journey(MONDAY, sale=full, repeat_at=MONDAY + 30 * DAY)
    assert (where(repeat, 400 * DAY).step, where(repeat, 400 * DAY).loss) == ("repeat", "")


def test_not_a_target_is_a_way_out():
    journey = Journey(MONDAY, (call(stage="L05"),), out_at=MONDAY + HOUR)
    standing = where(journey, 2 * HOUR)
    assert (standing.state, standing.loss, standing.missed_at) == ("out", "L12", None)


def test_closed_by_hand_waits_for_nothing():
    journey = Journey(MONDAY, (call(),), closed_at=MONDAY + HOUR)
    assert (where(journey, 9 * DAY).state, where(journey, 9 * DAY).loss) == ("closed", "")


def test_response_and_overdue():
    due = MONDAY + timedelta(minutes=30)
    journey = Journey(MONDAY, (form(),), response_due=due)
    assert where(journey).look_at == due
    assert where(journey, HOUR).overdue_since == due
    answered = Journey(MONDAY, (form(), call(2 * HOUR, "no_answer", "out")), response_due=due)
    assert where(answered, 3 * HOUR).first_response_at == MONDAY + 2 * HOUR
    assert where(answered, 3 * HOUR).overdue_since is None


moments = st.integers(0, 60 * 24 * 500).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
calls = st.builds(
    lambda at, stage, direction, lasts: Touch(
        "call", direction, at, at + timedelta(seconds=lasts), at if stage in ("talked", "L08") else None, stage
    ),
    moments, st.sampled_from(["", "talked", *PASSED_BEFORE]), st.sampled_from(["in", "out"]), st.integers(0, 600),
)  # fmt: skip
touches = st.lists(
    st.one_of(calls, moments.map(lambda at: Touch("form", "in", at))), max_size=6, unique_by=lambda t: t.at
)
plans = st.lists(
    st.builds(
        lambda made, lasts, took, own: Plan(
            made + timedelta(minutes=lasts), made, None if took is None else made + timedelta(minutes=took), own, own
        ),
        moments, st.integers(0, 50_000), st.none() | st.integers(0, 80_000), st.booleans(),
    ),
    max_size=4,
)  # fmt: skip
kinds = st.lists(st.sampled_from(["open", "warm_up", "won", "lost"]), max_size=4)
gaps = st.lists(st.integers(0, 100_000), min_size=5, max_size=5)


@st.composite
def sales(draw):
    at, rows = draw(moments), []
    for number, (kind, gap) in enumerate(zip(["open", *draw(kinds)], draw(gaps), strict=False)):
        at += timedelta(minutes=gap)
        rows.append(Move(at, number + 1, number, kind, number))
    paid = draw(st.lists(st.tuples(moments, st.sampled_from([Decimal(10), Decimal(60), Decimal(-5)])), max_size=3))
    return Sale(rows[0].at, tuple(rows), Decimal(100), tuple(paid))


journeys = st.builds(
    lambda found, entered, tasks, notes, sale, out, closed, repeat: Journey(
        min([MONDAY, *(touch.at for touch in found)]), tuple(found), entered, tuple(tasks), tuple(notes), sale, out,
        closed, repeat, MONDAY + timedelta(minutes=30),
    ),
    touches, st.none() | moments, plans, st.lists(moments, max_size=3), st.none() | sales(), st.none() | moments,
    st.none() | moments, st.none() | moments,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(journeys, moments, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_become_known_does_not_matter(journey, at, random):
    def mixed(rows):
        return tuple(random.sample(rows, len(rows)))

    sale = journey.sale and Sale(
        journey.sale.opened_at, mixed(journey.sale.moves), journey.sale.amount, mixed(journey.sale.payments)
    )
    other = Journey(
        journey.opened_at, mixed(journey.touches), journey.entered_at, mixed(journey.plans), mixed(journey.notes), sale,
        journey.out_at, journey.closed_at, journey.repeat_at, journey.response_due,
    )  # fmt: skip
    first, second = stand(journey, LIMITS, at), stand(other, LIMITS, at)
    assert first == second
    assert first.look_at == second.look_at


@settings(max_examples=150, deadline=None)
@given(journeys, moments)
def test_one_terminal_stage_that_fits_the_step(journey, at):
    standing = stand(journey, LIMITS, at)
    assert (standing.loss == "") == (standing.lost_at is None)
    assert (standing.healed == "") == (standing.recovery == "") == (standing.recovered_at is None)
    assert (standing.state == "out") == (standing.loss == "L12")
    if standing.loss in PASSED_BEFORE:
        assert standing.rank == PASSED_BEFORE[standing.loss]
    if standing.loss == "L13":
        assert 1000 < standing.rank < 2000
    if standing.loss == "L14":
        assert standing.rank in (2000, 2010)
    assert standing.look_at is None or standing.look_at > at
    assert standing.state != "open" or standing.closed_at is None


@settings(max_examples=100, deadline=None)
@given(journeys, moments)
def test_nothing_changes_until_the_next_look(journey, at):
    standing = stand(journey, LIMITS, at)
    until = standing.look_at or at + timedelta(days=2000)
    assert stand(journey, LIMITS, at + (until - at) * 0.999) == standing


@settings(max_examples=100, deadline=None)
@given(journeys, moments, moments)
def test_time_alone_moves_nobody_forward_and_heals_nothing(journey, at, other):
    early, late = sorted((at, other))
    before, after = stand(journey, LIMITS, early), stand(journey, LIMITS, late)
    assert (before.rank, before.step, before.healed) == (after.rank, after.step, after.healed)
    assert before.loss in ("", after.loss)


@settings(max_examples=100, deadline=None)
@given(touches, moments, moments)
def test_one_more_talk_never_sets_a_journey_back(found, talk, at):
    journey = Journey(MONDAY, tuple(found))
    more = Journey(MONDAY, (*found, Touch("call", "in", talk, talk, talk, "talked")))
    assert stand(more, LIMITS, at).rank >= min(stand(journey, LIMITS, at).rank, BY_KEY["answer"].rank)
