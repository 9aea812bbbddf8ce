"""Moving in from another CRM: looked at, matched, fetched page by page by the worker, brought in as ordinary imports.

A page and the mark of how far we are: the file is cut to the length that the mark tells, the page is written, then the mark
moves. After a stop anywhere fetching goes on with the same page.
"""

import csv
import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perezvon.journey.actions import record, wake
from perezvon.kit import phones, sealing
from perezvon.kit.outgoing import OutgoingError, checked
from perezvon.kit.texts import fold
from perezvon.staff.models import User

from .. import facts
from ..foreign import SYSTEMS, BadToken, System
from ..foreign.contract import KINDS, MOVES, Catalog
from ..importing.files import Layout
from ..models import Import, LostReason, OuterMove, Pipeline, Relocation, Stage
from . import imports, pipelines
from .errors import Refused
from .identity import tidy_email

PURPOSE = "perezvon tokens of other CRMs"
COLUMNS = {
    "companies": ("outer", "name", "phone", "email", "responsible", "created", "tags", "comment"),
    "people": ("outer", "name", "phone", "email", "company_outer", "responsible", "created", "tags", "comment"),
    "deals": (
        "outer", "name", "client_outer", "company_outer", "client", "amount", "pipeline", "stage", "reason", "responsible",
        "created", "closed", "tags", "comment",
    ),
}  # fmt: skip
LAYOUT = Layout("utf-8", ";")
PAUSES = (10, 60, 300, 1800, 3600)  # seconds before another try; after the last one it stops and says so


class NotLetIn(Refused):
    """The other CRM does not take the token."""

    text = gettext_lazy("The other CRM does not let us in: check the address and the token.")


class NotReached(Refused):
    """The other CRM does not answer, or not as expected."""


def system_of(one: Relocation) -> System:
    """The way to the other CRM. Refused when the token cannot be opened."""
    try:
        token = sealing.opened(bytes(one.secret), purpose=PURPOSE, about=one.address)
    except ValueError:
        raise NotLetIn from None
    return SYSTEMS[one.system](one.address, token)


def begin(system: str, address: str, token: str, *, by: Any, at: datetime) -> Relocation:
    """Look at the other CRM and keep what its small lists say. NotLetIn, NotReached."""
    kind = SYSTEMS[system]
    place = token.strip() if kind.address_is_secret else address.strip()
    place = place if "://" in place else f"https://{place}"
    try:
        parts = checked(place)
    except OutgoingError as error:
        raise NotReached(error.reason) from None
    root = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    catalog = _looked(kind(root, place if kind.address_is_secret else token))
    secret = sealing.sealed(place if kind.address_is_secret else token.strip(), purpose=PURPOSE, about=root)
    return Relocation.objects.create(
        system=system, address=root, secret=secret, catalog=catalog.as_dict(), plan=guess(catalog), at=at, by=by
    )


def _looked(system: System) -> Catalog:
    try:
        return system.look()
    except BadToken:
        raise NotLetIn from None
    except OutgoingError as error:
        raise NotReached(error.reason) from None
    except (KeyError, TypeError, ValueError):
        raise NotReached(_("The other CRM answers otherwise than is known of it.")) from None


def guess(catalog: Catalog) -> dict[str, dict[str, int]]:
    """Whom and what their users and pipelines seem to be here: by e-mail, by name; 0 = nobody, or a new pipeline."""
    staff = {fold(user.name): user.pk for user in User.objects.filter(is_active=True)}
    staff |= {fold(user.email): user.pk for user in User.objects.filter(is_active=True)}
    ours = {fold(one.name): one.pk for one in Pipeline.objects.filter(is_archived=False)}
    return {
        "users": {
            pk: staff.get(fold(mail)) or staff.get(fold(name)) or 0 for pk, (name, mail) in catalog.users.items()
        },
        "pipelines": {pk: ours.get(fold(one["name"]), 0) for pk, one in catalog.pipelines.items()},
    }


@transaction.atomic
def choose(one: Relocation, *, users: Mapping[str, int], to: Mapping[str, int], by: Any, at: datetime) -> Relocation:
    """Say whom their users and pipelines are here (0 = nobody, a new one); new pipelines are founded, fetching begins."""
    if one.state != Relocation.State.LOOKED:
        raise imports.NotNow
    plan: dict[str, Any] = {"users": dict(users), "pipelines": {}, "stages": {}, "no_reason": _("No reason was given")}
    for pk, theirs in one.catalog["pipelines"].items():
        pipeline = Pipeline.objects.filter(pk=to.get(pk) or 0).first()
        if pipeline is None:
            pipeline = _founded(theirs, one, by=by, at=at)
        plan["pipelines"][pk] = pipeline.pk
        plan["stages"] |= {f"{pk}:{stage}": ours for stage, ours in _stages(pipeline, theirs).items()}
    known = {fold(name) for name in LostReason.objects.values_list("name", flat=True)}
    for name in dict.fromkeys([*one.catalog["reasons"].values(), plan["no_reason"]]):
        if name and fold(name) not in known:
            pipelines.save_reason(LostReason(name=name[:120]), by=by, at=at)
            known.add(fold(name))
    one.plan, one.state = plan, Relocation.State.FETCHING
    one.save(update_fields=["plan", "state"])
    record(facts.RELOCATION_BEGUN, at=at, by=by, title=str(one))
    wake("crm.relocations")
    return one


