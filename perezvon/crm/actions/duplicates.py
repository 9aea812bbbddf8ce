"""Pairs of people who may be one: found every night, looked at by people.

Certain signs come first: one phone or one e-mail of both, in the whole base. Names are compared only within blocks (people of
one company, or numbers that differ in the last digit), for the newest people every night and for the whole base in turn, a
slice of ids after another, so that a million clients cost a night no more than fifty thousand.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Max
from rapidfuzz import fuzz

from perezvon.kit.texts import fold

from ..models import CompanyPair, ContactOwner, DuplicatePair, Person
from .merging import PEOPLE, Side

Found = dict[tuple[int, int], tuple[int, list[str]]]  # pair of ids, the older first -> score, reasons

ALIKE = 88  # of 100: two spellings of one name
MOST = 5_000  # pairs a night
LONGEST_MS = 20_000  # of one statement
log = logging.getLogger(__name__)
_SHARED = """
SELECT a.person_id, b.person_id, p.kind FROM crm_contactowner a
  JOIN crm_contactowner b ON b.point_id = a.point_id AND b.person_id > a.person_id AND b.until IS NULL
  JOIN crm_contactpoint p ON p.id = a.point_id
  JOIN crm_person pa ON pa.id = a.person_id AND pa.merged_into_id IS NULL
  JOIN crm_person pb ON pb.id = b.person_id AND pb.merged_into_id IS NULL
 WHERE a.until IS NULL AND a.person_id IS NOT NULL
 LIMIT %s
"""
_COLLEAGUES = """
SELECT a.id, b.id, a.name, b.name FROM crm_person a
  JOIN crm_person b ON b.company_id = a.company_id AND b.id <> a.id
 WHERE a.id BETWEEN %(first)s AND %(last)s AND a.company_id IS NOT NULL AND a.name <> '' AND b.name <> ''
   AND a.merged_into_id IS NULL AND b.merged_into_id IS NULL
   AND similarity(translate(upper(a.name), 'Ё', 'Е'), translate(upper(b.name), 'Ё', 'Е')) > 0.4
 LIMIT %(most)s
"""
# One digit mistyped: the numbers agree in all but the last. The ten neighbours are a range of the unique index.
_NEAR = """
SELECT a.person_id, b.person_id, pa.name, pb.name FROM crm_contactowner a
  JOIN crm_contactpoint x ON x.id = a.point_id AND x.kind = 'phone' AND length(x.value) = 12
  JOIN crm_contactpoint y ON y.kind = 'phone' AND y.value >= left(x.value, 11) AND y.value <= left(x.value, 11) || '9'
       AND y.id <> x.id AND length(y.value) = 12
  JOIN crm_contactowner b ON b.point_id = y.id AND b.until IS NULL AND b.person_id <> a.person_id
  JOIN crm_person pa ON pa.id = a.person_id AND pa.name <> '' AND pa.merged_into_id IS NULL
  JOIN crm_person pb ON pb.id = b.person_id AND pb.name <> '' AND pb.merged_into_id IS NULL
 WHERE a.until IS NULL AND a.person_id BETWEEN %(first)s AND %(last)s
   AND similarity(translate(upper(pa.name), 'Ё', 'Е'), translate(upper(pb.name), 'Ё', 'Е')) > 0.4
 LIMIT %(most)s
"""
SLICE = 20_000  # people whose neighbours are looked at by one statement
SLICES = 10  # of the whole base a night, besides those who are new


def alike(one: str, other: str) -> int:
    """How alike two names are, 0..100, whatever the order of their words (token sort ratio)."""
    return round(fuzz.token_sort_ratio(fold(one), fold(other)))


def find_pairs(*, at: datetime) -> int:
    """Look for new pairs; those that people have judged are left alone. How many are new.

    Statement by statement, not in one transaction: a long one would hold back whoever reads the ledger.
    """
    found: Found = {}
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, [MOST])
        for first, second, kind in cursor.fetchall():
            note(found, first, second, 100 if kind == "phone" else 95, kind)
    for first, last in _slices(at):
        for sql, code in ((_COLLEAGUES, "company"), (_NEAR, "near")):
            for one, other, name, other_name in _in_time(sql, first, last):
                score = alike(name, other_name)
                if score >= ALIKE:
                    note(found, one, other, min(score, 94), code)
    return keep(DuplicatePair, found, at)


def _slices(at: datetime) -> list[tuple[int, int]]:
    """Ranges of ids to be looked at tonight: the newest people, and the next part of the whole base in turn."""
    last = Person.objects.aggregate(last=Max("pk"))["last"] or 0
    count = max(1, -(-last // SLICE))
    turn = at.date().toordinal() * SLICES
    chosen = {count - 1, *((turn + step) % count for step in range(min(SLICES, count)))}
    return [(number * SLICE + 1, (number + 1) * SLICE) for number in sorted(chosen)]


def _in_time(sql: str, first: int, last: int) -> list[tuple[int, int, str, str]]:
    """What the statement finds, or nothing when it would keep the database busy: the certain signs come anyway."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {LONGEST_MS}")
            cursor.execute(sql, {"first": first, "last": last, "most": MOST})
            rows = cursor.fetchall()
            cursor.execute("SET LOCAL statement_timeout = 0")
            return rows
    except OperationalError:
        log.warning("looking for duplicates took too long; only certain signs were looked at")
        return []


def note(found: Found, one: int, other: int, score: int, reason: str) -> None:
    """One more sign that the two are one."""
    key = (min(one, other), max(one, other))
    best, reasons = found.get(key, (0, []))
    found[key] = (max(best, score), reasons if reason in reasons else [*reasons, reason])


def keep(model: type[Any], found: Found, at: datetime) -> int:
    """Put pairs into the queue; those that are there already, judged or not, stay as they are. How many are new."""
    before = model.objects.count()
    model.objects.bulk_create(
        (
            model(first_id=first, second_id=second, score=score, reasons=reasons, at=at)
            for (first, second), (score, reasons) in found.items()
        ),
        ignore_conflicts=True,
    )
    return int(model.objects.count() - before)


def judge(pair: DuplicatePair | CompanyPair, *, by: Any) -> None:
    """Say that these are two different ones; the pair does not come back."""
    model = type(pair)
    model.objects.filter(pk=pair.pk, state=model.State.OPEN).update(state=model.State.DIFFERENT, by=by)


def visible_pairs(user: Any, side: Side = PEOPLE) -> Any:
    """Open pairs of which the person may change both cards."""
    mine = side.model.objects.visible_to(user, "edit").values("pk")
    rows = side.pairs.objects.filter(state=side.pairs.State.OPEN, first__in=mine, second__in=mine)
    rows = rows.select_related("first__responsible", "second__responsible")
    return rows.select_related("first__company", "second__company") if side is PEOPLE else rows


def with_points(cards: Iterable[Any], side: Side = PEOPLE) -> dict[int, list[tuple[str, str]]]:
    """(kind, value) of the present contact points of each card."""
    found: dict[int, list[tuple[str, str]]] = {}
    rows = ContactOwner.objects.filter(until=None, **{f"{side.noun}__in": list(cards)}).order_by("-is_primary", "id")
    for card, kind, value in rows.values_list(f"{side.noun}_id", "point__kind", "point__value"):
        found.setdefault(card, []).append((kind, value))
    return found
