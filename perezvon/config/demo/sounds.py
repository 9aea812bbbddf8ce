"""Made-up sounds for the newest talks, so that the player, comments and scores can be looked at."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from perezvon.staff.models import User
from perezvon.telephony.actions.listening import note_listening
from perezvon.telephony.actions.quality import score_call
from perezvon.telephony.actions.recordings import keep
from perezvon.telephony.actions.remarks import add_remark
from perezvon.telephony.models import Call, Criterion, Recording
from perezvon.telephony.records import voices

MOST, LONGEST = 24, 200  # calls, seconds
REMARKS = (
    "Хорошо поздоровался и назвал компанию.",
    "Здесь стоило спросить про бюджет.",
    "Клиент сомневается, а мы молчим.",
    "Отлично: договорился о следующем звонке.",
)
COMMENTS = ("Вежливо, но без следующего шага.", "Образцовый разговор.", "")


def record_talks(random: Random, *, judge: User, now: datetime) -> None:
    """Give the newest talks their sounds; some are commented and judged by the head."""
    rows = Call.objects.filter(stage="talked", talk_seconds__range=(10, LONGEST)).select_related("provider")
    calls = list(rows.order_by("-started_at")[:MOST])
    with TemporaryDirectory() as folder:
        for call in calls:
            recording = _sound(call, Path(folder))
            if call.user_id != judge.pk and random.random() < 0.4:
                _judge(recording, random, judge, min(now, recording.made_at + timedelta(hours=random.randrange(2, 30))))


def _sound(call: Call, folder: Path) -> Recording:
    made_at = call.answered_at or call.started_at
    recording = Recording(call=call, provider=call.provider, key=f"demo-{call.pk}", made_at=made_at)
    recording.save()
    sides = voices.talk(call.talk_seconds, seed=call.pk)
    files = [voices.write(folder / f"{number}.wav", side) for number, side in enumerate(sides)]
    return keep(recording, files, at=(call.ended_at or made_at) + timedelta(seconds=20))


def _judge(recording: Recording, random: Random, judge: User, at: datetime) -> None:
    length = int(recording.seconds)
    note_listening(recording, (0, random.randrange(length // 2, length)), by=judge, at=at)
    for text in random.sample(REMARKS, random.randrange(1, 3)):
        add_remark(recording, second=random.randrange(length), text=text, by=judge, at=at)
    marks = {one: random.choice((100, 100, 50, 0)) for one in _criteria()}
    score_call(recording.call, marks, comment=random.choice(COMMENTS), by=judge, at=at)


def _criteria() -> Iterable[Criterion]:
    return Criterion.objects.filter(is_archived=False)
