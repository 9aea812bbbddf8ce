"""Imports: a file is taken, its columns are named, it is read, brought in and - as a whole - taken back.

The verbs only say what is to happen; the worker (``work``) does it batch by batch, each batch and the mark of how far we are
in one transaction: after a stop anywhere it goes on with the next row.
"""

import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Exists,
    F,
    Func,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import MD5, Concat, Mod, Ord, Trim
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perezvon.journey.actions import record, wake
from perezvon.kit import clock
from perezvon.kit.texts import fold
from perezvon.staff.models import User

from .. import facts, hooks
from ..importing import companies, deals, files, people, reading, undoing
from ..importing.fields import Book, by_key, guess, heads_key, month_first
from ..importing.files import UnreadableFile
from ..models import Import, ImportMapping, ImportResult, ImportRow, ImportStrand, Relocation
from .errors import Refused

__all__ = [
    "NotNow",
    "UnreadableFile",
    "choose",
    "finish_now",
    "mend",
    "name",
    "pause",
    "start",
    "take_file",
    "undo",
    "work",
]

READ_ROWS = 10_000
BLOCK = 4_000  # lines brought in by one transaction, about
FEW = {Import.What.DEALS.value: 200}  # of nouns whose every line takes many statements
BLOCKS = 4  # of a strand at one go
STRANDS = {
    Import.What.PEOPLE.value: 2
}  # of other nouns one: what two lines have in common is found only within a block
UNDO_ROWS = 2_000
SAMPLE = 20
NAMED = frozenset({"responsible", "source"})
BRING = {
    Import.What.PEOPLE.value: people.bring,
    Import.What.COMPANIES.value: companies.bring,
    Import.What.DEALS.value: deals.bring,
}
_NEEDED = {
    Import.What.PEOPLE.value: {"name", "phone", "email", "last_name", "first_name"},
    Import.What.COMPANIES.value: {"name"},
    Import.What.DEALS.value: {"name", "phone", "email", "client", "company"},
}
_open: dict[int, tuple[int, Any]] = {}  # import -> (line reached, the file being read); lost with the process


class NotNow(Refused):
    """The import is not in a state in which this can be done."""

    text = gettext_lazy("This cannot be done with the import now. Look at how far it is.")


def folder() -> Path:
    """Where files lie until they are read; for the product alone."""
    place = Path(settings.HOME) / "imports"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def take_file(
    source: IO[bytes] | Path,
    title: str,
    *,
    what: str = "people",
    layout: files.Layout | None = None,
    by: Any = None,
    at: datetime,
) -> Import:
    """Keep a file and look into it: its kind, heads, and what its columns seem to be. UnreadableFile when it is no table.

    ``layout`` is that of a CSV of our own.
    """
    kept = folder() / (secrets.token_hex(16) + Path(title).suffix.lower()[:8])
    try:
        with kept.open("wb") as target, source.open("rb") if isinstance(source, Path) else source as content:
            shutil.copyfileobj(content, target)
        kept.chmod(0o600)
        kind = files.kind_of(kept)
        if kind != "csv":
            workbook, kept = kept, files.as_csv(kept, kind)
            workbook.unlink()
        layout = layout or (files.look(kept) if kind == "csv" else files.Layout())
        heads, first = _beginning(kept, layout)
    except BaseException:
        kept.unlink(missing_ok=True)
        raise
    return Import.objects.create(
        what=what, title=title[:200], file=kept.name, layout=layout.as_dict(), heads=heads,
        mapping=remembered(what, heads) or guess(what, heads, first), at=at, by=by,
    )  # fmt: skip


def _beginning(path: Path, layout: files.Layout) -> tuple[list[str], list[list[str]]]:
    rows = files.lines(path, layout)
    heads = [cell.strip()[:200] for cell in next(rows, (0, []))[1]]
    while heads and not heads[-1]:
        heads.pop()
    if not heads or len(heads) > files.MOST_COLUMNS:
        raise UnreadableFile(_("The first line must name the columns: name, phone, e-mail, company."))
    return heads, [list(cells) for _line, cells in islice(rows, SAMPLE)]


