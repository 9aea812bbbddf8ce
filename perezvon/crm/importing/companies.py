"""A batch of rows becomes companies: known by INN, else by phone or e-mail, else by name."""

import json
from collections.abc import Sequence
from typing import Any

from perezvon.journey.actions import NewFact, record_alike, record_many

from .. import facts
from ..actions import tags
from ..actions.contact_points import attach
from ..actions.custom import OWN, value_in, write
from ..actions.identity import EMAIL, PHONE
from ..models import Company, ContactOwner, Import, ImportResult, ImportRow
from . import outer
from .bulk import Copier
from .people import ADDED, SKIPPED, UPDATED, Order

COLUMNS = ("name", "inn", "responsible_id", "department_id", "region", "source_id", "comment")
_RESULTS = ("batch_id", "line", "state", "company_id", "before", "owners")
Key = tuple[str, str]


def bring(rows: Sequence[ImportRow], order: Order) -> dict[str, int]:
    """Bring the rows in, inside the caller's transaction; how many were added, updated, skipped."""
    known = _Known(rows) if order.batch.known != Import.Known.ADD else None
    keys_of = {row.line: (row.values or {}).get("outer", "") for row in rows}
    keyed = outer.Known(keys_of.values())
    named: dict[str, int] = {}
    counts, results = dict.fromkeys((ADDED, UPDATED, SKIPPED), 0), []
    added: list[NewFact] = []
    changed: list[int] = []
    for row in rows:
        wanted, keys = _wanted(row, order), _keys(row)
        company = keyed.company(keys_of[row.line]) or (known.find(wanted, keys) if known else None)
        before, owners = None, None
        if company is None:
            company = Company.objects.create(
                **wanted, created_at=(row.values or {}).get("created") or order.at, created_by_id=order.by_id
            )
            attach(company, keys, at=order.at)
            state = ADDED
            details = {"name": company.name, "batch": order.batch.pk}
            added.append(NewFact(facts.COMPANY_ADDED, order.at, order.by_id, company_id=company.pk, details=details))
        else:
            state, before, owners = _change(company, wanted, keys, order)
            if state == UPDATED:
                changed.append(company.pk)
        if known:
            known.learn(company, keys)
        if (key := keys_of[row.line]) and keyed.company(key) is None:
            named[key] = company.pk
        if row.values and row.values.get("tags"):
            tags.stick(company, row.values["tags"], at=order.at)
        counts[state] += 1
        told = json.dumps(before, ensure_ascii=False) if before is not None else None
        results.append((order.batch.pk, row.line, state, company.pk, told, owners or None))
    outer.remember("company_id", named)
    Copier(ImportResult, _RESULTS).put(results)
    record_many(added)
    record_alike(
        facts.COMPANY_CHANGED, at=order.at, by=order.by_id, company_ids=sorted(set(changed)), batch=order.batch.pk
    )
    return counts


def _wanted(row: ImportRow, order: Order) -> dict[str, Any]:
    card = order.fields_of(row.name, row.values or {}, {})
    card.pop("company_id")
    return {**card, "inn": (row.values or {}).get("inn", "")}


def _keys(row: ImportRow) -> list[Key]:
    return [(PHONE, value) for value in row.phones.split()] + [(EMAIL, value) for value in row.emails.split()]


class _Known:
    """The companies a batch may mean, read with three queries."""

    def __init__(self, rows: Sequence[ImportRow]) -> None:
        self.by_inn: dict[str, Company] = {}
        self.by_key: dict[Key, Company] = {}
        self.by_name: dict[str, Company] = {}
        inns = {(row.values or {}).get("inn", "") for row in rows} - {""}
        names = {row.name for row in rows} - {""}
        cards = Company.objects.select_related("merged_into").order_by("-pk")
        for company in cards.filter(inn__in=inns):
            self.by_inn[company.inn] = company.merged_into or company
        for company in cards.filter(name__in=names):
            self.by_name[company.name] = company.merged_into or company
        values = {value for row in rows for _kind, value in _keys(row)}
        owners = ContactOwner.objects.filter(until=None, company__isnull=False, point__value__in=values)
        for owner in owners.select_related("company", "point"):
            if owner.company is not None:
                self.by_key[owner.point.kind, owner.point.value] = owner.company

    def find(self, wanted: dict[str, Any], keys: Sequence[Key]) -> Company | None:
        """The surest match. A name is one only where INNs do not say otherwise."""
        inn = wanted["inn"]
        if inn and inn in self.by_inn:
            return self.by_inn[inn]
        by_key = next((self.by_key[key] for key in keys if key in self.by_key), None)
        found = by_key or self.by_name.get(wanted["name"])
        return None if found is not None and inn and found.inn and found.inn != inn else found

    def learn(self, company: Company, keys: Sequence[Key]) -> None:
        """Later rows of the batch may mean this one."""
        if company.inn:
            self.by_inn.setdefault(company.inn, company)
        if company.name:
            self.by_name.setdefault(company.name, company)
        for key in keys:
            self.by_key.setdefault(key, company)


def _change(
    company: Company, wanted: dict[str, Any], keys: Sequence[Key], order: Order
) -> tuple[str, dict[str, list[Any]] | None, list[int]]:
    """Fill in or overwrite; (state, what was there before, contact points given)."""
    if order.batch.known == Import.Known.SKIP:
        return SKIPPED, None, []
    overwrites = order.batch.known == Import.Known.OVERWRITE
    told = {name: value for name, value in wanted.items() if name != "custom"}
    told |= {f"{OWN}{key}": value for key, value in wanted["custom"].items()}
    news = {
        name: value
        for name, value in told.items()
        if value not in (None, "") and value != value_in(company, name) and (overwrites or value_in(company, name) in (None, ""))
    }  # fmt: skip
    before = {name: [value_in(company, name), value] for name, value in news.items()} or None
    if news:
        write(Company, company.pk, news)
        company.refresh_from_db()
    owners = [owner.pk for owner in attach(company, keys, at=order.at)]
    return (UPDATED if news or owners else SKIPPED), before, owners
