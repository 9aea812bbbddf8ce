"""Today's calls that are over, counted once: each refresh reads only what has ended since.

What ended before ``settled`` is kept as sums; every refresh adds what ended later, by the index of ``ended_at``. A call
that is told late or revised is right after the next whole count.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from ..stages import SHORT_ABANDON_SECONDS, CallLoss
from .kpi import NOTHING, Tally

BIN = timedelta(minutes=10)
BINS = 144
SETTLED_AFTER, FOLD_AFTER, WHOLE_AFTER = timedelta(seconds=30), timedelta(seconds=90), timedelta(minutes=10)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
ANSWER_WITHIN = 20  # seconds, where no queue says otherwise
QueueKey = tuple[int, str]  # exchange, its name of the queue; "" = no queue

# When a client began to wait for a person: as he came into a queue or the first telephone rang; else as he dialled.
BEGAN = """coalesce((jsonb_path_query_first(c.path, '$[*] ? (@.state == "queued" || @.state == "ringing")') ->> 'at')::timestamptz,
 c.started_at)"""
_CALLS = f"""
SELECT provider_id, queue, department_id, bin, stage, count(*), count(answered_at),
       count(*) FILTER (WHERE answered_at IS NOT NULL AND wait <= most), coalesce(sum(wait) FILTER (WHERE answered_at IS NOT NULL), 0),
       count(*) FILTER (WHERE stage = %(abandoned)s AND wait < %(short)s), coalesce(sum(talk_seconds), 0)
FROM (
  SELECT c.provider_id, c.queue, c.department_id, c.stage, c.answered_at, c.talk_seconds,
         least(%(bins)s - 1, floor(extract(epoch FROM c.started_at - %(midnight)s) / %(bin)s))::int AS bin,
         greatest(0, extract(epoch FROM coalesce(c.answered_at, c.ended_at) - {BEGAN})) AS wait,
         coalesce(q.answer_within_seconds, %(most)s) AS most
  FROM telephony_call c LEFT JOIN telephony_queue q ON q.provider_id = c.provider_id AND q.key = c.queue
  WHERE c.direction = 'in' AND c.ended_at >= %(since)s AND c.ended_at < %(until)s AND c.started_at >= %(midnight)s
) AS call GROUP BY 1, 2, 3, 4, 5
"""
_PEOPLE = """
SELECT user_id, count(*) FILTER (WHERE direction = 'in'), count(*) FILTER (WHERE direction = 'out'), coalesce(sum(talk_seconds), 0)
FROM telephony_call c
WHERE c.user_id IS NOT NULL AND c.answered_at IS NOT NULL AND c.ended_at >= %(since)s AND c.ended_at < %(until)s
  AND c.started_at >= %(midnight)s AND c.direction <> 'internal'
GROUP BY 1
"""


@dataclass
class Sums:
    """Figures of some stretch of today: by queue and department (and ten minutes), by stage, by person.

    ``by_bin`` counts clients who called (offered) and were lost by when they dialled; ``by_stage`` counts the lost ones by
    department, stage and ten minutes; ``by_person`` is incoming talks, outgoing talks, seconds talked.
    """

    by_queue: dict[tuple[QueueKey, int | None], Tally] = field(default_factory=lambda: defaultdict(lambda: NOTHING))
    by_slot: dict[tuple[QueueKey, int | None, int], Tally] = field(default_factory=lambda: defaultdict(lambda: NOTHING))
    by_bin: "Counter[tuple[int | None, int]]" = field(default_factory=Counter)
    by_stage: "Counter[tuple[int | None, str, int]]" = field(default_factory=Counter)
    by_person: dict[int, tuple[int, int, int]] = field(default_factory=dict)

    def plus(self, other: "Sums") -> "Sums":
        """Both together, as a new one."""
        added = Sums(
            self.by_queue.copy(), self.by_slot.copy(), self.by_bin.copy(), self.by_stage.copy(), self.by_person.copy()
        )  # fmt: skip
        for slot, tally in other.by_slot.items():
            added.by_slot[slot] = added.by_slot[slot].plus(tally)
        for key, tally in other.by_queue.items():
            added.by_queue[key] = added.by_queue[key].plus(tally)
        added.by_bin.update(other.by_bin)
        added.by_stage.update(other.by_stage)
        for person, counts in other.by_person.items():
            known = added.by_person.get(person, (0, 0, 0))
            added.by_person[person] = tuple(a + b for a, b in zip(known, counts, strict=True))  # type: ignore[assignment]
        return added


def counted(midnight: datetime, since: datetime, until: datetime) -> Sums:
    """What ended from ``since`` until ``until`` of the calls that began today."""
    values: dict[str, Any] = {
        "midnight": midnight, "since": since, "until": until, "bin": BIN.total_seconds(), "bins": BINS, "most": ANSWER_WITHIN,
        "abandoned": CallLoss.QUEUE_ABANDONED.value, "short": SHORT_ABANDON_SECONDS,
    }  # fmt: skip
    sums = Sums()
    with connection.cursor() as cursor:
        cursor.execute(_CALLS, values)
        for row in cursor.fetchall():
            _add(sums, row)
        cursor.execute(_PEOPLE, values)
        sums.by_person = {user: (came, went, seconds) for user, came, went, seconds in cursor.fetchall()}
    return sums


def _add(sums: Sums, row: tuple[Any, ...]) -> None:
    provider, queue, department, bin_, stage, count, answered, within, waited, short, talked = row
    abandoned = count if stage == CallLoss.QUEUE_ABANDONED else 0
    lost = count - answered
    tally = Tally(count, answered, within, int(waited), abandoned, short, lost, answered, int(talked))
    key = ((provider, queue), department)
    sums.by_queue[key] = sums.by_queue[key].plus(tally)
    sums.by_slot[(provider, queue), department, bin_] = sums.by_slot[(provider, queue), department, bin_].plus(tally)
    sums.by_bin[department, bin_] += count
    if lost and stage:
        sums.by_stage[department, stage, bin_] += lost


class Today:
    """The sums of one day, kept by a process; call ``at`` from one thread at a time."""

    def __init__(self) -> None:
        self._midnight: datetime | None = None
        self._base, self._settled, self._whole_at = Sums(), LONG_AGO, LONG_AGO

    def at(self, now: datetime, midnight: datetime) -> Sums:
        """Everything that began today and is over by now."""
        end = now + timedelta(days=1)  # an exchange whose clock runs ahead tells of ends that are yet to come
        if self._midnight != midnight or now - self._whole_at > WHOLE_AFTER or now < self._settled:
            self._midnight, self._whole_at = midnight, now
            self._settled = max(midnight, now - SETTLED_AFTER)
            self._base = counted(midnight, midnight, self._settled)
        elif now - self._settled > FOLD_AFTER:
            self._base = self._base.plus(counted(midnight, self._settled, now - SETTLED_AFTER))
            self._settled = now - SETTLED_AFTER
        return self._base.plus(counted(midnight, self._settled, end))