def samples(one: Import, count: int = 5) -> list[list[str]]:
    """The first rows of a file that is not read yet, as wide as its heads."""
    rows = files.lines(folder() / one.file, files.layout_of(one.layout), skip=1)
    width = len(one.heads)
    return [[*cells[:width], *[""] * (width - len(cells))] for _line, cells in islice(rows, count)]


def remembered(what: str, heads: Sequence[str]) -> dict[str, str]:
    """What the columns of a file with these heads were said to be last time; {} when it was never seen."""
    row = ImportMapping.objects.filter(what=what, heads_key=heads_key(heads)).first()
    return dict(row.mapping) if row else {}


@transaction.atomic
def choose(
    one: Import,
    mapping: Mapping[str, str],
    *,
    known: str = Import.Known.FILL,
    responsible_id: int | None = None,
    source_id: int | None = None,
    relocation: Relocation | None = None,
    by: Any = None,
    at: datetime,
) -> Import:
    """Say what the columns are and what happens to who is known; reading begins. Refused when nobody could be found.

    ``relocation`` is the move from another CRM that made the file.
    """
    allowed = by_key(one.what)
    named = {column: key for column, key in mapping.items() if key in allowed and int(column) < len(one.heads)}
    repeated = [key for key in set(named.values()) if not allowed[key].several and list(named.values()).count(key) > 1]
    if repeated:
        words = ", ".join(str(allowed[key].label) for key in sorted(repeated))
        raise Refused(_("Only one column can be: %(words)s.") % {"words": words})
    if not _NEEDED[one.what] & set(named.values()):
        raise Refused(_("Say which column is the name, the phone or the e-mail."))
    _move(one, (Import.State.UPLOADED,), Import.State.READING, mapping=named, known=known, responsible_id=responsible_id,
          source_id=source_id, place=1, names=_names_of(one), relocation=relocation)  # fmt: skip
    ImportMapping.objects.update_or_create(
        what=one.what, heads_key=heads_key(one.heads), defaults={"mapping": named, "known": known, "at": at}
    )
    record(facts.IMPORT_BEGUN, at=at, by=by, title=one.title, batch=one.pk)
    wake("crm.imports")
    return one


def _names_of(one: Import) -> dict[str, int]:
    row = ImportMapping.objects.filter(what=one.what, heads_key=heads_key(one.heads)).first()
    return dict(row.names) if row else {}


@transaction.atomic
def start(one: Import) -> None:
    """Bring in what was read, or go on after a pause."""
    _move(one, (Import.State.CHECKED, Import.State.PAUSED), Import.State.RUNNING)
    wake("crm.imports")


@transaction.atomic
def pause(one: Import) -> None:
    """Stop after the batch that is under way."""
    _move(one, (Import.State.RUNNING,), Import.State.PAUSED)


@transaction.atomic
def undo(one: Import, *, by: Any, at: datetime) -> None:
    """Take the whole import back; what somebody has worked with since stays, and is listed."""
    was = (Import.State.DONE, Import.State.PAUSED, Import.State.CHECKED, Import.State.FAILED)
    _move(one, was, Import.State.UNDOING, done=0, undone_by=by)
    record(facts.IMPORT_UNDONE, at=at, by=by, title=one.title, batch=one.pk)
    wake("crm.imports")


@transaction.atomic
def mend(row: ImportRow, cells: Sequence[str], *, by: Any, at: datetime) -> ImportRow:
    """Give a row other cells; once it makes sense it is counted as good, and brought in if the import is done already."""
    one = Import.objects.select_for_update().get(pk=row.batch_id)
    if one.state not in (Import.State.CHECKED, Import.State.DONE, Import.State.PAUSED):
        raise NotNow
    was_bad = row.is_bad
    reading.reread(row, [cell.replace(ImportRow.CELL, " ") for cell in cells], plan_of(one))
    row.save()
    if was_bad and not row.is_bad:
        Import.objects.filter(pk=one.pk).update(bad=F("bad") - 1)
        if one.state == Import.State.DONE or is_passed(one, row):
            _count(one, _bring(one, [row]))
    return row


