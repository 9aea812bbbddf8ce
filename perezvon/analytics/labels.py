"""Names of the values of dimensions, and what may be chosen in the filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perezvon.crm.models import Product
from perezvon.kit.periods import Period
from perezvon.marketing.models import Source
from perezvon.staff.models import Department, User

from .asked import NOT_KNOWN
from .slices import JOURNEYS, Scope, Slice

if TYPE_CHECKING:
    from .store.reading import Reading

CHANNELS = {
    "call": gettext_lazy("Call"),
    "form": gettext_lazy("Site form"),
    "message": gettext_lazy("Message"),
    "mail": gettext_lazy("Mail"),
}
MOST = 200  # words of a text dimension offered in a filter


@dataclass
class Labels:
    """The dictionaries of one page, each read once when it is needed."""

    scope: Scope = field(default_factory=Scope)

    @cached_property
    def departments(self) -> list[tuple[int, str, str]]:
        """(id, name, path) of the departments in sight, as a tree."""
        rows = Department.objects.order_by("path").values_list("pk", "name", "path")
        if self.scope.is_everything:
            return list(rows)
        return list(rows.filter(pk__in=self.scope.departments or ()))

    @cached_property
    def below(self) -> Mapping[int, tuple[int, ...]]:
        """The departments of the subtree of each department in sight."""
        return {
            pk: tuple(each for each, _name, deeper in self.departments if deeper.startswith(path))
            for pk, _name, path in self.departments
        }

    @cached_property
    def people(self) -> list[tuple[int, str]]:
        rows = User.objects.order_by("name", "pk")
        if not self.scope.is_everything:
            rows = rows.filter(department__in=self.scope.departments or ()) | rows.filter(pk=self.scope.responsible)
        return list(rows.values_list("pk", "name"))

    @cached_property
    def sources(self) -> list[tuple[int, str]]:
        return list(Source.objects.order_by("name").values_list("pk", "name"))

    @cached_property
    def products(self) -> list[tuple[int, str]]:
        return list(Product.objects.order_by("name").values_list("pk", "name"))

    def names(self, key: str) -> dict[Any, str]:
        """The values of a dimension of ids with their names."""
        if key == "department":
            return {pk: name for pk, name, _path in self.departments}
        if key == "is_new":
            return {1: _("New clients"), 0: _("Returning clients")}
        if key == "channel":
            return {code: str(name) for code, name in CHANNELS.items()}
        return dict(self._pairs(key))

    def _pairs(self, key: str) -> list[tuple[int, str]]:
        if key == "source":
            return self.sources
        if key == "product":
            return self.products
        return self.people if key == "responsible" else []

    def label(self, key: str, value: Any) -> str:
        """The name of a value; words for what is not known."""
        if value is None or value == "":
            return _("not known")
        return self.names(key).get(value) or (str(value) if key in ("region", "channel") else f"#{value}")

    def choices(self, key: str, spec: Slice, reading: Reading) -> list[tuple[str, str]]:
        """What may be chosen in the filter of a dimension: (text of the address, name)."""
        if key == "region":
            pairs = [(word, word) for word in _regions(spec, reading)]
        elif key == "department":
            pairs = [(str(pk), "\u2003" * max(0, path.count("/") - 2) + name) for pk, name, path in self.departments]
        else:
            pairs = [(str(value), name) for value, name in self.names(key).items()]
        return pairs if key in ("is_new", "channel", "department") else [*pairs, (NOT_KNOWN, _("not known"))]


_known_regions: dict[tuple[int, Scope], list[str]] = {}


def _regions(spec: Slice, reading: Reading) -> list[str]:
    """The commonest regions in the store; remembered until the store is poured again."""
    key = (reading.manifest.version, spec.scope)
    found = _known_regions.get(key)
    if found is None:
        whole = Period(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
        rows = reading.counted(Slice(whole, by=("region",), measures=("journeys",), grain=JOURNEYS, scope=spec.scope))
        common = sorted(rows, key=lambda row: -int(row[1]))[:MOST]
        found = sorted((str(word) for word, _count in common if word), key=str.casefold)
        if reading.manifest.version:
            if len(_known_regions) > 100:
                _known_regions.clear()
            _known_regions[key] = found
    return found
