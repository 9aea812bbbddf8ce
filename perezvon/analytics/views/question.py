"""What every page of the funnel starts with: who asks, about which slice, from which moment of the store."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from perezvon.kit.clock import now

from ..access import scope_of
from ..asked import Asked, asked
from ..labels import Labels
from ..slices import Scope, Slice
from ..store.reading import Reading

NOTHING = Scope(departments=())


@dataclass
class Question:
    """The question of one request; all figures of the page come from the same ``reading``."""

    asked: Asked
    spec: Slice
    labels: Labels
    reading: Reading

    def address(self, name: str = "analytics:funnel", *args: Any, **more: str) -> str:
        """The address of a page about the same slice."""
        query = self.query + "".join(f"&{key}={quote_plus(value)}" for key, value in more.items() if value)
        return f"{reverse(name, args=args)}?{query}"

    @cached_property
    def query(self) -> str:
        """The period and the filters as an address has them; a page links to them a hundred times."""
        return urlencode(self.asked.pairs)


def question(request: HttpRequest, scope: Scope | None = None) -> Question:
    """Read the request; the rights are checked by the view's decorator before.

    ``scope`` replaces that of the right to look.
    """
    query = asked(request.GET, now=now(), tz=timezone.get_default_timezone())
    labels = Labels(scope or scope_of(request.user) or NOTHING)
    below = labels.below if "department" in query.chosen else None
    return Question(query, query.slice(labels.scope, below), labels, Reading.now())
