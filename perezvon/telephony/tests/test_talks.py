"""Hearing a talk: who may, by which bytes, and what is written down about it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from perezvon.crm.models import Person
from perezvon.journey.models import Fact
from perezvon.kit import clock
from perezvon.staff.contracts import NounContract
from perezvon.staff.models import Grant, Role
from perezvon.staff.testing import person
from perezvon.telephony.actions.listening import merged, note_listening
from perezvon.telephony.models import Listening, Recording
from perezvon.telephony.reads import sounds_of
from perezvon.telephony.records.shelf import shelf

from .conftest import NOON
from .recordings import ready_recording


@pytest.fixture
def recording(anna: Any, sales: Any, spool: Path, tmp_path: Path) -> Recording:
    return ready_recording(tmp_path, user=anna, department=sales)


def address(name: str, recording: Recording) -> str:
    return reverse(f"telephony:{name}", args=[recording.pk])


def bytes_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


class TestTalks(NounContract):
    noun, verb = "call", "listen"
    detail_url = "telephony:talk"
    max_detail_queries = 12

    @pytest.fixture(autouse=True)
    def _kept(self, spool: Path, tmp_path: Path) -> None:
        self.folder, self.number = tmp_path, 0

    def make(self, *, owner: Any, department: Any, at: Any) -> Any:
        self.number += 1
        return ready_recording(
            self.folder, seconds=1, at=at, key=f"c{self.number}", user=owner, department=department
        ).call

    def test_own_rows_only(self, client_of: Any, granted: Any, anna: Any, sales: Any) -> None:
        reader = granted("own")
        mine = self.make(owner=reader, department=sales, at=NOON)
        other = self.make(owner=anna, department=sales, at=NOON)
        assert list(Recording.objects.visible_to(reader).values_list("call", flat=True)) == [mine.pk]
        self._shows(client_of(reader), mine, other)

    def test_all_rows(self, client_of: Any, granted: Any, anna: Any, operator: Any, sales: Any, support: Any) -> None:
        reader = granted("all")
        calls = [
            self.make(owner=anna, department=sales, at=NOON), self.make(owner=operator, department=support, at=NOON),
        ]  # fmt: skip
        assert set(sounds_of(reader, [call.pk for call in calls])) == {call.pk for call in calls}


def test_the_bytes_come_in_parts_and_the_listener_is_written_down(
    recording: Recording, client_of: Any, anna: Any
) -> None:
    client = client_of(anna)
    whole = bytes_of(client.get(address("sound", recording)))
    assert len(whole) == recording.bytes
    part = client.get(address("sound", recording), headers={"Range": "bytes=100-199"})
    assert (part.status_code, bytes_of(part)) == (206, whole[100:200])
    assert part["Content-Type"] == "audio/mpeg"
    outside = client.get(address("sound", recording), headers={"Range": f"bytes={len(whole)}-"})
    assert (outside.status_code, outside["Content-Range"]) == (416, f"bytes */{len(whole)}")
    one = Listening.objects.get()
    assert (one.by_id, one.way, one.heard) == (anna.pk, "player", [[0, int(recording.seconds)]])
    assert Fact.objects.filter(kind="recording.heard").count() == 1


def test_asking_for_the_size_is_not_listening(recording: Recording, client_of: Any, anna: Any) -> None:
    assert client_of(anna).head(address("sound", recording)).status_code == 200
    assert not Listening.objects.exists()


def test_the_player_tells_what_was_heard(recording: Recording, client_of: Any, anna: Any) -> None:
    client = client_of(anna)
    bytes_of(client.get(address("sound", recording) + "?by=player"))
    assert Listening.objects.get().heard == []
    for start, end in ((0, 1), (2, 3), (-5, 99999)):
        answer = client.post(address("heard", recording), {"from": start, "to": end})
        assert answer.status_code == 204
    assert Listening.objects.get().heard == [[0, int(recording.seconds) + 1]]
    assert client.post(address("heard", recording), {"from": "x"}).status_code == 422


def test_stretches_that_touch_are_one() -> None:
    assert merged([[0, 5]], (5, 9)) == [[0, 9]]
    assert merged([[0, 5], [20, 30]], (4, 21)) == [[0, 30]]
    assert merged([[10, 12]], (1, 2)) == [[1, 2], [10, 12]]
    assert merged([], (3, 3)) == []


def test_another_visit_is_another_row(recording: Recording, anna: Any) -> None:
    note_listening(recording, (0, 2), by=anna, at=NOON)
    note_listening(recording, (2, 3), by=anna, at=NOON + timedelta(minutes=14))
    note_listening(recording, (0, 3), by=anna, at=NOON + timedelta(hours=2))
    assert [one.heard for one in Listening.objects.order_by("at")] == [[[0, 3]], [[0, 3]]]


def test_who_listened_never_changes(recording: Recording, anna: Any, boris: Any) -> None:
    one = note_listening(recording, (0, 2), by=anna, at=NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        Listening.objects.filter(pk=one.pk).update(by=boris)
    with pytest.raises(DatabaseError), transaction.atomic():
        one.delete()


@pytest.mark.parametrize(
    "name", ["sound", "heard", "remarks", "recording_file", "recording_deletion", "recording_hold"]
)
def test_a_stranger_to_the_call_finds_nothing(name: str, recording: Recording, client_of: Any, operator: Any) -> None:
    client = client_of(operator)  # may listen to his own talks only
    assert client.get(address(name, recording)).status_code in (404, 405)
    assert client.post(address(name, recording), {"from": 0, "to": 5, "why": "x"}).status_code in (404, 405)
    assert not Listening.objects.exists()


def test_seeing_a_call_is_not_hearing_it(recording: Recording, client_of: Any, sales: Any) -> None:
    role = Role.objects.create(key="sees", name="Sees")
    Grant.objects.create(role=role, noun="call", verb="view", scope="all")
    client = client_of(person("Deaf Reader", "sees", department=sales))
    page = client.get(reverse("telephony:call", args=[recording.call_id]))
    assert page.status_code == 200 and 'id="talk"' not in page.content.decode()
    assert "player-dock" in page.content.decode() and 'class="sound"' not in client.get("/calls/").content.decode()
    assert client.get(address("sound", recording)).status_code == 404


def test_the_client_s_own_manager_hears_talks_of_others(recording: Recording, operator: Any, anna: Any) -> None:
    """Whose client it is may hear what was promised to him."""
    call = recording.call
    call.user, call.person = operator, Person.objects.create(name="Client", responsible=anna, created_at=NOON)
    call.save()
    assert Recording.objects.visible_to(anna).exists()


def test_taking_the_file_is_a_right_of_its_own_and_is_written_down(
    recording: Recording, client_of: Any, anna: Any, boris: Any
) -> None:
    assert client_of(anna).get(address("recording_file", recording)).status_code == 404
    answer = client_of(boris).get(address("recording_file", recording))
    assert len(bytes_of(answer)) == recording.bytes
    assert (
        "attachment" in answer["Content-Disposition"] and recording.call.phone[-4:] not in answer["Content-Disposition"]
    )
    assert Listening.objects.get().way == "file"
    assert Fact.objects.filter(kind="recording.taken", by_id=boris.pk).count() == 1


def test_a_sound_that_is_gone_is_not_found(recording: Recording, client_of: Any, anna: Any) -> None:
    shelf().drop(recording.name)
    assert client_of(anna).get(address("sound", recording)).status_code == 404
    assert not Listening.objects.exists()


def test_the_page_of_the_call_has_the_player_and_begins_where_the_link_says(
    recording: Recording, client_of: Any, anna: Any
) -> None:
    page = client_of(anna).get(reverse("telephony:call", args=[recording.call_id]) + "?t=1:02").content.decode()
    assert 'data-start="62"' in page and f'id="peaks-{recording.pk}"' in page and "<audio controls" in page
    assert "only the client" in page
    for nonsense in ("x", "1:2:3:4", "-5", "٣", "9" * 30):
        answer = client_of(anna).get(reverse("telephony:call", args=[recording.call_id]), {"t": nonsense})
        assert 'data-start=""' in answer.content.decode()


def test_the_button_stands_in_lists_and_feeds(recording: Recording, client_of: Any, anna: Any, drain: Any) -> None:
    button = f'hx-get="{reverse("telephony:talk", args=[recording.call_id])}"'
    assert button in client_of(anna).get("/calls/").content.decode()


def test_heads_see_who_listened(recording: Recording, client_of: Any, anna: Any, boris: Any) -> None:
    note_listening(recording, (0, 2), by=anna, at=clock.now())
    url = reverse("telephony:call", args=[recording.call_id])
    assert "Who listened" in client_of(boris).get(url).content.decode()
    assert "Who listened" not in client_of(anna).get(url).content.decode()


def test_a_comment_stands_at_its_moment_and_its_author_takes_it_back(
    recording: Recording, client_of: Any, anna: Any, boris: Any
) -> None:
    head = client_of(boris)
    assert head.get(address("remarks", recording) + "?second=2").status_code == 200
    answer = head.post(address("remarks", recording), {"second": 2, "text": "Well said"})
    assert answer["Location"].endswith("?t=2")
    inside = head.post(address("remarks", recording), {"second": 1, "text": "Slowly"}, headers={"HX-Request": "true"})
    assert inside.status_code == 204
    assert head.post(address("remarks", recording), {"second": 1, "text": " "}).status_code == 422
    shown = client_of(anna).get(address("remarks", recording)).content.decode()
    assert shown.index("Slowly") < shown.index("Well said") and "removal" not in shown
    remark = recording.remarks.get(text="Slowly")
    removal = reverse("telephony:remark_removal", args=[remark.pk])
    assert client_of(anna).post(removal).status_code == 404
    assert head.post(removal).status_code == 302
    assert recording.remarks.count() == 1
