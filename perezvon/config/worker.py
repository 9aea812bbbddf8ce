"""The worker process: calls as they happen (urgent lane), fact readers, loops and timers (fast lane), housekeeping
(slow lane), files and other people's servers (outside lane), jobs.

Every lane is a thread. A lane that dies takes the process with it, and the supervisor starts a new one: nothing
is lost, because everything a lane does is a transaction. While the demo company is being built the lanes wait:
the demo lives through its months on its own clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator

log = logging.getLogger("perezvon.worker")

APPLICATION = "perezvon-worker"  # how readiness finds a living worker in pg_stat_activity
DEMO_LOCK = 7_001_414
PATIENCE = 1.0
JOB_POLL = 1.0
JOBS_AT_ONCE = 4
SWITCH_SECONDS = 0.001  # a lane that waits for the database takes turns with busy ones so often, not every 5 ms


def main() -> int:
    """Work until SIGTERM; the exit code (1 when a lane died)."""
    os.environ["PGAPPNAME"] = APPLICATION
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perezvon.config.settings")
    import django

    django.setup()
    sys.setswitchinterval(SWITCH_SECONDS)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return work(stop)


def work(stop: threading.Event) -> int:
    """Run all lanes until `stop`; 1 when one of them ended by itself."""
    from perezvon.journey import pump
    from perezvon.journey.registry import FAST, OUTSIDE, PROGRAMS, SLOW, URGENT

    jobs = {
        URGENT: lambda: pump.run(stop, URGENT),
        FAST: lambda: pump.run(stop, FAST),
        SLOW: lambda: pump.run(stop, SLOW),
        OUTSIDE: lambda: pump.run(stop, OUTSIDE),
        PROGRAMS: lambda: pump.run(stop, PROGRAMS),
        "jobs": lambda: asyncio.run(_run_jobs(stop)),
    }
    lanes = [threading.Thread(target=_after_the_demo, args=(stop, job), name=name) for name, job in jobs.items()]
    for lane in lanes:
        lane.start()
    failed = False
    while not stop.wait(PATIENCE):
        if not all(lane.is_alive() for lane in lanes):
            log.error("a lane died; the worker ends and is started again")
            failed = True
            stop.set()
    for lane in lanes:
        lane.join()
    return int(failed)


def _after_the_demo(stop: threading.Event, job: Callable[[], None]) -> None:
    from django.db import connection

    try:
        _wait_for_the_demo(stop)
        if not stop.is_set():
            job()
    except Exception:
        log.exception("a lane failed")
    finally:
        connection.close()


def _wait_for_the_demo(stop: threading.Event) -> None:
    from django.db import connection

    while not stop.is_set():
        with connection.cursor() as cursor:
            cursor.execute("select pg_try_advisory_lock_shared(%s)", [DEMO_LOCK])
            if cursor.fetchone()[0]:
                return
        stop.wait(PATIENCE)


@contextlib.contextmanager
def lanes_waiting() -> Iterator[None]:
    """While the block runs no worker of this base does anything. Raises RuntimeError when one already does."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [DEMO_LOCK])
        if not cursor.fetchone()[0]:
            raise RuntimeError("A worker is busy in this base: stop it first (perezvon up, perezvon worker).")
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [DEMO_LOCK])


async def _run_jobs(stop: threading.Event) -> None:
    from procrastinate.contrib.django import app

    # A second App over the same tasks: replacing the connector of the first would take the lanes' own deferrals
    # out of their transactions. The library calls the way deprecated, and has no other.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        jobs = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]
    async with jobs.open_async():
        running = asyncio.create_task(
            jobs.run_worker_async(
                concurrency=JOBS_AT_ONCE,
                fetch_job_polling_interval=JOB_POLL,
                delete_jobs="successful",
                install_signal_handlers=False,
                shutdown_graceful_timeout=10,
            )
        )
        while not stop.is_set() and not running.done():
            await asyncio.sleep(0.2)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
