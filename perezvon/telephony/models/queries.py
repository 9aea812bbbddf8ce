"""Which rows a person of the staff may see; the only way from a view to the tables."""

from typing import Any, Self

from django.db import models

from perezvon.staff import access


class CallQuerySet(models.QuerySet["Any"]):
    """Calls: one's own and one's clients', the department's, all."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """Those that ``user`` has the right to ``verb``."""
        return access.limit(self, user, "call", verb=verb, owner=("user", "person__responsible"))

    def live(self) -> Self:
        """Those that last."""
        return self.exclude(state="ended")

    def of(self, person_id: int) -> Self:
        """Those of one client, the newest first."""
        return self.filter(person_id=person_id).order_by("-started_at", "-id")


class ProviderQuerySet(models.QuerySet["Any"]):
    """Connected exchanges: for those who look after them."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """All or none: exchanges have no owner."""
        return access.limit(self, user, "provider", verb=verb, owner=None)

    def own(self) -> Self:
        """Those that we bring, configure and run ourselves: their routes are set here."""
        return self.filter(kind="asterisk", settings__own__in=(True, "true", "1", "yes", "on"))


class RecordingQuerySet(models.QuerySet["Any"]):
    """Recordings: heard by whoever may listen to their call."""

    def visible_to(self, user: Any, verb: str = "listen") -> Self:
        """Those of calls to which ``user`` may do ``verb``."""
        owner = ("call__user", "call__person__responsible")
        return access.limit(self, user, "call", verb=verb, owner=owner, department="call__department")

    def shown(self) -> Self:
        """Those that a page speaks of: not the empty ones that unanswered calls leave behind."""
        return self.exclude(state="empty")

    def ready(self) -> Self:
        """Those that can be heard."""
        return self.filter(state="ready")

    def doomed(self) -> Self:
        """Deleted ones whose sound may still be in the storage."""
        return self.filter(state="deleted").exclude(name="")


class CallbackRequestQuerySet(models.QuerySet["Any"]):
    """Promised calls: seen with the calls they were asked in."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """Those asked in calls to which ``user`` may do ``verb``."""
        owner = ("call__user", "person__responsible")
        return access.limit(self, user, "call", verb=verb, owner=owner, department="call__department")

    def open(self) -> Self:
        """Those who still wait."""
        return self.filter(state__in=("waiting", "dialling"))


class OfExchangeQuerySet(models.QuerySet["Any"]):
    """What belongs to an exchange (its column is ``provider``): seen by those who see the exchange."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """Those of the exchanges to which ``user`` may do it."""
        return access.limit(self, user, "provider", verb=verb, owner=None, department="provider__department")


class OfExtensionQuerySet(models.QuerySet["Any"]):
    """Telephones: they belong to an internal number, and so to an exchange."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """Those of the exchanges to which ``user`` may do it."""
        return access.limit(self, user, "provider", verb=verb, owner=None, department="extension__provider__department")


class SharedQuerySet(models.QuerySet["Any"]):
    """What all exchanges share: prompts, music."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """All or none."""
        return access.limit(self, user, "provider", verb=verb, owner=None, department=None)


class NumberQuerySet(models.QuerySet["Any"]):
    """Numbers: ours that clients dial, and those of callers who are not put through."""

    def visible_to(self, user: Any, verb: str = "view") -> Self:
        """All or none."""
        return access.limit(self, user, "number", verb=verb, owner=None, department=None)


class SupervisionQuerySet(models.QuerySet["Any"]):
    """What supervisors did: seen by them, by whom it concerned, and by those who supervise the same people."""

    def visible_to(self, user: Any, verb: str = "supervise") -> Self:
        """Everybody's own, and those of the departments that ``user`` supervises."""
        own = models.Q(employee=user.pk) | models.Q(by=user.pk)
        wide = access.limit(self, user, "call", verb=verb, owner=None)
        return self.filter(own | models.Q(pk__in=wide.order_by().values("pk")))


class AlertQuerySet(models.QuerySet["Any"]):
    """Alerts and their rules: for those who lead a shift, in their departments; those of no department for all of them."""

    def visible_to(self, user: Any, verb: str = "supervise") -> Self:
        """Those of the departments that ``user`` supervises."""
        if access.scope(user, "call", verb) in ("", "own"):
            return self.none()
        wide = access.limit(self, user, "call", verb=verb, owner=None)
        return self.filter(models.Q(department=None) | models.Q(pk__in=wide.order_by().values("pk")))
