"""Whom another CRM's keys mean here: looked up, learned and kept a batch at a time."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F

from ..models import Company, Deal, OuterKey, Person


class Known:
    """What these keys meant when the batch began, and what they came to mean since."""

    def __init__(self, keys: Iterable[str]) -> None:
        rows = OuterKey.objects.filter(key__in={key for key in keys if key})
        self._rows = {
            row.key: row for row in rows.select_related("person__merged_into", "company__merged_into", "deal")
        }
        self._new: dict[str, Any] = {}

    def person(self, key: str) -> Person | None:
        """The client, or the one he was merged into."""
        found = self._rows[key].person if key in self._rows else None
        return (found.merged_into or found) if found else None

    def company(self, key: str) -> Company | None:
        """The company, or the one it was merged into."""
        found = self._rows[key].company if key in self._rows else None
        return (found.merged_into or found) if found else None

    def deal(self, key: str) -> Deal | None:
        """The deal."""
        return self._new.get(key) or (self._rows[key].deal if key in self._rows else None)

    def learn(self, key: str, deal: Deal) -> None:
        """From now on the key means this deal."""
        if key:
            self._new[key] = deal

    def save(self) -> None:
        """Keep what was learned."""
        remember("deal_id", {key: deal.pk for key, deal in self._new.items()})


def remember(column: str, ids: Mapping[str, int]) -> None:
    """Keep whom these keys mean; ``column`` is person_id, company_id or deal_id."""
    rows = [OuterKey(key=key, **{column: pk}) for key, pk in ids.items()]
    OuterKey.objects.bulk_create(rows, update_conflicts=True, unique_fields=["key"], update_fields=[column])


def ids_of(column: str, keys: Iterable[str]) -> dict[str, int]:
    """{key: id} of those that are known; of a merged card the one that stayed."""
    noun = column.removesuffix("_id")
    rows = OuterKey.objects.filter(key__in={key for key in keys if key}, **{f"{noun}__isnull": False})
    merged = rows.values_list("key", column, F(f"{noun}__merged_into"))
    return {key: into or pk for key, pk, into in merged}
