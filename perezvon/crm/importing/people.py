"""A batch of rows becomes people: who is known is found by phone and e-mail, who is not is added, in a few statements.

Safe beside calls, forms and other imports: the unique contact points are made first (``ON CONFLICT DO NOTHING`` waits for a
rival's commit), those that were there are locked, and only who holds the lock of a point without an owner makes a person
(the way of ``actions/identity.py``, in bulk).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models.functions import Coalesce

from perezvon.journey.actions import NewFact, record_alike, record_many
from perezvon.kit import phones

from .. import facts
from ..actions import tags
from ..actions.custom import OWN
from ..actions.identity import EMAIL, PHONE
from ..models import Company, ContactOwner, Import, ImportResult, ImportRow, Person
from . import outer
from .bulk import NULL, Copier, new_ids, text_of
from .fields import own_of

Key = tuple[str, str]
ADDED, UPDATED, SKIPPED = (ImportResult.State[name].value for name in ("ADDED", "UPDATED", "SKIPPED"))
# What a row may change on the card of a person who is known.
COLUMNS = ("name", "company_id", "responsible_id", "department_id", "region", "source_id", "comment")

_POINTS = """
INSERT INTO crm_contactpoint (kind, value, raw, extension, region, operator, is_valid, created_at)
SELECT k.kind, k.value, '', '', k.region, k.operator, true, %s
  FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS k (kind, value, region, operator)
ON CONFLICT DO NOTHING RETURNING id, kind, value
"""
_HELD = """
SELECT p.id, p.kind, p.value FROM crm_contactpoint p
  JOIN unnest(%s::text[], %s::text[]) AS k (kind, value) ON p.kind = k.kind AND p.value = k.value
 ORDER BY p.id FOR NO KEY UPDATE OF p
"""
_OWNERS = """
SELECT o.point_id, o.person_id FROM crm_contactowner o JOIN crm_person p ON p.id = o.person_id
 WHERE o.point_id = ANY(%s) AND o.until IS NULL
 ORDER BY p.last_contact_at NULLS FIRST, o.person_id DESC
"""
_CARDS = f"SELECT id, {', '.join(COLUMNS)}, custom::text, entered_at FROM crm_person WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_CHANGE = """
UPDATE crm_person p
   SET name = n.name, company_id = n.company_id, responsible_id = n.responsible_id, department_id = n.department_id,
       region = n.region, source_id = n.source_id, comment = n.comment, custom = n.custom::jsonb,
       entered_at = coalesce(p.entered_at, %(at)s), version = p.version + 1
  FROM unnest(%(ids)s::bigint[], %(name)s::text[], %(company_id)s::bigint[], %(responsible_id)s::bigint[],
              %(department_id)s::bigint[], %(region)s::text[], %(source_id)s::bigint[], %(comment)s::text[], %(custom)s::text[])
       AS n (id, name, company_id, responsible_id, department_id, region, source_id, comment, custom)
 WHERE p.id = n.id
"""
_PEOPLE = ("id", *COLUMNS, "custom", "created_at", "created_by_id", "entered_at")

_OWNED = ("id", "point_id", "person_id", "is_primary", "since")
_RESULTS = ("batch_id", "line", "state", "person_id", "before", "owners")


@dataclass(slots=True)
class Line:
    """A row of the file on its way to a person. ``person`` is an id, of one who is known or one about to be made."""

    number: int
    name: str
    keys: list[Key]
    values: dict[str, Any]
    person: int = 0
    state: str = ""
    before: dict[str, list[Any]] | None = None
    owners: list[int] = field(default_factory=list)

    @property
    def region(self) -> str:
        """What the first phone tells."""
        return next((phones.region_of(value)[:120] for kind, value in self.keys if kind == PHONE), "")


@dataclass(frozen=True, slots=True)
class Order:
    """What is the same for every row of an import."""

    batch: Import
    by_id: int | None
    departments: Mapping[int, int | None]
    at: datetime

    @property
    def is_plain(self) -> bool:
        """Whether cards get nothing but what their row says."""
        return not self.batch.responsible_id and not self.batch.source_id

    def fields(self, line: Line, companies: dict[str, int]) -> dict[str, Any]:
        """The columns of a person's card as the row has them; None and "" = the file does not say."""
        return self.fields_of(line.name, line.values, companies)

    def fields_of(self, name: str, values: Mapping[str, Any], companies: Mapping[str, int]) -> dict[str, Any]:
        """The columns of a card, from a name and the understood values."""
        responsible = values.get("responsible") or self.batch.responsible_id
        return {
            "name": name,
            "company_id": companies.get(values.get("company_outer", "")) or companies.get(values.get("company", "")),
            "responsible_id": responsible,
            "department_id": self.departments.get(responsible) if responsible else None,
            "region": values.get("region", ""),
            "source_id": values.get("source") or self.batch.source_id,
            "comment": values.get("comment", ""),
            "custom": own_of(values) if values else {},
        }


