"""Whether we are well: /healthz (this process), /readyz (all of us), /metrics (figures)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from perezvon.config import metrics, worker

MOST_LAG = 50_000  # facts behind: minutes of work
MIGRATIONS_SECONDS = 5.0


@dataclass(frozen=True)
class Check:
    """One thing looked at. `mend` says what to do when it is not `ok`."""

    name: str
    ok: bool
    says: str
    mend: str = ""


class Probes:
    """Middleware, outermost: probes need no session, no host check and no language."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.answers = {"/healthz": _alive, "/readyz": _ready, "/metrics": _metrics}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.answers.get(request.path)
        return answer() if answer else self.get_response(request)


def _alive() -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def _ready() -> HttpResponse:
    checks = readiness()
    body = {"ready": all(check.ok for check in checks), "checks": [asdict(check) for check in checks]}
    return HttpResponse(
        json.dumps(body, indent=1) + "\n", status=200 if body["ready"] else 503, content_type="application/json"
    )


def _metrics() -> HttpResponse:
    try:
        return HttpResponse(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")
    except Error:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")


def readiness() -> list[Check]:
    """Database, migrations, worker: in this order, and no further than the first that fails."""
    found = []
    for look in (database, migrations, workers, lag):
        check = look()
        found.append(check)
        if not check.ok:
            break
    return found


def database() -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select current_setting('server_version_num')::int / 10000")
            major = cursor.fetchone()[0]
    except Error as error:
        says = str(error).strip().split("\n")[0]
        return Check(
            "database", False, says, "Is PostgreSQL running? See DATABASE_URL, or postgres.log in PEREZVON_HOME."
        )
    return Check("database", major >= 15, f"PostgreSQL {major}", "PostgreSQL 15 or newer is needed.")


_migrations: tuple[float, Check] | None = None


def migrations() -> Check:
    """Whether the tables are those of this code; looked at once in a few seconds."""
    global _migrations
    if _migrations is None or time.monotonic() - _migrations[0] > MIGRATIONS_SECONDS:
        _migrations = (time.monotonic(), _look_at_migrations())
    return _migrations[1]


def _look_at_migrations() -> Check:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    says = f"{len(waiting)} not applied" if waiting else "all applied"
    return Check("migrations", not waiting, says, "Run: python -m perezvon.config.manage migrate")


def workers() -> Check:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where application_name = %s and datname = current_database()",
            [worker.APPLICATION],
        )
        count = cursor.fetchone()[0]
    return Check(
        "worker", count > 0, "running" if count else "none is connected", "Run: perezvon worker (perezvon up does)."
    )


def demo_is_being_built() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock' and granted "
            "and objid = %s and database = (select oid from pg_database where datname = current_database())",
            [worker.DEMO_LOCK],
        )
        return bool(cursor.fetchone()[0])


def lag() -> Check:
    if demo_is_being_built():
        return Check("lag", True, "the demo company is being built; background work starts after it")
    from perezvon.journey.reading import backlogs

    behind = backlogs()
    name, most = max(behind.items(), key=lambda pair: pair[1], default=("", 0))
    says = f"{name} is {most} facts behind" if most else "nothing waits"
    return Check(
        "lag", most < MOST_LAG, says, "Look at the worker's log; start another worker if the machine has room."
    )
