"""A batch of rows becomes deals of clients who are found, or made, by number, address or the other CRM's key."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max

from perezvon.kit.texts import fold
from perezvon.staff.models import User

from ..actions import deals as verbs
from ..actions import tags
from ..actions.identity import Lead, identify_many
from ..actions.notes import add_note
from ..models import Company, Deal, Import, ImportResult, ImportRow, LostReason, OuterMove, Person, Stage
from .bulk import Copier
from .fields import Book, Wrong, own_of
from .outer import Known
from .people import ADDED, SKIPPED, UPDATED, Order, companies_of

_RESULTS = ("batch_id", "line", "state", "deal_id", "person_id", "before")
_CLOSED = (Stage.Kind.WON, Stage.Kind.LOST)
_AT_ONCE = timedelta(minutes=1)  # a history begins with the opening itself
_CLIENT = ("client", "company", "client_outer", "company_outer")
# What files of other CRMs call the ends of every pipeline, folded.
_ENDS = {
    **dict.fromkeys(("УСПЕШНО РЕАЛИЗОВАНО", "СДЕЛКА УСПЕШНА", "ВЫИГРАНА", "ОПЛАЧЕНО", "CLOSED - WON", "WON"), Stage.Kind.WON.value),
    **dict.fromkeys(("ЗАКРЫТО И НЕ РЕАЛИЗОВАНО", "СДЕЛКА ПРОВАЛЕНА", "ПРОИГРАНА", "ОТКАЗ", "CLOSED - LOST", "LOST"), Stage.Kind.LOST.value),
}  # fmt: skip


def book_of() -> tuple[dict[str, dict[str, tuple[int, str]]], dict[str, int]]:
    """(stages by pipeline, reasons of losses) as a Book has them."""
    stages: dict[str, dict[str, tuple[int, str]]] = {}
    rows = Stage.objects.filter(is_archived=False, pipeline__is_archived=False).select_related("pipeline")
    for stage in rows.order_by("-pipeline__is_default", "pipeline__order", "order", "id"):
        for name in (fold(stage.pipeline.name), *([""] if "" not in stages or stage.pipeline.is_default else [])):
            stages.setdefault(name, {})[fold(stage.name)] = stage.pk, stage.kind
    return stages, {fold(one.name): one.pk for one in LostReason.objects.filter(is_archived=False)}


def settled(values: dict[str, Any], has_number: bool, book: Book) -> dict[str, Any]:
    """The values of a deal with its stage and its reason found. Wrong when they make no sense together."""
    found = dict(values)
    stage, kind = _stage(str(found.pop("pipeline", "")), str(found.pop("stage", "")), book)
    found["stage"] = stage
    reason = str(found.get("reason", ""))
    if kind == Stage.Kind.LOST and fold(reason) not in book.reasons:
        raise Wrong("reason", reason)
    if kind != Stage.Kind.LOST:
        found.pop("reason", None)
    if not has_number and not any(found.get(key) for key in _CLIENT):
        raise Wrong("client", "")
    return found


def _stage(pipeline: str, name: str, book: Book) -> tuple[int, str]:
    stages = book.stages.get(fold(pipeline))
    if stages is None:
        raise Wrong("pipeline", pipeline)
    if fold(name) in stages:
        return stages[fold(name)]
    wanted = _ENDS.get(fold(name)) if name else Stage.Kind.OPEN.value
    found = next((each for each in stages.values() if each[1] == wanted), None)
    if found is None:
        raise Wrong("stage", name)
    return found


def bring(rows: Sequence[ImportRow], order: Order) -> dict[str, int]:
    """Bring the rows in, inside the caller's transaction; how many were added, updated, skipped."""
    counts, results = dict.fromkeys((ADDED, UPDATED, SKIPPED), 0), []
    known = Known([(row.values or {}).get("outer", "") for row in rows])
    clients = _Clients([row for row in rows if known.deal((row.values or {}).get("outer", "")) is None], order)
    for row in rows:
        values = row.values or {}
        deal, before = known.deal(values.get("outer", "")), None
        if deal is None:
            state, deal = ADDED, _open(row, values, clients, order)
            known.learn(values.get("outer", ""), deal)
        else:
            before = _change(deal, row, values, clients, order)
            state = UPDATED if before else SKIPPED
        counts[state] += 1
        told = json.dumps(before, ensure_ascii=False, default=str) if before else None
        person = deal.person_id if state == ADDED and deal.person_id in clients.made else None
        clients.made.discard(person or 0)
        results.append((order.batch.pk, row.line, state, deal.pk, person, told))
    known.save()
    Copier(ImportResult, _RESULTS).put(results)
    return counts


