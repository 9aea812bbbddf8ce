"""A base ready to be measured: migrated, founded, filled, poured into the columnar store."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import call_command

from bench.meters import pss_mib
from bench.result import Result
from bench.stage import Stage
from bench.world import Size, build, run

IDLE_SECONDS = 3.0
DAY = 24 * 3600
MEMORY_TARGET = 250.0


def prepare(home: Path, size: Size, tell: Callable[[str], None]) -> None:
    """Make the company unless the home has one of this size already."""
    done = home / f"company-{size.people}-{size.calls}"
    start = time.perf_counter()
    call_command("migrate", verbosity=0)
    if not done.exists():
        from bench.people import found
        from perezvon.analytics.actions import pour_everything

        now = datetime.now(UTC)
        found(now)
        build(size, now=now, tell=tell)
        poured = time.perf_counter()
        rows = pour_everything(at=now)
        tell(f"poured {rows:,} journeys into the columnar store: {time.perf_counter() - poured:.1f} s")
        done.touch()
    count = run("SELECT count(*) FROM telephony_call")
    tell(f"the company has {count:,} calls; ready after {time.perf_counter() - start:.0f} s")


def clients(home: Path, size: Size, tell: Callable[[str], None]) -> None:
    """Only a company with its clients, unless the home has a whole one of `make bench` already."""
    start = time.perf_counter()
    call_command("migrate", verbosity=0)
    if not list(home.glob(f"company-{size.people}-*")) and not (home / f"clients-{size.people}").exists():
        from bench.people import found

        now = datetime.now(UTC)
        found(now)
        build(size, now=now, tell=tell, people_only=True)
        (home / f"clients-{size.people}").touch()
    nights_work_is_done(datetime.now(UTC))
    count = run("SELECT count(*) FROM crm_person")
    tell(f"the company has {count:,} clients; ready after {time.perf_counter() - start:.0f} s")


def nights_work_is_done(at: datetime) -> None:
    """A shop that is open has looked for duplicates and counted segments in the night, not while its calls come."""
    from perezvon.journey.models import Schedule
    from perezvon.journey.registry import schedules

    for name, each in schedules.items():
        if each.every >= DAY:
            Schedule.objects.update_or_create(name=name, defaults={"ran_at": at})


def idle_memory(stage: Stage) -> Result:
    """The web process after its first pages, doing nothing."""
    browser = stage.browser()
    for path in ("/board/", "/people/", "/funnel/"):
        browser.get(path)
    time.sleep(IDLE_SECONDS)
    assert stage.house.web is not None
    pss = pss_mib(stage.house.web.pid)
    return Result(
        name="web_idle_memory", value=pss, unit="MiB PSS", target="under 250 MiB", ok=pss < MEMORY_TARGET,
        limit=0.0, limit_what="-", cpu_ms=0.0, what="the web process after its first pages (board, clients, funnel), idle (/proc/PID/smaps_rollup)",
    )  # fmt: skip
