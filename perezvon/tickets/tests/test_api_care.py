"""Complaints, queues and clocks through the door of programs."""

from typing import Any

import pytest

from perezvon.crm.actions.people import add_person
from perezvon.staff.testing import JOINED
from perezvon.tickets.models import Complaint, ComplaintWord, QueueSeat, TicketQueue


@pytest.fixture
def words(db: Any) -> dict[str, int]:
    return {
        kind: ComplaintWord.objects.get_or_create(kind=kind, name=f"A {kind}")[0].pk
        for kind in ("reason", "stage", "given")
    }


def test_a_complaint_from_the_first_word_to_the_end(admin: Any, program: Any, words: dict[str, int]) -> None:
    nina = add_person(name="Nina", phones=["+74950210077"], responsible=admin, by=admin, at=JOINED)
    hers = program(admin)
    sent = {"reason_id": words["reason"], "text": "The bus was late", "person_id": nina.pk}
    made = hers.post("complaints", sent)
    assert made.status_code == 201, made.content
    at = f"complaints/{made.json()['id']}"
    early = hers.post(f"{at}/close", {})
    assert (early.status_code, early.json()["code"]) == (409, "find_out_first")
    found = {
        "is_justified": True,
        "cause": "One driver",
        "correction": "Two drivers",
        "guilty_stage_id": words["stage"],
    }
    assert hers.post(f"{at}/find-out", found).json()["stage"] == "work"
    given = hers.post(f"{at}/compensate", {"kind_id": words["given"], "amount": "500.00"}).json()
    assert (given["state"], given["amount"]) == ("approved", "500.00")
    assert hers.post(f"{at}/answer", {"text": "Sorry", "way": "call"}).json()["stage"] == "answered"
    assert hers.post(f"{at}/close", {}).json()["stage"] == "closed"
    assert hers.post(f"{at}/reopen", {"comment": "Late again"}).json()["stage"] == "work"


def test_a_word_of_another_kind_is_none(admin: Any, program: Any, words: dict[str, int]) -> None:
    answer = program(admin).post("complaints", {"reason_id": words["given"], "text": "Late"})
    assert (answer.status_code, answer.json()["errors"][0]["place"]) == (422, "body.reason_id")


def test_complaints_of_others_are_not_there(admin: Any, operator: Any, program: Any, words: dict[str, int]) -> None:
    made = program(admin).post("complaints", {"reason_id": words["reason"], "text": "Late"}).json()
    assert program(operator).get(f"complaints/{made['id']}").status_code == 404
    assert Complaint.objects.count() == 1


def test_queues_are_of_those_who_work_in_them(anna: Any, admin: Any, program: Any) -> None:
    hers, other = TicketQueue.objects.create(name="Hers"), TicketQueue.objects.create(name="Other")
    QueueSeat.objects.create(queue=hers, user=anna)
    names = {one["id"] for one in program(admin).get("request-queues").json()["items"]}
    assert {hers.pk, other.pk} <= names
    seen = {one["id"] for one in program(anna).get("request-queues").json()["items"]}
    assert hers.pk in seen and other.pk not in seen
    assert program(anna).get("queue-seats").status_code == 404
