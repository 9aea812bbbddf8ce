"""merge: two clients with a thousand facts each become one, and two again."""

from __future__ import annotations

import os
from datetime import timedelta

from bench.meters import Times, measured
from bench.result import Result
from bench.stage import Stage

FACTS = 2_000


def merge(stage: Stage) -> Result:
    """Tasks, notes and deals by the product's own actions, then the merge itself."""
    from django.db import connection

    from perezvon.crm import actions
    from perezvon.crm.actions import merging
    from perezvon.crm.models import Person
    from perezvon.kit import clock

    times, back, count = Times(), Times(), 3 if stage.small else 7
    cpu_ms = 0.0
    for turn in range(count):
        at = clock.now()
        pair = [
            actions.add_person(name=f"Двойник {turn} {n}", phones=[f"+7977{turn:03d}{n:04d}"], by=None, at=at)
            for n in range(2)
        ]
        for person in pair:
            deal = actions.open_deal(person=person, title="Тур", by=None, at=at)
            for number in range(FACTS // 4):
                actions.add_note(person, f"Заметка {number}", by=None, at=at)
                actions.set_task(
                    kind="call", title=f"Дело {number}", deadline=at + timedelta(days=number), deal=deal, at=at
                )
        kept, gone = Person.objects.get(pk=pair[0].pk), Person.objects.get(pk=pair[1].pk)
        with measured({"client": os.getpid()}, stage.house.database) as cpu:
            row = times.add(lambda kept=kept, gone=gone: merging.merge_people(kept, gone, at=clock.now()))
        cpu_ms += cpu.total * 1000 / count
        back.add(lambda row=row: merging.undo_merge(row, at=clock.now()))
    connection.close()
    limit = Times()
    with stage.raw() as link:
        for _turn in range(5):
            limit.add(lambda: _bare(link))
    return Result(
        name="merge", value=times.p95 / 1000, unit="s p95", target="two clients with 2,000 facts under 1 s", ok=times.p95 < 1000,
        limit=limit.p95 / 1000, limit_what="bare UPDATE of as many rows of tasks, s p95", cpu_ms=cpu_ms, p50=times.p50,
        p95=times.p95, what="merge_people: two cards, 2,000 facts, 1,000 tasks and 1,000 notes between them",
        details={"undo_p95_ms": round(back.p95)},
    )  # fmt: skip


def _bare(link: object) -> None:
    with link.transaction(force_rollback=True):  # type: ignore[attr-defined]
        link.execute(
            "UPDATE crm_task SET person_id = person_id WHERE id IN (SELECT id FROM crm_task ORDER BY id DESC LIMIT 1000)"
        )  # type: ignore[attr-defined]