def bring(rows: Sequence[ImportRow], order: Order) -> dict[str, int]:
    """Bring the rows in, inside the caller's transaction; how many were added, updated, skipped."""
    lines = [_line(row) for row in rows]
    points, fresh = _points(lines, order.at)
    adds = order.batch.known == Import.Known.ADD
    owned = {} if adds else _owners([pk for pk in points.values() if pk not in fresh])
    keyed = outer.ids_of("person_id", {line.values["outer"] for line in lines if line.values.get("outer")})
    newcomers = _match(lines, points, owned, keyed, adds)
    companies = companies_of({line.values["company"] for line in lines if line.values.get("company")}, order)
    companies |= outer.ids_of(
        "company_id", {line.values["company_outer"] for line in lines if line.values.get("company_outer")}
    )
    _add(newcomers, companies, order)
    known = [line for line in lines if line.state != ADDED]
    _change(known, companies, order)
    _own(lines, points, order)
    _results_of(lines, order)
    _extras(lines, keyed, order)
    record_alike(
        facts.PERSON_ADDED, at=order.at, by=order.by_id, person_ids=[line.person for line in newcomers],
        batch=order.batch.pk,
    )  # fmt: skip
    changed = sorted({line.person for line in known if line.state == UPDATED})
    record_alike(facts.PERSON_CHANGED, at=order.at, by=order.by_id, person_ids=changed, batch=order.batch.pk)
    counts = dict.fromkeys((ADDED, UPDATED, SKIPPED), 0)
    for line in lines:
        counts[line.state] += 1
    return counts


def _extras(lines: Sequence[Line], keyed: Mapping[str, int], order: Order) -> None:
    """What only few rows have: another CRM's keys, and tags."""
    new = {line.values["outer"]: line.person for line in lines if line.values.get("outer", "") not in ("", *keyed)}
    if new:
        outer.remember("person_id", new)
    tagged = {line.person: line.values["tags"] for line in lines if line.values.get("tags")}
    for person in Person.objects.filter(pk__in=tagged) if tagged else ():
        tags.stick(person, tagged[person.pk], at=order.at)


def _line(row: ImportRow) -> Line:
    keys = [(PHONE, value) for value in row.phones.split()] + [(EMAIL, value) for value in row.emails.split()]
    return Line(row.line, row.name, keys, row.values or {})


def _points(lines: Sequence[Line], at: datetime) -> tuple[dict[Key, int], set[int]]:
    """The contact point of every key, made where there is none or locked where there is; and which are new."""
    keys = sorted({key for line in lines for key in line.keys})
    if not keys:
        return {}, set()
    kinds, values = [kind for kind, _value in keys], [value for _kind, value in keys]
    regions = [phones.region_of(value)[:120] if kind == PHONE else "" for kind, value in keys]
    operators = [phones.operator_of(value)[:80] if kind == PHONE else "" for kind, value in keys]
    with connection.cursor() as cursor:
        cursor.execute(_POINTS, [at, kinds, values, regions, operators])
        made = {(kind, value): pk for pk, kind, value in cursor.fetchall()}
        missing = [key for key in keys if key not in made] if len(made) < len(keys) else []
        points = dict(made)
        if missing:
            cursor.execute(_HELD, [[kind for kind, _v in missing], [value for _k, value in missing]])
            points |= {(kind, value): pk for pk, kind, value in cursor.fetchall()}
    return points, set(made.values())


def _owners(points: Sequence[int]) -> dict[int, int]:
    """The present owner of each point; of several the one contacted most recently."""
    if not points:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_OWNERS, [list(points)])
        return dict(cursor.fetchall())


def _match(
    lines: Sequence[Line], points: dict[Key, int], owned: dict[int, int], keyed: Mapping[str, int], adds: bool
) -> list[Line]:
    """Say who each line is; two lines with a common number are one person. The lines that make somebody new."""
    by_key = {key: owned[pk] for key, pk in points.items() if pk in owned}
    unknown = sum(not any(key in by_key for key in line.keys) for line in lines)
    newcomers, waiting = [], iter(new_ids(Person, len(lines) if adds else unknown))
    for line in lines:
        person = keyed.get(line.values.get("outer", ""), 0) if keyed else 0
        person = person or (0 if adds else next((by_key[key] for key in line.keys if key in by_key), 0))
        if not person:
            person, line.state = next(waiting), ADDED
            newcomers.append(line)
        line.person = person
        for key in line.keys:
            by_key.setdefault(key, person)
    return newcomers


def _add(newcomers: Sequence[Line], companies: dict[str, int], order: Order) -> None:
    tail = "\t".join(map(text_of, (order.by_id, order.at)))
    Copier(Person, _PEOPLE).put_texts(_card_text(line, companies, order, tail) for line in newcomers)


def _card_text(line: Line, companies: dict[str, int], order: Order, tail: str) -> str:
    """A new card as COPY takes it; the commonest row, one with a name and a phone, in one step."""
    created = text_of(line.values.get("created") or order.at)
    region = line.region
    if not line.values and order.is_plain:
        return f"{line.person}\t{text_of(line.name)}\t{NULL}\t{NULL}\t{NULL}\t{text_of(region)}\t{NULL}\t\t{{}}\t{created}\t{tail}"
    card = order.fields(line, companies)
    card["region"] = card["region"] or region
    card["custom"] = json.dumps(card["custom"], ensure_ascii=False)
    return "\t".join([str(line.person), *map(text_of, card.values()), created, tail])


