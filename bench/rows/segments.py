"""segments: every client into the segment of his revenue, as the nightly recount does it."""

from __future__ import annotations

import os

from bench.meters import Times, measured
from bench.result import Result
from bench.stage import Stage

TARGET = 60


def segments(stage: Stage) -> Result:
    """The first recount, in which all buyers move at once: the dearest one there is."""
    from django.db import connection

    from perezvon.crm.actions.segments import recount
    from perezvon.crm.models import Company, Person
    from perezvon.kit import clock

    for model in (Person, Company):
        model.objects.exclude(segment="occasional").update(segment="occasional")
    first, again = Times(), Times()
    with measured({"client": os.getpid()}, stage.house.database) as cpu:
        moved = first.add(lambda: recount(at=clock.now()))
    again.add(lambda: recount(at=clock.now()))
    connection.close()
    limit = Times()
    with stage.raw() as link:
        limit.add(lambda: link.execute(_BARE).fetchall())
    seconds = first.p50 / 1000
    return Result(
        name="segments", value=seconds, unit="s", target="1,000,000 clients under 60 s", ok=seconds < TARGET,
        limit=limit.p50 / 1000, limit_what="the bare ranking of all buyers by a window function, s", cpu_ms=cpu.total * 1000,
        what="recount of all segments, every buyer moving", details={"moved": moved.total, "again_s": round(again.p50 / 1000, 2)},
    )  # fmt: skip


_BARE = """
SELECT count(*) FROM (SELECT person_id, sum(sum(amount)) OVER (ORDER BY sum(amount) DESC) FROM crm_deal
 WHERE status = 'won' GROUP BY person_id) AS ranked
"""