@transaction.atomic
def name(one: Import, why: str, meant: int, *, by: Any, at: datetime) -> int:
    """Say once for all lines whom an unknown name means (a colleague's, or a source's, id; 0 = nobody); how many are mended.

    ``why`` is what is wrong with those lines, "responsible:Ivanov". It is remembered for files with the same heads.
    """
    one = Import.objects.select_for_update().get(pk=one.pk)
    what, _colon, text = why.partition(":")
    if one.state not in (Import.State.CHECKED, Import.State.PAUSED) or what not in NAMED:
        raise NotNow
    one.names = {**one.names, f"{what}:{fold(text)}": meant}
    plan, mended, place = plan_of(one), 0, 0
    while rows := list(one.rows.filter(is_bad=True, why=why, line__gt=place).order_by("line")[:READ_ROWS]):
        place = rows[-1].line
        for row in rows:
            reading.reread(row, row.texts, plan)
        ImportRow.objects.bulk_update(rows, ["is_bad", "why", "name", "phones", "emails", "values"], batch_size=1_000)
        good = [row for row in rows if not row.is_bad]
        mended += len(good)
        if late := [row for row in good if is_passed(one, row)]:
            _count(one, _bring(one, late))
    Import.objects.filter(pk=one.pk).update(names=one.names, bad=F("bad") - mended)
    remembered_as = ImportMapping.objects.filter(what=one.what, heads_key=heads_key(one.heads))
    remembered_as.update(names=one.names)
    return mended


def unknown_names(one: Import) -> list[tuple[str, int]]:
    """(why, lines) of names that nobody here has, the most frequent first."""
    bad = one.rows.filter(is_bad=True).filter(Q(why__startswith="responsible:") | Q(why__startswith="source:"))
    return list(bad.values_list("why").annotate(count=Count("id")).order_by("-count", "why")[:SAMPLE])


def _move(one: Import, was: Sequence[str], to: str, **changes: Any) -> None:
    """Change the state if it still is what it was; NotNow otherwise."""
    values = {"state": to, **changes}
    if not Import.objects.filter(pk=one.pk, state__in=was).update(**values):
        raise NotNow
    for name, value in values.items():
        setattr(one, name, value)


def plan_of(one: Import) -> reading.Plan:
    """How the cells of this file are understood."""
    staff = {fold(name): pk for pk, name in User.objects.values_list("pk", "name")}
    staff |= {fold(email): pk for pk, email in User.objects.values_list("pk", "email")}
    sources = {fold(name): pk for pk, name in hooks.sources()}
    for key, meant in one.names.items():
        what, _colon, text = key.partition(":")
        (staff if what == "responsible" else sources)[text] = meant
    stages, reasons = deals.book_of() if one.what == Import.What.DEALS else ({}, {})
    zone = ZoneInfo(settings.TIME_ZONE)
    return reading.Plan(one.what, one.mapping, Book(staff, sources, zone, stages, reasons, _month_first(one)))


def _month_first(one: Import) -> bool:
    """Decided by the first lines once, and kept with the layout: a file has one order of day and month."""
    if "month_first" not in one.layout:
        dates = [int(column) for column, key in one.mapping.items() if key in ("created", "closed")]
        rows = files.lines(folder() / one.file, files.layout_of(one.layout), skip=1) if one.file and dates else iter(())
        cells = [row[at] for _line, row in islice(rows, READ_ROWS) for at in dates if at < len(row)]
        one.layout = {**one.layout, "month_first": month_first(cells)}
        Import.objects.filter(pk=one.pk).update(layout=one.layout)
    return bool(one.layout["month_first"])