def _change(known: Sequence[Line], companies: dict[str, int], order: Order) -> None:
    """What the file knows better of people who were here, or were added by an earlier line of this batch."""
    for line in known:
        line.state = SKIPPED
    if not known or order.batch.known == Import.Known.SKIP:
        return
    overwrites = order.batch.known == Import.Known.OVERWRITE
    with connection.cursor() as cursor:
        cursor.execute(_CARDS, [sorted({line.person for line in known})])
        cards = {
            row[0]: dict(zip((*COLUMNS, "custom", "entered_at"), row[1:], strict=True)) for row in cursor.fetchall()
        }
    for known_card in cards.values():
        known_card["custom"] = json.loads(known_card["custom"])
    changed: dict[int, dict[str, Any]] = {}
    for line in known:
        card = cards.get(line.person)
        wanted = order.fields(line, companies)
        if card is None:
            continue
        own = wanted.pop("custom")
        news = _news(card, wanted, overwrites)
        own_news = _news(card["custom"], own, overwrites)
        if news or own_news or card["entered_at"] is None:
            line.before = {name: [card[name], value] for name, value in news.items()} | {
                f"{OWN}{key}": [card["custom"].get(key), value] for key, value in own_news.items()
            }
            line.state = UPDATED
            card |= news | {"entered_at": order.at, "custom": card["custom"] | own_news}
            changed[line.person] = card
    if changed:
        columns = {name: [card[name] for card in changed.values()] for name in COLUMNS}
        columns["custom"] = [json.dumps(card["custom"], ensure_ascii=False) for card in changed.values()]
        with connection.cursor() as cursor:
            cursor.execute(_CHANGE, {"at": order.at, "ids": list(changed), **columns})


def _news(card: Mapping[str, Any], wanted: Mapping[str, Any], overwrites: bool) -> dict[str, Any]:
    """What of the wanted values is to be written."""
    return {
        name: value for name, value in wanted.items()
        if value not in (None, "") and value != card.get(name) and (overwrites or card.get(name) in (None, ""))
    }  # fmt: skip


def _own(lines: Sequence[Line], points: dict[Key, int], order: Order) -> None:
    """Each person becomes an owner of his contact points; the first of a kind is the primary one."""
    skips = order.batch.known == Import.Known.SKIP
    givers = [line for line in reversed(lines) if line.state == ADDED or not skips]
    wanted = {(points[key], line.person): (line, key) for line in givers for key in line.keys}
    theirs = _present({line.person for line in lines if line.state != ADDED})
    kinds = {(person, kind) for person, kind, _point in theirs}
    new = [(pair, *wanted[pair]) for pair in wanted if (pair[1], wanted[pair][1][0], pair[0]) not in theirs]
    fresh: list[str] = []
    late: list[tuple[Any, ...]] = []
    since, given = text_of(order.at), iter(new_ids(ContactOwner, sum(line.state != ADDED for _pair, line, _key in new)))
    for (point, person), line, key in reversed(new):
        first = (person, key[0]) not in kinds
        kinds.add((person, key[0]))
        if line.state == ADDED:
            fresh.append(f"{point}\t{person}\t{'t' if first else 'f'}\t{since}")
        else:
            line.owners.append(next(given))
            line.state = UPDATED
            late.append((line.owners[-1], point, person, first, order.at))
    Copier(ContactOwner, _OWNED[1:]).put_texts(fresh)
    Copier(ContactOwner, _OWNED).put(late)


def _present(people: Iterable[int]) -> set[tuple[int, str, int]]:
    """(person, kind, point) of what these people own now."""
    rows = ContactOwner.objects.filter(person__in=list(people), until=None)
    return set(rows.values_list("person_id", "point__kind", "point_id"))


def companies_of(names: set[str], order: Order) -> dict[str, int]:
    """The companies with these names, made where there are none."""
    if not names:
        return {}
    rows = Company.objects.filter(name__in=names).order_by("-pk")
    found = dict(rows.values_list("name", Coalesce("merged_into_id", "pk")))
    missing = sorted(names - found.keys())
    made = Company.objects.bulk_create(
        Company(name=name, created_at=order.at, created_by_id=order.by_id) for name in missing
    )
    record_many(
        NewFact(facts.COMPANY_ADDED, order.at, by_id=order.by_id, company_id=one.pk, details=_of(one.name, order))
        for one in made
    )
    return found | {company.name: company.pk for company in made}


def _of(name: str, order: Order) -> dict[str, Any]:
    return {"name": name, "batch": order.batch.pk}


def _results_of(lines: Sequence[Line], order: Order) -> None:
    start = f"{order.batch.pk}\t"
    Copier(ImportResult, _RESULTS).put_texts(start + _result_text(line) for line in lines)


def _result_text(line: Line) -> str:
    before = text_of(json.dumps(line.before, ensure_ascii=False)) if line.before is not None else NULL
    return f"{line.number}\t{line.state}\t{line.person}\t{before}\t{text_of(line.owners or None)}"
