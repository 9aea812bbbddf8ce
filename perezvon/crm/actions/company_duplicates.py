"""Pairs of companies that may be one: the same INN, phone or address, an own domain of mail, or a name that differs little.

Names are compared without the legal form ("ООО «Ромашка»" is "Ромашка"), only within blocks that begin or end alike, so that
the work grows with the number of companies and not with its square. Two different INNs are two companies, however they are
called.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations

from django.db import connection
from rapidfuzz import fuzz

from perezvon.kit.texts import fold

from ..models import Company, CompanyPair
from .duplicates import ALIKE, MOST, Found, keep, note

CROWD = 200  # names in a block: more of them say that its letters are common, not that the companies are alike
FAMILY = 8  # companies with one domain of mail: more of them share a provider, not an owner
_FORMS = {
    "ооо", "оао", "зао", "пао", "ао", "ип", "нко", "ано", "гуп", "муп", "фгуп", "тоо", "чп", "тд", "тк", "гк", "нпо",
    "общество", "с", "ограниченной", "ответственностью", "акционерное", "закрытое", "открытое", "публичное",
    "индивидуальный", "предприниматель", "торговый", "дом", "группа", "компаний", "компания", "фирма",
    "ltd", "llc", "inc", "gmbh", "co", "corp", "company", "limited", "plc", "ag", "sa", "srl", "oy",
}  # fmt: skip
# Providers of mail at which anybody may have a box.
PUBLIC = (
    "mail.ru", "inbox.ru", "list.ru", "bk.ru", "internet.ru", "xmail.ru", "yandex.ru", "ya.ru", "yandex.com", "yandex.by",
    "yandex.kz", "yandex.ua", "narod.ru", "rambler.ru", "lenta.ru", "autorambler.ru", "myrambler.ru", "ro.ru", "vk.com",
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "live.ru", "msn.com", "yahoo.com", "icloud.com",
    "me.com", "mac.com", "aol.com", "gmx.com", "gmx.de", "web.de", "proton.me", "protonmail.com", "tut.by", "ukr.net",
    "bigmir.net", "i.ua", "mail.com", "zoho.com", "qip.ru", "pochta.ru", "e1.ru", "ngs.ru", "nm.ru",
)  # fmt: skip
_SAME_INN = """
SELECT a.id, b.id, 'inn' FROM crm_company a
  JOIN crm_company b ON b.inn = a.inn AND b.id > a.id AND b.merged_into_id IS NULL
 WHERE a.inn <> '' AND a.merged_into_id IS NULL
"""
_SHARED = """
SELECT a.company_id, b.company_id, p.kind FROM crm_contactowner a
  JOIN crm_contactowner b ON b.point_id = a.point_id AND b.company_id > a.company_id AND b.until IS NULL
  JOIN crm_contactpoint p ON p.id = a.point_id
  JOIN crm_company ca ON ca.id = a.company_id AND ca.merged_into_id IS NULL
  JOIN crm_company cb ON cb.id = b.company_id AND cb.merged_into_id IS NULL
 WHERE a.until IS NULL AND a.company_id IS NOT NULL
"""
# The addresses of a company and of the people who work there.
_DOMAIN = """
WITH boxes AS (
  SELECT DISTINCT split_part(p.value, '@', 2) AS domain, c.id FROM crm_contactowner o
    JOIN crm_contactpoint p ON p.id = o.point_id AND p.kind = 'email'
    LEFT JOIN crm_person who ON who.id = o.person_id
    JOIN crm_company c ON c.id = coalesce(o.company_id, who.company_id) AND c.merged_into_id IS NULL
   WHERE o.until IS NULL AND split_part(p.value, '@', 2) <> ALL(%(public)s)),
own AS (SELECT domain FROM boxes GROUP BY domain HAVING count(*) BETWEEN 2 AND %(family)s)
SELECT a.id, b.id, 'domain' FROM own
  JOIN boxes a ON a.domain = own.domain JOIN boxes b ON b.domain = own.domain AND b.id > a.id
"""
# What is in the queue, or was judged, takes no place of what is new.
_NEW = """
SELECT found.* FROM ({sql}) AS found (first, second, reason)
 WHERE NOT EXISTS (SELECT 1 FROM crm_companypair p WHERE p.first_id = found.first AND p.second_id = found.second)
 LIMIT %(most)s
"""
_SCORES = {"inn": 100, "phone": 98, "email": 97, "domain": 80}


def bare(name: str) -> str:
    """The name without legal forms and quotes, its words in order; all of it when nothing else is there."""
    words = re.findall(r"[^\W_]+", fold(name).lower())
    return " ".join(sorted(word for word in words if word not in _FORMS) or sorted(words))


def find_company_pairs(*, at: datetime) -> int:
    """Look for new pairs; those that were judged are left alone. How many are new."""
    found: Found = {}
    with connection.cursor() as cursor:
        for sql in (_SAME_INN, _SHARED, _DOMAIN):
            cursor.execute(_NEW.format(sql=sql), {"most": MOST, "public": list(PUBLIC), "family": FAMILY})
            for first, second, reason in cursor.fetchall():
                note(found, first, second, _SCORES.get(reason, 90), reason)
    known = set(CompanyPair.objects.values_list("first_id", "second_id"))
    for first, second, score in _alike():
        if (first, second) not in known:
            note(found, first, second, score, "name")
        if len(found) >= 2 * MOST:
            break
    return keep(CompanyPair, found, at)


def _alike() -> Iterator[tuple[int, int, int]]:
    """(id, id, score) of companies whose bare names are alike and whose INNs do not say otherwise."""
    names: dict[int, tuple[str, str]] = {}
    blocks: dict[str, list[int]] = {}
    rows = Company.objects.filter(merged_into=None).exclude(name="").order_by("pk").values_list("pk", "name", "inn")
    for pk, name, inn in rows.iterator(chunk_size=5_000):
        plain = bare(name)
        names[pk] = (plain, inn)
        longest = max(plain.split(), key=len, default="")
        for key in {f"<{longest[:4]}", f"{longest[-4:]}>"}:
            blocks.setdefault(key, []).append(pk)
    for ids in blocks.values():
        for first, second in combinations(ids, 2) if len(ids) <= CROWD else _same(ids, names):
            (one, inn), (other, other_inn) = names[first], names[second]
            if inn and other_inn and inn != other_inn:
                continue
            score = round(fuzz.ratio(one, other, score_cutoff=ALIKE))
            if score:
                yield first, second, min(score, 94)


def _same(ids: list[int], names: dict[int, tuple[str, str]]) -> Iterator[tuple[int, int]]:
    """Of a crowd, those who are called exactly the same."""
    by_name: dict[str, list[int]] = {}
    for pk in ids:
        by_name.setdefault(names[pk][0], []).append(pk)
    for alike in by_name.values():
        yield from combinations(alike[:FAMILY], 2)
