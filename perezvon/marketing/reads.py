"""What other rooms may ask about sources."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q

from perezvon.journey.statements import listed

from .models import LineSource, Source, Submission, UtmRule
from .utm import Rule, source_of

Asked = tuple[str, datetime]


def source_of_line(e164: str, at: datetime) -> int | None:
    """The source id that a dialled number belonged to at a moment; None when it had none."""
    return sources_of_lines([(e164, at)]).get((e164, at))


def sources_of_lines(asked: Iterable[Asked]) -> dict[Asked, int]:
    """The same for many (number, moment) pairs with one query; pairs without a source are left out."""
    pairs = {pair for pair in asked if pair[0]}
    spans: dict[str, list[tuple[datetime, datetime | None, int]]] = {}
    rows = LineSource.objects.filter(line__in={line for line, _at in pairs}).order_by("line", "since")
    for line, since, until, source_id in rows.values_list("line", "since", "until", "source_id"):
        spans.setdefault(line, []).append((since, until, source_id))
    found: dict[Asked, int] = {}
    for line, at in pairs:
        for since, until, source_id in spans.get(line, ()):
            if since <= at and (until is None or at < until):
                found[line, at] = source_id  # the latest beginning counts
    return found


def line_source_names(numbers: Iterable[str], at: datetime) -> dict[str, str]:
    """The name of the source that each of our numbers belongs to at a moment; those without one are left out."""
    found = sources_of_lines((number, at) for number in numbers)
    names = names_of(found.values())
    return {number: names[source] for (number, _at), source in found.items() if source in names}


def rules() -> list[Rule]:
    """All UTM rules."""
    columns = ("source_id", "utm_source", "utm_medium", "utm_campaign")
    return [Rule(*row) for row in UtmRule.objects.values_list(*columns).order_by()]


def source_of_utm(utm: dict[str, str]) -> int | None:
    """The source that UTM tags (without their prefix) lead to; None when no rule fits."""
    return source_of(utm, rules())


def names_of(source_ids: Iterable[int | None]) -> dict[int, str]:
    """Names of sources by id."""
    return dict(Source.objects.filter(pk__in={one for one in source_ids if one}).values_list("pk", "name"))


def sources() -> list[Source]:
    """Sources in use, by name; for filters and forms of other rooms."""
    return listed(Source, "WHERE NOT is_archived ORDER BY name")


def submissions(ids: Iterable[int]) -> dict[int, Submission]:
    """Submissions by id, with their forms."""
    return Submission.objects.select_related("form").in_bulk(list(ids))


def counts_of_forms(since: datetime) -> dict[int, Any]:
    """By form id: how many were accepted, rejected, spam and new since a moment, and the last one's time."""
    states = {state.value: Count("pk", filter=Q(state=state)) for state in Submission.State}
    rows = Submission.objects.filter(received_at__gte=since).values("form_id").order_by()
    return {row["form_id"]: row for row in rows.annotate(last=Max("received_at"), **states)}


def unmatched_tags(at: datetime, days: int = 30, limit: int = 20) -> list[dict[str, Any]]:
    """UTM tags of recent submissions that no rule knows, the most frequent first."""
    recent = Submission.objects.filter(received_at__gte=at - timedelta(days=days), state=Submission.State.DONE)
    rows = (
        recent.exclude(utm={})
        .values("utm__source", "utm__medium", "utm__campaign")
        .order_by()
        .annotate(count=Count("pk"))
        .order_by("-count")[:500]
    )
    known = rules()
    found = []
    for row in rows:
        values = (row["utm__source"], row["utm__medium"], row["utm__campaign"])
        tags = {tag: value or "" for tag, value in zip(("source", "medium", "campaign"), values, strict=True)}
        if source_of(tags, known) is None:
            found.append({**tags, "count": row["count"]})
    return found[:limit]
