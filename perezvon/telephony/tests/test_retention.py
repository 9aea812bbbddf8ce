"""How long sounds are kept: by the rule of the queue, until a hold is off, or until somebody deletes one for a reason."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from perezvon.journey.models import Fact
from perezvon.telephony.actions.retention import (
    Held,
    NothingThere,
    ReasonNeeded,
    delete_recording,
    expire,
    hold,
    release,
)
from perezvon.telephony.models import Queue, Recording
from perezvon.telephony.records.shelf import FolderShelf, Gone, shelf

from .conftest import NOON
from .recordings import own_exchange, ready_recording

DAY = timedelta(days=1)


@pytest.fixture
def recording(anna: Any, sales: Any, spool: Path, tmp_path: Path) -> Recording:
    return ready_recording(tmp_path, seconds=1, user=anna, department=sales)


def test_the_nightly_round_leaves_a_tombstone(recording: Recording, django_capture_on_commit_callbacks: Any) -> None:
    name = recording.name
    with django_capture_on_commit_callbacks(execute=True):
        assert expire(at=recording.made_at + 364 * DAY) == 0
        assert expire(at=recording.made_at + 366 * DAY) == 1
    recording.refresh_from_db()
    assert (recording.state, recording.name, recording.peaks, recording.deleted_by) == ("deleted", "", [], None)
    assert recording.why == "kept as long as the rule of its queue says"
    assert recording.deleted_at == recording.made_at + 366 * DAY and recording.seconds > 0
    with pytest.raises(Gone):
        shelf().size(name)
    assert Fact.objects.get(kind="recording.deleted").by_id is None


def test_a_rule_that_changes_counts_for_what_is_kept(recording: Recording) -> None:
    queue = Queue.objects.create(provider=own_exchange(), key="sales", name="Sales", keep_days=10)
    recording.call.queue = "sales"
    recording.call.save()
    assert expire(at=recording.made_at + 9 * DAY) == 0
    queue.keep_days = 0
    queue.save()
    assert expire(at=recording.made_at + 9999 * DAY) == 0
    queue.keep_days = 5
    queue.save()
    assert expire(at=recording.made_at + 9 * DAY) == 1


def test_a_hold_keeps_it(recording: Recording, boris: Any) -> None:
    with pytest.raises(ReasonNeeded):
        hold(recording, why=" ", by=boris, at=NOON)
    hold(recording, why="A claim", by=boris, at=NOON)
    hold(recording, why="Again", by=boris, at=NOON)
    assert expire(at=recording.made_at + 9999 * DAY) == 0
    with pytest.raises(Held):
        delete_recording(recording, why="x", by=boris, at=NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        Recording.objects.filter(pk=recording.pk).update(state="deleted", deleted_at=NOON, why="x")
    release(recording, by=boris, at=NOON)
    release(recording, by=boris, at=NOON)
    assert expire(at=recording.made_at + 9999 * DAY) == 1
    kinds = list(Fact.objects.order_by("id").values_list("kind", flat=True))
    assert kinds[-3:] == ["recording.held", "recording.released", "recording.deleted"]


def test_deleting_by_hand_needs_a_reason_and_leaves_who_did_it(recording: Recording, boris: Any) -> None:
    with pytest.raises(ReasonNeeded):
        delete_recording(recording, why="", by=boris, at=NOON)
    delete_recording(recording, why="The client asked", by=boris, at=NOON)
    assert (recording.state, recording.deleted_by_id, recording.why) == ("deleted", boris.pk, "The client asked")
    with pytest.raises(NothingThere):
        delete_recording(recording, why="again", by=boris, at=NOON)


def test_a_storage_that_is_away_is_asked_again(
    recording: Recording, boris: Any, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def away(*_args: Any) -> None:
        raise OSError("no storage")

    with monkeypatch.context() as patch, django_capture_on_commit_callbacks(execute=False):
        patch.setattr(FolderShelf, "drop", away)
        delete_recording(recording, why="x", by=boris, at=NOON)
    assert shelf().size(recording.name), "the row is deleted, its sound is not yet"
    expire(at=NOON)
    assert Recording.objects.get().name == ""


def test_the_pages_delete_and_hold(
    recording: Recording, client_of: Any, admin: Any, boris: Any, django_capture_on_commit_callbacks: Any
) -> None:
    hold_url = reverse("telephony:recording_hold", args=[recording.pk])
    deletion = reverse("telephony:recording_deletion", args=[recording.pk])
    page = reverse("telephony:call", args=[recording.call_id])
    assert client_of(boris).post(deletion, {"why": "x"}).status_code == 404
    client = client_of(admin)
    assert client.post(hold_url, {"why": "A claim"}).status_code == 302
    assert client.post(deletion, {"why": "x"}).status_code == 422
    assert "A claim" in client.get(page).content.decode()
    assert client.post(hold_url, {"release": 1}).status_code == 302
    assert client.post(deletion, {"why": ""}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(deletion, {"why": "The client asked"}).status_code == 302
    shown = client.get(page).content.decode()
    assert "The client asked" in shown and "Deleted" in shown and "<audio" not in shown


def test_the_storage_s_page_shows_failures_and_fetches_again(
    recording: Recording, client_of: Any, admin: Any, boris: Any
) -> None:
    Recording.objects.filter(pk=recording.pk).update(state="failed", why="the file is not in the spool folder")
    assert client_of(boris).get("/recordings/").status_code == 404
    client = client_of(admin)
    assert "not in the spool folder" in client.get("/recordings/").content.decode()
    again = reverse("telephony:recording_again", args=[recording.pk])
    assert client.post(again, {"next": "/recordings/"})["Location"] == "/recordings/"
    assert Recording.objects.get().state == "waiting"
    assert client.post(again).status_code == 404
