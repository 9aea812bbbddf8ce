"""An import of a million lines into an empty base, in a process of its own: ``python -m bench.importing HOME ROWS``.

Prints one JSON object: rows/s over the whole and in three windows, CPU by part, memory, and the raw limit of the same run.
"""

from __future__ import annotations

import csv
import json
import os
import random
import sys
import time
from pathlib import Path
from typing import Any

from bench.meters import cpu_of

LAST = ("Иванов", "Петров", "Сидоров", "Кузнецов", "Смирнов", "Попов", "Волков", "Соколов", "Лебедев", "Козлов")
FIRST = ("Иван", "Пётр", "Анна", "Мария", "Сергей", "Ольга", "Дмитрий", "Елена", "Алексей", "Наталья")


def write_file(path: Path, rows: int) -> None:
    """Name, phone in four spellings, e-mail; every hundredth line repeats the number of an earlier one."""
    dice = random.Random(1)  # noqa: S311 - the same file every time
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["ФИО", "Телефон", "E-mail", "Компания"])
        for number in range(rows):
            known = number if number % 100 or not number else dice.randrange(number)
            digits = f"{900 + known // 10_000_000}{known % 10_000_000:07d}"
            a, b, c, d = digits[:3], digits[3:6], digits[6:8], digits[8:]
            spelled = (f"+7 {a} {b}-{c}-{d}", f"8 ({a}) {b}-{c}-{d}", f"+7{digits}", f"8{digits}")[number % 4]
            name = f"{dice.choice(LAST)}{number % 997} {dice.choice(FIRST)}"
            writer.writerow([name, spelled, f"client{known}@example.com", ""])


def main(home: Path, rows: int) -> int:
    """Run it all; 0 when every line was counted."""
    from perezvon.config.postgres import Cluster

    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o755)
    cluster = Cluster(home, dies_with_us=True)
    cluster.start(seconds=60)
    os.environ |= {"PEREZVON_HOME": str(home), "DATABASE_URL": cluster.url, "SECRET_KEY": "bench",
                   "DJANGO_SETTINGS_MODULE": "perezvon.config.settings", "PEREZVON_LOG_LEVEL": "WARNING"}  # fmt: skip
    try:
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        file = home / "people.csv"
        write_file(file, rows)
        told = measure(file, rows, int((cluster.data / "postmaster.pid").read_text().split()[0]))
        told["limit"] = limit(file, rows)
        print(json.dumps(told))
        return 0 if told["counted"] == rows else 1
    finally:
        cluster.leave()


def measure(file: Path, rows: int, database: int) -> dict[str, Any]:
    from perezvon.crm.actions import imports
    from perezvon.kit import clock

    app, base = time.process_time(), cpu_of(database)
    start = time.perf_counter()
    one = imports.take_file(file, file.name, at=clock.now())
    imports.choose(one, one.mapping, at=clock.now())
    marks: list[tuple[int, float]] = []
    memory: list[float] = []

    def tell(done: int, _all: int) -> None:
        memory.append(resident())
        if one.state == "running":
            marks.append((done, time.perf_counter()))

    imports.finish_now(one, tell)
    seconds = time.perf_counter() - start
    reading = (marks[0][1] if marks else start) - start
    return {
        "rows_per_s": rows / seconds, "seconds": seconds, "reading_s": reading, "windows": windows(marks, rows),
        "app_cpu_ms": (time.process_time() - app) * 1000 / rows, "database_cpu_ms": (cpu_of(database) - base) * 1000 / rows,
        "memory_mib": [memory[len(memory) // 10], max(memory)], "counted": one.added + one.updated + one.skipped,
        "added": one.added,
    }  # fmt: skip


def windows(marks: list[tuple[int, float]], rows: int) -> dict[str, float]:
    """Rows/s while the first, the middle and the last tenth was brought in."""
    found = {}
    for name, begin, end in (("first", 0.0, 0.1), ("middle", 0.45, 0.55), ("last", 0.9, 1.0)):
        inside = [mark for mark in marks if begin * rows <= mark[0] <= end * rows]
        if len(inside) > 1:
            (done, at), (later, then) = inside[0], inside[-1]
            found[name] = round((later - done) / (then - at))
    return found


def resident() -> float:
    """Memory of this process, MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def limit(file: Path, rows: int) -> float:
    """Rows/s of the bare work: parse, COPY into a staging table, no doubles by number, insert, three indexes."""
    from django.db import connection

    start = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE staged (name text, phone text, email text)")
        cursor.execute(
            "CREATE TEMP TABLE contact (id bigserial PRIMARY KEY, name text, phone text UNIQUE, email text);"
            "CREATE INDEX ON contact (email); CREATE INDEX ON contact USING gin (name gin_trgm_ops)"
        )
        with file.open(encoding="utf-8", newline="") as source, cursor.copy("COPY staged FROM STDIN") as copy:
            reader = csv.reader(source, delimiter=";")
            next(reader)
            for name, phone, email, _company in reader:
                digits = "".join(sign for sign in phone if sign.isdigit())
                copy.write(f"{name}\t+7{digits[-10:]}\t{email}\n")
        cursor.execute(
            "INSERT INTO contact (name, phone, email) SELECT DISTINCT ON (phone) name, phone, email FROM staged ON CONFLICT DO NOTHING"
        )
        cursor.execute("DROP TABLE staged, contact")
    return rows / (time.perf_counter() - start)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
