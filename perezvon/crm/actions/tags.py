"""Tags: marking clients, companies and deals, and keeping the words in order."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from perezvon.journey.actions import record
from perezvon.kit.texts import fold

from .. import facts
from ..models import Company, Deal, Person, Tag, Tagged
from .errors import Refused

Marked = Person | Company | Deal
LONGEST = 40
MOST = 30  # of one client


class TagTaken(Refused):
    """Two tags cannot be called the same."""


def tidy(names: Iterable[str]) -> list[str]:
    """Names as they are kept, each once however it is spelled."""
    found: dict[str, str] = {}
    for name in names:
        plain = " ".join(name.replace("\x00", "").replace(",", " ").split())[:LONGEST]
        if plain:
            found.setdefault(fold(plain), plain)
    return list(found.values())[:MOST]


def tags_called(names: Iterable[str], at: datetime) -> list[Tag]:
    """The tags with these names; a new one is made."""
    wanted = {fold(name): name for name in tidy(names)}
    if not wanted:
        return []
    known = Tag.objects.filter(name__folded__in=list(wanted))
    missing = wanted.keys() - {fold(tag.name) for tag in known}
    if missing:
        Tag.objects.bulk_create(
            (Tag(name=wanted[key], created_at=at) for key in sorted(missing)), ignore_conflicts=True
        )
    return list(Tag.objects.filter(name__folded__in=list(wanted)).order_by("name"))


def _whose(thing: Marked) -> str:
    return "person" if isinstance(thing, Person) else "company" if isinstance(thing, Company) else "deal"


def lay(thing: Marked, names: Iterable[str], *, by: Any, at: datetime) -> bool:
    """Leave exactly these tags on it, without a fact: part of a bigger action. Whether anything changed."""
    whose = {_whose(thing): thing}
    wanted = {tag.pk for tag in tags_called(names, at)}
    present = set(Tagged.objects.filter(**whose).values_list("tag_id", flat=True))
    Tagged.objects.filter(**whose, tag__in=present - wanted).delete()
    fresh = wanted - present
    Tagged.objects.bulk_create(
        (Tagged(tag_id=pk, by=by, at=at, **whose) for pk in sorted(fresh)), ignore_conflicts=True
    )
    return wanted != present


@transaction.atomic
def mark(thing: Marked, names: Iterable[str], *, by: Any, at: datetime) -> list[str]:
    """Put tags on; the names of those that were not there."""
    return _changed(thing, [tag for tag in tags_called(names, at) if _put(thing, tag, by, at)], by=by, at=at)


def stick(thing: Marked, names: Iterable[str], *, at: datetime) -> None:
    """Put tags on without a fact: part of a bigger action."""
    for tag in tags_called(names, at):
        _put(thing, tag, None, at)


def _put(thing: Marked, tag: Tag, by: Any, at: datetime) -> bool:
    _row, is_new = Tagged.objects.get_or_create(tag=tag, **{_whose(thing): thing}, defaults={"by": by, "at": at})
    return is_new


@transaction.atomic
def unmark(thing: Marked, names: Iterable[str], *, by: Any, at: datetime) -> list[str]:
    """Take tags off; the names of those that were there."""
    rows = Tagged.objects.filter(tag__name__folded__in=[fold(name) for name in tidy(names)], **{_whose(thing): thing})
    tags = [row.tag for row in rows.select_related("tag")]
    rows.delete()
    return _changed(thing, tags, by=by, at=at)


def _changed(thing: Marked, tags: list[Tag], *, by: Any, at: datetime) -> list[str]:
    """Say that the tags of one row have changed."""
    if tags:
        type(thing).objects.filter(pk=thing.pk).update(version=F("version") + 1)
        told = {"person": facts.PERSON_CHANGED, "company": facts.COMPANY_CHANGED, "deal": facts.DEAL_CHANGED}
        ids: dict[str, Any] = {f"{_whose(thing)}_id": thing.pk}
        if isinstance(thing, Deal):
            ids.update(person_id=thing.person_id, company_id=thing.company_id)
        record(told[_whose(thing)], at=at, by=by, fields=["tags"], tags=[tag.name for tag in tags], **ids)
    return [tag.name for tag in tags]


@transaction.atomic
def rename_tag(tag: Tag, name: str, *, by: Any, at: datetime) -> None:
    """Call a tag otherwise; a name that another tag has makes one of the two. TagTaken for no name at all."""
    plain = next(iter(tidy([name])), "")
    if not plain:
        raise TagTaken
    other = Tag.objects.filter(name__folded=fold(plain)).exclude(pk=tag.pk).first()
    if other is not None:
        for column in ("person", "company", "deal"):
            theirs = Tagged.objects.filter(tag=other, **{f"{column}__isnull": False}).values(column)
            Tagged.objects.filter(tag=tag, **{f"{column}__isnull": False}).exclude(**{f"{column}__in": theirs}).update(
                tag=other
            )
        tag.delete()
        tag = other
    try:
        with transaction.atomic():
            Tag.objects.filter(pk=tag.pk).update(name=plain)
    except IntegrityError as error:
        raise TagTaken from error
    record(facts.TAG_CHANGED, at=at, by=by, name=plain)


@transaction.atomic
def remove_tag(tag: Tag, *, by: Any, at: datetime) -> None:
    """Take a tag off everything."""
    record(facts.TAG_CHANGED, at=at, by=by, name=tag.name)
    tag.delete()
