from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SourceQuerySet(models.QuerySet["Source"]):
    """Lists of sources."""

    def current(self) -> "SourceQuerySet":
        """Those that are still in use."""
        return self.filter(is_archived=False)

    def visible_to(self, user: Any, verb: str = "view") -> "SourceQuerySet":
        """The sources that ``user`` may see."""
        from ..access import limit_sources

        return limit_sources(self, user, verb)


class Source(models.Model):
    """Where clients come from: an ad channel, a recommendation, our own base."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    channel = models.CharField(_("channel"), max_length=40, blank=True, default="")
    is_archived = models.BooleanField(_("no longer in use"), default=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class LineSource(models.Model):
    """Which source a dialled number (E.164) belongs to, from ``since`` up to but not including ``until``."""

    line = models.CharField(_("dialled number"), max_length=20)
    source = models.ForeignKey(Source, models.CASCADE, related_name="lines", verbose_name=_("source"))
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["line", "-since", "-id"]
        indexes = [models.Index("line", "since", name="marketing_line_source")]
        constraints = [
            models.UniqueConstraint("line", condition=Q(until=None), name="marketing_line_one_source_now"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="marketing_line_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.source_id}"


class UtmRule(models.Model):
    """UTM tags -> source; whole values are compared, empty = any; the most specific rule wins."""

    utm_source = models.CharField(max_length=120, blank=True, default="")
    utm_medium = models.CharField(max_length=120, blank=True, default="")
    utm_campaign = models.CharField(max_length=200, blank=True, default="")
    source = models.ForeignKey(Source, models.CASCADE, related_name="utm_rules", verbose_name=_("source"))

    class Meta:
        ordering = ["utm_source", "utm_medium", "utm_campaign"]
        constraints = [
            models.UniqueConstraint("utm_source", "utm_medium", "utm_campaign", name="marketing_utm_rule_once"),
            models.CheckConstraint(
                condition=~Q(utm_source="", utm_medium="", utm_campaign=""), name="marketing_utm_rule_says_something"
            ),
        ]

    def __str__(self) -> str:
        return " / ".join(value or "*" for value in (self.utm_source, self.utm_medium, self.utm_campaign))