def finish_now(one: Import, tell: Callable[[int, int], object] | None = None) -> None:
    """Do all the worker would, here and now, reading and bringing in without asking between; for the command line."""
    while one.is_at_work or one.state == Import.State.CHECKED:
        if one.state == Import.State.CHECKED:
            start(one)
        if not work(clock.now()):
            raise NotNow(_("Another process is working on this import."))
        one.refresh_from_db()
        if tell:
            tell(*progress(one))
    if one.state == Import.State.FAILED:
        raise Refused(one.error)


# --- the worker's part -------------------------------------------------------------------


def work(at: datetime) -> int:
    """Do the next piece of one import; how many rows that was (0 = nothing to do)."""
    one = Import.objects.filter(state=Import.State.RUNNING).order_by("id").first()
    if one is not None:
        return max(1, _run(one, at))
    with transaction.atomic():
        # What came last is taken back first: deals go before their clients.
        waiting = Import.objects.filter(state__in=[Import.State.READING, Import.State.UNDOING])
        turn = Case(When(state=Import.State.UNDOING, then=-F("id")), default=F("id"), output_field=BigIntegerField())
        one = waiting.order_by(turn).select_for_update(skip_locked=True).first()
        if one is None:
            return 0
        step = _read if one.state == Import.State.READING else _undo
        try:
            with transaction.atomic():
                return max(1, step(one, at))
        except (UnreadableFile, OSError, UnicodeError) as error:
            Import.objects.filter(pk=one.pk).update(state=Import.State.FAILED, error=str(error)[:300], finished_at=at)
            return 1


def _read(one: Import, at: datetime) -> int:
    place, rows = _open.pop(one.pk, (0, None))
    if rows is None or place != one.place:
        rows = files.lines(folder() / one.file, files.layout_of(one.layout), skip=one.place)
    chunk = list(islice(rows, READ_ROWS))
    if not chunk:
        bad = one.rows.filter(is_bad=True).count()
        total = one.rows.count()
        Import.objects.filter(pk=one.pk).update(state=Import.State.CHECKED, total=total, bad=bad, done=0, file="")
        read = folder() / one.file
        transaction.on_commit(lambda: read.unlink(missing_ok=True))
        return 0
    filled = reading.fill(one.pk, chunk, plan_of(one))
    reached = chunk[-1][0]
    Import.objects.filter(pk=one.pk).update(place=reached, done=F("done") + filled)
    transaction.on_commit(lambda: _open.__setitem__(one.pk, (reached, rows)))
    return filled


def _run(one: Import, at: datetime) -> int:
    """The next blocks of every strand, side by side; the import is done when no strand has a block left."""
    numbers = [strand.number for strand in _strands(one)]
    if connection.in_atomic_block:  # nobody else could see what this transaction has made
        done = [_strand(one, number) for number in numbers]
    else:
        with ThreadPoolExecutor(len(numbers), "import") as pool:
            done = list(pool.map(lambda number: _strand_alone(one, number), numbers))
    if not any(done):
        _finish(one, at)
    return sum(done)


def _strands(one: Import) -> list[ImportStrand]:
    count = STRANDS.get(one.what, 1)
    made = [ImportStrand(batch=one, number=number, block=0) for number in range(count)]
    ImportStrand.objects.bulk_create(made, ignore_conflicts=True)
    return list(one.strands.filter(number__lt=count).order_by("number"))


def _rows_of(one: Import, number: int) -> QuerySet[ImportRow]:
    """The strand's rows. Lines with the same first number are of one strand, so that strands seldom wait for each other."""
    rows, count = one.rows.filter(is_bad=False), STRANDS.get(one.what, 1)
    if count == 1:
        return rows
    told = Trim(Concat("phones", Value(" "), "emails", Value(" "), "name", output_field=TextField()))
    first = Func(told, Value(" "), Value(1), function="split_part", output_field=TextField())
    return rows.alias(strand=Mod(Ord(MD5(first)), Value(count))).filter(strand=number)