class _Clients:
    """Everything the rows refer to, found or made with a few statements; ``made`` are clients who were not here before."""

    def __init__(self, rows: Sequence[ImportRow], order: Order) -> None:
        told = [row.values or {} for row in rows]
        self.stages = {one.pk: one for one in Stage.objects.select_related("pipeline")}
        self.staff = {one.pk: one for one in User.objects.all()}
        self.reasons = {fold(one.name): one for one in LostReason.objects.all()}
        outer = Known([values.get(key, "") for values in told for key in ("client_outer", "company_outer")])
        names = companies_of({values["company"] for values in told if values.get("company")}, order)
        companies = {one.pk: one for one in Company.objects.filter(pk__in=names.values())}
        self.companies, self.people = {}, {}
        leads: list[tuple[int, Lead]] = []
        for row, values in zip(rows, told, strict=True):
            self.companies[row.line] = outer.company(values.get("company_outer", "")) or companies.get(
                names.get(values.get("company", ""), 0)
            )
            person = outer.person(values.get("client_outer", ""))
            if person is not None:
                self.people[row.line] = person
            elif row.phones or row.emails or values.get("client") or self.companies[row.line] is None:
                leads.append((row.line, _lead(row, values)))
        last = Person.objects.aggregate(last=Max("pk"))["last"] or 0
        ids = identify_many([lead for _line, lead in leads], at=order.at, batch=order.batch.pk)
        self.moves: dict[str, list[OuterMove]] = {}
        keys = {values["outer"] for values in told if values.get("outer")}
        for move in OuterMove.objects.filter(key__in=keys).order_by("at", "id") if keys else ():
            self.moves.setdefault(move.key, []).append(move)
        self.made = {pk for pk in ids if pk > last}
        cards = {one.pk: one for one in Person.objects.filter(pk__in=ids)}
        self.people |= {line: cards[pk] for (line, _lead), pk in zip(leads, ids, strict=True)}


def _first_stage(stage: Stage, path: Sequence[OuterMove], began: datetime, clients: _Clients) -> Stage:
    """Where the deal was opened: as its history tells, else where it is, else the pipeline's first stage."""
    told = [path[0].before_id] if path and path[0].before_id else [path[0].stage_id] if path else [stage.pk]
    if path and not path[0].before_id and path[0].at - began > _AT_ONCE:
        told = []
    found = next((one for pk in told if (one := clients.stages.get(pk)) and one.kind not in _CLOSED), None)
    return found or verbs.first_stage(stage.pipeline)


def _lead(row: ImportRow, values: Mapping[str, Any]) -> Lead:
    phone, email = (row.phones.split() or [""])[0], (row.emails.split() or [""])[0]
    name = values.get("client") or ("" if phone or email else row.name)
    return Lead(phone=phone, email=email, name=name, source_id=values.get("source"))


def _open(row: ImportRow, values: Mapping[str, Any], clients: _Clients, order: Order) -> Deal:
    """A deal as it was: opened when the file says, and closed when it says."""
    stage = clients.stages[values["stage"]]
    began = _moment(values.get("created")) or order.at
    is_open = stage.kind not in _CLOSED
    responsible = clients.staff.get(values.get("responsible") or order.batch.responsible_id or 0)
    company, person = clients.companies.get(row.line), clients.people.get(row.line)
    path = [move for move in clients.moves.get(values.get("outer", ""), ()) if move.stage_id in clients.stages]
    first = _first_stage(stage, path, began, clients)
    deal = verbs.open_deal(
        person=person, company=company, title=row.name or _title(person, company), at=began, stage=first, amount=Decimal(values.get("amount") or 0),
        responsible=responsible, source_id=values.get("source") or order.batch.source_id, own=own_of(values), batch=order.batch.pk,
    )  # fmt: skip
    for move in path:
        into = clients.stages[move.stage_id]
        if move.at > deal.stage_since and into.kind not in _CLOSED and into.pk != deal.stage_id:
            verbs.place_deal(deal, into, at=move.at, batch=order.batch.pk)
    last = max(deal.stage_since, path[-1].at if path else began)
    if not is_open:
        _close(deal, stage, values, max(deal.stage_since, _moment(values.get("closed")) or last), clients, order)
    elif deal.stage_id != stage.pk:
        verbs.place_deal(deal, stage, at=last, batch=order.batch.pk)
    if values.get("tags"):
        tags.stick(deal, values["tags"], at=order.at)
    if values.get("comment"):
        add_note(deal, values["comment"], by=clients.staff.get(order.by_id or 0), at=began, batch=order.batch.pk)
    return deal


def _title(person: Person | None, company: Company | None) -> str:
    return (str(company or person or ""))[:200] or "—"


def _close(deal: Deal, stage: Stage, values: Mapping[str, Any], at: datetime, clients: _Clients, order: Order) -> None:
    if stage.kind == Stage.Kind.WON:
        verbs.win_deal(deal, amount=deal.amount, at=at, stage=stage, batch=order.batch.pk)
        return
    reason = clients.reasons[fold(values["reason"])]
    comment = values.get("comment") or reason.name
    verbs.lose_deal(deal, reason=reason, comment=comment, at=at, stage=stage, batch=order.batch.pk)


def _change(
    deal: Deal, row: ImportRow, values: Mapping[str, Any], clients: _Clients, order: Order
) -> dict[str, list[Any]] | None:
    """What another fetching knows better of a deal that is here already: {column: [old, new]}, None = nothing."""
    if order.batch.known == Import.Known.SKIP:
        return None
    stage, before = clients.stages[values["stage"]], {}
    amount = Decimal(values.get("amount") or 0)
    wanted = {"title": row.name or deal.title, "amount": amount or deal.amount}
    news = {name: value for name, value in wanted.items() if getattr(deal, name) != value}
    if news and deal.status == Deal.Status.OPEN:
        before |= {name: [getattr(deal, name), value] for name, value in news.items()}
        verbs.change_deal(deal, news, version=deal.version, at=order.at, batch=order.batch.pk)
    if stage.pk != deal.stage_id and deal.status == Deal.Status.OPEN:
        before["stage_id"] = [deal.stage_id, stage.pk]
        at = max(deal.stage_since, _moment(values.get("closed")) or order.at)
        if stage.kind in (Stage.Kind.WON, Stage.Kind.LOST):
            _close(deal, stage, values, at, clients, order)
        else:
            verbs.place_deal(deal, stage, at=at, batch=order.batch.pk)
    return before or None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
