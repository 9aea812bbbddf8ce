"""Two workers at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from perezvon.crm import actions
from perezvon.crm.models import ContactOwner, ContactPoint, Deal, Person
from perezvon.kit.clock import now

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
NOW = now()


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run every work in a thread of its own, all starting at once; their results."""
    gate = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            gate.wait(timeout=10)
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, work) for work in works]]


def test_one_number_is_one_person_whoever_asks_first():
    numbers = [f"+7903{n:07d}" for n in range(40)]
    shifted = numbers[20:] + numbers[:20]
    found = together(*[lambda: actions.identify(numbers, at=NOW)] * 3, *[lambda: actions.identify(shifted, at=NOW)] * 3)
    assert all(each == found[0] for each in found)
    assert Person.objects.count() == ContactPoint.objects.count() == ContactOwner.objects.count() == 40


def test_overlapping_batches_do_not_lock_each_other_out():
    numbers = [f"+7903{n:07d}" for n in range(60)]
    windows = [numbers[start : start + 40] for start in (0, 20, 10, 5)]
    together(*[lambda window=window: actions.identify(window, at=NOW) for window in windows])
    assert Person.objects.count() == len(numbers)


def test_a_point_that_lost_its_owner_gets_one_new_one():
    actions.identify(["+79030000001"], at=NOW)
    ContactOwner.objects.update(until=NOW)
    found = together(*[lambda: actions.identify(["+79030000001"], at=NOW)] * 4)
    assert all(each == found[0] for each in found)
    assert Person.objects.count() == 2


def test_both_tasks_count_for_the_next_action():
    person = actions.add_person(name="Олег", at=NOW)
    deal = actions.open_deal(person=person, title="Турция", at=NOW)

    def plan(minutes: int) -> None:
        actions.set_task(kind="call", title=str(minutes), deadline=NOW.replace(minute=minutes), deal=deal, at=NOW)

    together(*[lambda minutes=minutes: plan(minutes) for minutes in (30, 10, 20, 40)])
    assert Deal.objects.get(pk=deal.pk).next_action_title == "10"


def test_a_deal_is_won_once():
    person = actions.add_person(name="Олег", at=NOW)
    deal = actions.open_deal(person=person, title="Турция", at=NOW)

    def win() -> bool:
        try:
            actions.win_deal(Deal.objects.get(pk=deal.pk), amount=1, at=NOW)
        except actions.Refused:
            return False
        return True

    assert sorted(together(win, win, win)) == [False, False, True]


def test_the_promise_is_looked_at_on_commit():
    person = actions.add_person(name="Олег", at=NOW)
    deal = actions.open_deal(person=person, title="Турция", at=NOW)
    lost = deal.pipeline.stages.get(kind="lost")
    with pytest.raises(Exception, match="without a reason"), transaction.atomic():
        Deal.objects.filter(pk=deal.pk).update(stage=lost, status="lost")
    assert Deal.objects.get(pk=deal.pk).status == "open"