def _lines(one: Import) -> int:
    """How many lines of the file are between two blocks of a strand."""
    return FEW.get(one.what, BLOCK) * STRANDS.get(one.what, 1)


def _strand_alone(one: Import, number: int) -> int:
    """Some blocks of one strand, on a connection of its own: the strands wait for one another only after that."""
    done = 0
    try:
        for _ in range(BLOCKS):
            lines = _strand(one, number)
            done += lines
            if not lines or not Import.objects.filter(pk=one.pk, state=Import.State.RUNNING).exists():
                break  # at the end, or somebody has stopped it
    finally:
        connection.close()
    return done


@transaction.atomic
def _strand(one: Import, number: int) -> int:
    """Bring the strand's next block in; how many lines that was, 0 = it has none left or another worker is at it."""
    strand = one.strands.select_for_update(skip_locked=True).filter(number=number).first()
    lines = _lines(one)
    if strand is None or strand.block * lines > one.place:
        return 0
    start = strand.block * lines
    brought = one.results.filter(line=OuterRef("line"))
    rows = list(
        _rows_of(one, number).filter(~Exists(brought), line__gte=start, line__lt=start + lines).order_by("line")
    )
    counts = _bring(one, rows) if rows else {}
    strand.block += 1
    strand.done += len(rows)
    for name, count in counts.items():
        setattr(strand, name, getattr(strand, name) + count)
    strand.save()
    return BLOCK


@transaction.atomic
def _finish(one: Import, at: datetime) -> None:
    """Everything is in: say how it came out. A strand that another worker is at finishes it later."""
    last = one.strands.select_for_update().aggregate(block=Min("block"))["block"]
    if last * _lines(one) <= one.place:
        return
    sums = one.strands.aggregate(added=Sum("added"), updated=Sum("updated"), skipped=Sum("skipped"))
    running = Import.objects.filter(pk=one.pk, state=Import.State.RUNNING)
    if running.update(state=Import.State.DONE, finished_at=at, **sums):
        record(facts.IMPORT_DONE, at=at, by=one.by_id, title=one.title, batch=one.pk, bad=one.bad,
               added=sums["added"], updated=sums["updated"])  # fmt: skip


def is_passed(one: Import, row: ImportRow) -> bool:
    """Whether the strands have come past this row."""
    block = row.line // _lines(one)
    return any(strand.block > block for strand in one.strands.all() if _rows_of(one, strand.number).filter(pk=row.pk))


def progress(one: Import) -> tuple[int, int]:
    """(rows worked through, rows in all; 0 = not known yet) of what the worker is doing now."""
    if one.state in (Import.State.RUNNING, Import.State.PAUSED):
        return one.strands.aggregate(done=Sum("done"))["done"] or 0, one.total - one.bad
    return one.done, one.total


def _bring(one: Import, rows: Sequence[ImportRow]) -> dict[str, int]:
    departments = dict(User.objects.values_list("pk", "department_id"))
    order = people.Order(one, one.by_id, departments, one.at)
    return BRING[one.what](rows, order)


def _count(one: Import, counts: Mapping[str, int]) -> None:
    Import.objects.filter(pk=one.pk).update(
        added=F("added") + counts[people.ADDED],
        updated=F("updated") + counts[people.UPDATED],
        skipped=F("skipped") + counts[people.SKIPPED],
    )


def _undo(one: Import, at: datetime) -> int:
    """From the last line to the first, so that what two lines did to one client is unwound in order."""
    made = one.results.filter(state__in=[ImportResult.State.ADDED, ImportResult.State.UPDATED]).order_by("-line")
    results = list(made[:UNDO_ROWS])
    if results:
        kept = undoing.take_back(results, one, by=one.undone_by, at=at)
        Import.objects.filter(pk=one.pk).update(done=F("done") + len(results), kept=F("kept") + kept)
        return len(results)
    Import.objects.filter(pk=one.pk).update(state=Import.State.UNDONE, finished_at=at)
    return 0
