"""Which rows a person of the staff may see; the only way from a view to the tables."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Q

from perezvon.staff import access


class PersonQuerySet(models.QuerySet["Any"]):
    """People: the seller's own, the department's, all."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """Those that ``user`` has the right to ``verb``; a card that was merged into another is none."""
        return access.limit(self.filter(merged_into=None), user, "person", verb=verb)


class CompanyQuerySet(models.QuerySet["Any"]):
    """Companies, by the same scopes as people."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """Those that ``user`` has the right to ``verb``; a card that was merged into another is none."""
        return access.limit(self.filter(merged_into=None), user, "company", verb=verb)


class DealQuerySet(models.QuerySet["Any"]):
    """Deals; the open ones are what the board shows."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """Those that ``user`` has the right to ``verb``."""
        return access.limit(self, user, "deal", verb=verb)

    def open(self) -> Self:
        """Not won and not lost."""
        return self.filter(status="open")

    def without_next_action(self) -> Self:
        """Open deals for which nothing is planned."""
        return self.open().filter(next_action_at=None)


class TaskQuerySet(models.QuerySet["Any"]):
    """Tasks of one person or of a department."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """Those that ``user`` has the right to ``verb``; of private ones only his own."""
        mine = getattr(user, "pk", None) or 0
        own = Q(is_private=False) | Q(responsible=mine) | Q(created_by=mine)
        return access.limit(self, user, "task", verb=verb).filter(own)

    def watched_by(self, user: Any) -> Self:
        """Those that ``user`` watches: he sees them whatever his rights."""
        return self.filter(watchers__user=user.pk)

    def in_calendar(self, begin: datetime, end: datetime) -> Self:
        """Those whose slot overlaps the time from ``begin`` to ``end``."""
        from .task import LONGEST_SLOT

        return self.filter(starts_at__lt=end, starts_at__gt=begin - LONGEST_SLOT, ends_at__gt=begin)

    def open(self) -> Self:
        """Not done yet."""
        return self.filter(done_at=None)


class NoteQuerySet(models.QuerySet["Any"]):
    """Notes are seen by those who see what they are on."""

    def visible_to(self, user: Any) -> Self:
        """Notes on clients and deals that ``user`` may see."""
        from .deal import Deal
        from .party import Company, Person

        people = Person.objects.visible_to(user).values("pk")
        companies = Company.objects.visible_to(user).values("pk")
        deals = Deal.objects.visible_to(user).values("pk")
        return self.filter(Q(person__in=people) | Q(company__in=companies) | Q(deal__in=deals))


class ClientFileQuerySet(models.QuerySet["Any"]):
    """Files are seen by those who see what they are on."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """Files on clients and deals to which ``user`` may do ``verb``; removed ones are none."""
        from .deal import Deal
        from .party import Company, Person

        people = Person.objects.visible_to(user, verb).values("pk")
        companies = Company.objects.visible_to(user, verb).values("pk")
        deals = Deal.objects.visible_to(user, verb).values("pk")
        mine = Q(person__in=people) | Q(company__in=companies) | Q(deal__in=deals)
        return self.filter(mine, removed_at=None)


class ContactPointQuerySet(models.QuerySet["Any"]):
    """Contact points are seen by those who see one of the owners."""

    def visible_to(self, user: Any) -> Self:
        """Contact points of clients that ``user`` may see."""
        from .contact_point import ContactOwner

        owners = ContactOwner.objects.visible_to(user).values("point")
        return self.filter(pk__in=owners)


class ContactOwnerQuerySet(models.QuerySet["Any"]):
    """Who owns which contact point."""

    def visible_to(self, user: Any) -> Self:
        """Ownerships of clients that ``user`` may see."""
        from .party import Company, Person

        people = Person.objects.visible_to(user).values("pk")
        companies = Company.objects.visible_to(user).values("pk")
        return self.filter(Q(person__in=people) | Q(company__in=companies))

    def present(self) -> Self:
        """Those that are true now."""
        return self.filter(until=None)


class ImportQuerySet(models.QuerySet["Any"]):
    """Imports: one's own, or all for those who may load for everybody."""

    def visible_to(self, user: Any, verb: str = "import") -> Self:
        """Those that ``user`` has the right to ``verb``."""
        return access.limit(self, user, "person", verb=verb, owner="by", department="by__department")


class RelocationQuerySet(models.QuerySet["Any"]):
    """Moves from other CRMs: seen by those who may see the imports they become."""

    def visible_to(self, user: Any, verb: str = "import") -> Self:
        """Those that ``user`` has the right to ``verb``."""
        return access.limit(self, user, "person", verb=verb, owner="by", department="by__department")


class CadenceBreachQuerySet(models.QuerySet["Any"]):
    """Clients who were left alone for too long."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """Those of clients that ``user`` may see now; a breach of somebody's own stays his figure."""
        from .party import Person

        return self.filter(person__in=Person.objects.visible_to(user, verb).order_by().values("pk"))