def _founded(theirs: Mapping[str, Any], one: Relocation, *, by: Any, at: datetime) -> Pipeline:
    """A pipeline like theirs."""
    name = theirs["name"][:60] or one.get_system_display()
    if Pipeline.objects.filter(name=name).exists():
        name = f"{name} ({one.get_system_display()})"
    pipeline = pipelines.add_pipeline(name, by=by, at=at)
    ready = {stage.kind: stage for stage in pipeline.stages.all()}
    told: set[str] = set()
    order: list[int] = []
    for _pk, stage_name, kind in theirs["stages"]:
        kind = Stage.Kind.OPEN if kind == "unsorted" else kind
        if fold(stage_name) in told:
            continue
        told.add(fold(stage_name))
        stage = ready.pop(kind, None) or Stage(pipeline=pipeline, kind=kind)
        stage.name = stage_name[:80]
        order.append(pipelines.save_stage(stage, by=by, at=at).pk)
    pipelines.order_stages(pipeline, [*order, *(stage.pk for stage in ready.values())], by=by, at=at)
    return pipeline


def _stages(pipeline: Pipeline, theirs: Mapping[str, Any]) -> dict[str, int]:
    """{their stage: ours} by name, else the first of the same kind."""
    ours = list(pipeline.stages.filter(is_archived=False).order_by("order", "id"))
    by_name = {fold(stage.name): stage.pk for stage in ours}
    by_kind: dict[str, int] = {}
    for stage in ours:
        by_kind.setdefault(stage.kind, stage.pk)
    found = {
        pk: by_name.get(fold(name)) or by_kind.get(kind) or by_kind.get("open") for pk, name, kind in theirs["stages"]
    }
    return {pk: stage for pk, stage in found.items() if stage}


def again(one: Relocation, *, by: Any, at: datetime) -> Relocation:
    """Fetch what has changed there since this one began."""
    if one.state != Relocation.State.FETCHED:
        raise imports.NotNow
    made = Relocation.objects.create(
        system=one.system, address=one.address, secret=bytes(one.secret), catalog=one.catalog, plan=one.plan, since=one.at,
        state=Relocation.State.FETCHING, at=at, by=by,
    )  # fmt: skip
    record(facts.RELOCATION_BEGUN, at=at, by=by, title=str(made))
    wake("crm.relocations")
    return made


def retry(one: Relocation) -> None:
    """Go on after a stop."""
    failed = Relocation.objects.filter(pk=one.pk, state=Relocation.State.FAILED)
    if not failed.update(state=Relocation.State.FETCHING, failures=0, error="", next_at=None):
        raise imports.NotNow
    wake("crm.relocations")


def bring_all(one: Relocation) -> int:
    """Start every import of it that is read; they go one after another, companies first. How many."""
    ready = list(one.imports.filter(state=Import.State.CHECKED).order_by("id"))
    for each in ready:
        imports.start(each)
    return len(ready)


def take_back(one: Relocation, *, by: Any, at: datetime) -> int:
    """Take all of it back, deals before their clients. How many imports that are."""
    done = list(one.imports.filter(state__in=[Import.State.DONE, Import.State.PAUSED]).order_by("-id"))
    for each in done:
        imports.undo(each, by=by, at=at)
    return len(done)


# --- the worker's part -------------------------------------------------------------------


def work(at: datetime) -> int:
    """Fetch the next page of one move; how many rows that was, 0 = nothing to do now."""
    with transaction.atomic():
        rows = Relocation.objects.filter(state=Relocation.State.FETCHING).exclude(next_at__gt=at).order_by("id")
        one = rows.select_for_update(skip_locked=True).first()
        if one is None:
            return 0
        try:
            return max(1, _step(one, at))
        except BadToken:
            _stop(one, str(NotLetIn.text))
        except OutgoingError as error:
            _later(one, error, at)
        except (KeyError, TypeError, ValueError, Refused) as error:
            _stop(one, f"{_('The other CRM answers otherwise than is known of it.')} ({type(error).__name__})")
        return 1


def _step(one: Relocation, at: datetime) -> int:
    for kind in (MOVES, *KINDS):
        place = one.places.get(kind, {"next": None, "rows": 0, "bytes": 0, "done": False})
        if place["done"]:
            continue
        chunk = system_of(one).chunk(kind, place["next"], one.since)
        size = _keep_moves(one, chunk.rows) if kind == MOVES else _write(one, kind, chunk.rows, place["bytes"])
        one.places[kind] = {
            "next": chunk.next, "rows": place["rows"] + len(chunk.rows), "bytes": size, "done": chunk.next is None
        }  # fmt: skip
        one.failures, one.error, one.next_at = 0, "", None
        one.save(update_fields=["places", "failures", "error", "next_at"])
        return len(chunk.rows)
    _finish(one, at)
    return 0


