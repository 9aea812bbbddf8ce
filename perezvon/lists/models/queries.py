"""Which views, selections and jobs a person may see."""

from typing import Any, Self

from django.db import models
from django.db.models import Q

from perezvon.staff import access


class SharedQuerySet(models.QuerySet["Any"]):
    """Things that belong to one person and may be shared."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """One's own, and to look at also those shared with everybody or with a department one stands in or below.

        Whoever keeps the product in order may change those that are shared.
        """
        own = Q(owner=user.pk)
        shared = Q(sharing="all") | Q(sharing="department", department__in=access.above(user))
        if verb != "view" and not access.is_administrator(user):
            return self.filter(own)
        return self.filter(own | shared)


class JobQuerySet(models.QuerySet["Any"]):
    """What was done to many rows, or carried out in files."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """One's own; the journal's readers see those of the people in their scope."""
        in_scope = access.limit(type(self)(self.model), user, "journal", verb, owner="by")
        return self.filter(Q(by=user.pk) | Q(pk__in=in_scope.values("pk")))
