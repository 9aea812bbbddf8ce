"""The examination behind `perezvon doctor`: one function per thing, each says how to mend it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import Error, connection

from perezvon.config import health, rooms, translations
from perezvon.config.health import Check

if TYPE_CHECKING:
    from perezvon.telephony.models import Provider

LEAST_DISK = 2 * 1024**3
MOST_CLOCK_DRIFT = 2.0  # seconds
LONGEST_SILENCE = 8 * 3600  # working seconds: nobody calls at the weekend
EXTENSIONS = ("pg_trgm", "btree_gin", "unaccent")


def examine() -> list[Check]:
    """Everything, in the order in which one would mend it."""
    first = health.database()
    if not first.ok:
        return [first]
    return [first, *(check for look in LOOKS for check in _guarded(look))]


def _guarded(look: Callable[[], Iterator[Check]]) -> list[Check]:
    try:
        return list(look())
    except Error as error:
        return [Check(look.__name__.strip("_"), False, str(error).split("\n")[0], "Look at the migrations first.")]


def one(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def _tables() -> Iterator[Check]:
    yield health.migrations()


def _extensions() -> Iterator[Check]:
    with connection.cursor() as cursor:
        cursor.execute("select name from pg_available_extensions")
        there = {row[0] for row in cursor.fetchall()}
    missing = [name for name in EXTENSIONS if name not in there]
    says = f"missing: {', '.join(missing)}" if missing else "all there"
    yield Check("extensions", not missing, says, "Install the server's contrib package (postgresql-contrib).")
    alike = one("select similarity('Иванов', 'иванова')") if "pg_trgm" not in missing else 0
    yield Check(
        "cyrillic",
        float(str(alike)) > 0.3,
        f"similarity {alike}",
        "The base needs the encoding UTF8 and a UTF-8 ctype.",
    )


def _time() -> Iterator[Check]:
    server = one("select clock_timestamp()")
    assert isinstance(server, datetime)
    drift = abs((datetime.now(UTC) - server).total_seconds())
    yield Check("clock", drift < MOST_CLOCK_DRIFT, f"{drift:.2f} s off the database's", "Set both clocks by NTP.")
    zone = ZoneInfo(settings.TIME_ZONE)
    says = f"{zone.key}, now {datetime.now(zone):%H:%M}"
    yield Check("time zone", True, says, "PEREZVON_TIME_ZONE sets it.")


def _ledger() -> Iterator[Check]:
    from perezvon.journey.models import Parked
    from perezvon.journey.partitions import missing_months

    missing = missing_months(at=datetime.now(UTC))
    says = f"missing: {', '.join(map(str, missing))}" if missing else "made ahead"
    yield Check("ledger months", not missing, says, "Start the worker: it makes them.")
    parked = Parked.objects.count()
    mend = "See the worker's log for the reason; they are tried again by themselves."
    yield Check("parked facts", parked == 0, f"{parked}", mend)


def _work() -> Iterator[Check]:
    yield health.workers()
    yield health.lag()


def _disk() -> Iterator[Check]:
    free = shutil.disk_usage(settings.HOME).free
    says = f"{free / 1024**3:.1f} GiB free at {settings.HOME}"
    yield Check("disk", free > LEAST_DISK, says, "Free some space, or move PEREZVON_HOME to a larger disk.")


def _exchanges() -> Iterator[Check]:
    from perezvon.staff.reads import calendar_of
    from perezvon.telephony.models import Provider
    from perezvon.telephony.pbx import nodes

    working, now = calendar_of(None), datetime.now(UTC)
    for provider in Provider.objects.filter(is_enabled=True):
        if provider.pk == _of_the_demo():
            yield Check(f"exchange {provider.name}", True, "made up; its calls come from: perezvon demo --live")
            continue
        if nodes.is_own(provider):
            yield from _own_exchange(provider)
            continue
        last = provider.last_event_at
        says = f"last event {last:%Y-%m-%d %H:%M} UTC" if last else "no event yet"
        ok = last is not None and working.between(last, now) < LONGEST_SILENCE
        mend = (
            f"Is `perezvon listen` running, and the AMI address right? ({provider.kind})"
            if provider.kind == "asterisk"
            else f"Check the webhook address {settings.PUBLIC_URL}/hooks/{provider.slug} at the provider."
        )
        yield Check(
            f"exchange {provider.name}", ok, says + (f", {provider.refused} refused" if provider.refused else ""), mend
        )


def _own_exchange(provider: Provider) -> Iterator[Check]:
    """Installed, running, new enough, its settings applied."""
    from perezvon.telephony.pbx import instance, nodes, versions
    from perezvon.telephony.pbx.program import PbxError

    name = f"exchange {provider.name}"
    try:
        program = nodes.program()
    except PbxError as error:
        yield Check(name, False, str(error), "Run: perezvon pbx install")
        return
    if program is None:
        yield Check(name, True, "Asterisk is not installed; to make calls: perezvon pbx install")
        return
    node = nodes.node_for(provider, program)
    is_up = instance.is_up(node)
    says = f"Asterisk {program.version} {'runs' if is_up else 'does not run'}"
    yield Check(name, is_up, says, f"`perezvon up` starts it; what it said last: {node.log / 'messages.log'}")
    waits = versions.applied(provider) is not None and versions.waits(provider)
    yield Check(f"{name}, settings", not waits, "changes wait" if waits else "applied", "Run: perezvon pbx apply")


def _of_the_demo() -> int | None:
    from perezvon.config.demo.founding import founded_before

    try:
        return founded_before().provider.pk
    except LookupError:
        return None


def _analytics() -> Iterator[Check]:
    from perezvon.analytics.models import Dirty

    waiting = Dirty.objects.count()
    yield Check(
        "analytics", waiting < 100_000, f"{waiting} journeys wait to be poured", "The worker does it; is it running?"
    )


def _built() -> Iterator[Check]:
    yield Check(
        "translations",
        translations.are_compiled(),
        "compiled" if translations.are_compiled() else "not compiled",
        "Run: python -m perezvon.config.translations compile",
    )
    dist = rooms.PACKAGE / "web" / "static" / "dist"
    built = any(dist.glob("**/manifest.json"))
    yield Check("front end", built, "built" if built else "not built", "Run: make setup")


LOOKS = (_tables, _extensions, _time, _ledger, _work, _disk, _exchanges, _analytics, _built)