def _keep_moves(one: Relocation, rows: list[dict[str, str]]) -> int:
    """Moves between stages that are known here, kept in the transaction of the mark; 0 = no file."""
    ours = _Ours(one)
    OuterMove.objects.bulk_create(move for row in rows if (move := ours.move(row)) is not None)
    return 0


def file_of(one: Relocation, kind: str) -> Path:
    """Where the rows of a kind lie while they are fetched."""
    return imports.folder() / f"relocation-{one.pk}-{kind}.csv"


def _write(one: Relocation, kind: str, rows: list[dict[str, str]], begin: int) -> int:
    """Write the rows after the first ``begin`` bytes; the length of the file then."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    if not begin:
        writer.writerow(COLUMNS[kind])
    ours = _Ours(one)
    for row in rows:
        told = ours.row(kind, row)
        writer.writerow([told.get(column, "") for column in COLUMNS[kind]])
    path = file_of(one, kind)
    path.touch(mode=0o600)
    with path.open("r+b") as file:
        file.truncate(begin)
        file.seek(begin)
        file.write(text.getvalue().encode())
        return file.tell()


class _Ours:
    """Rows of the other CRM with our people, pipelines and stages in them."""

    def __init__(self, one: Relocation) -> None:
        self.one, self.plan, self.before = one, one.plan, f"{one.system}:{urlsplit(one.address).netloc}"
        self.staff = dict(User.objects.values_list("pk", "email"))
        stages = Stage.objects.select_related("pipeline").filter(pk__in=one.plan.get("stages", {}).values())
        self.stages = {stage.pk: stage for stage in stages}

    def move(self, row: Mapping[str, str]) -> OuterMove | None:
        """A move, None where a stage is not known any more."""
        stages = self.plan["stages"]
        stage = stages.get(f"{row['pipeline']}:{row['stage']}")
        before = stages.get(f"{row['pipeline']}:{row['before']}") if row["before"] else None
        key, at = f"{self.before}:deals:{row['outer']}", parse_datetime(row["at"])
        return (
            OuterMove(relocation=self.one, key=key, at=at, stage_id=stage, before_id=before) if stage and at else None
        )

    def row(self, kind: str, row: Mapping[str, str]) -> dict[str, str]:
        """One row as the import takes it: nothing in it makes no sense, what does not fit stands in the comment."""
        told = {**row, "outer": f"{self.before}:{kind}:{row['outer']}"}
        told["responsible"] = self.staff.get(self.plan["users"].get(row.get("responsible", ""), 0), "")
        for name, noun in (("client_outer", "people"), ("company_outer", "companies")):
            told[name] = f"{self.before}:{noun}:{row[name]}" if row.get(name) else ""
        rest = [row.get("comment", "")]
        for name, tidy in (("phone", phones.normalise), ("email", tidy_email)):
            values = [value.strip() for value in row.get(name, "").split(";") if value.strip()]
            told[name] = "; ".join(value for value in values if tidy(value))
            rest += [value for value in values if not tidy(value)]
        told["comment"] = "\n".join(part for part in rest if part)
        return told if kind != "deals" else told | self._deal(row)

    def _deal(self, row: Mapping[str, str]) -> dict[str, str]:
        stage = self.stages.get(self.plan["stages"].get(f"{row['pipeline']}:{row['stage']}", 0))
        has_client = row.get("client_outer") or row.get("company_outer")
        return {
            "pipeline": stage.pipeline.name if stage else "", "stage": stage.name if stage else "",
            "reason": row.get("reason") or self.plan["no_reason"], "client": "" if has_client else row.get("name", ""),
        }  # fmt: skip


def _finish(one: Relocation, at: datetime) -> None:
    """Everything is fetched: each kind becomes an import, to be looked at and brought in."""
    known = Import.Known.OVERWRITE if one.since else Import.Known.FILL
    for kind in KINDS:
        path = file_of(one, kind)
        if one.places.get(kind, {}).get("rows"):
            made = imports.take_file(
                path, f"{one}: {Import.What(kind).label}", what=kind, layout=LAYOUT, by=one.by, at=at
            )
            mapping = {str(column): key for column, key in enumerate(COLUMNS[kind])}
            imports.choose(made, mapping, known=known, relocation=one, by=one.by, at=at)
        path.unlink(missing_ok=True)
    one.state = Relocation.State.FETCHED
    one.save(update_fields=["state"])
    record(
        facts.RELOCATION_FETCHED,
        at=at,
        by=one.by,
        title=str(one),
        rows=sum(each["rows"] for each in one.places.values()),
    )


def _later(one: Relocation, error: OutgoingError, at: datetime) -> None:
    if error.retry_after is None or one.failures >= len(PAUSES):
        _stop(one, error.reason)
        return
    one.next_at = at + timedelta(seconds=max(error.retry_after, PAUSES[one.failures]))
    one.failures, one.error = one.failures + 1, error.reason[:300]
    one.save(update_fields=["next_at", "failures", "error"])


def _stop(one: Relocation, why: str) -> None:
    one.state, one.error = Relocation.State.FAILED, why[:300]
    one.save(update_fields=["state", "error"])
