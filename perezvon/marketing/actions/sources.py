"""Sources, the numbers that lead to them, and the UTM rules."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record
from perezvon.kit import phones
from perezvon.staff.models import User

from .. import facts
from ..models import LineSource, Source, UtmRule


@transaction.atomic
def add_source(name: str, *, channel: str = "", by: User | None = None, at: datetime) -> Source:
    """Add a source of clients. ValidationError when the name is taken."""
    _refuse_same_name(name)
    source = Source.objects.create(name=name.strip(), channel=channel.strip())
    record(facts.SOURCE_ADDED, at=at, by=by, source_id=source.pk, name=source.name)
    return source


@transaction.atomic
def change_source(
    source: Source, *, name: str, channel: str, is_archived: bool = False, by: User | None = None, at: datetime
) -> Source:
    """Rename a source, change its channel, retire it. ValidationError when the name is taken."""
    _refuse_same_name(name, but=source)
    source.name, source.channel, source.is_archived = name.strip(), channel.strip(), is_archived
    source.save()
    record(facts.SOURCE_CHANGED, at=at, by=by, source_id=source.pk, name=source.name)
    return source


def number_of(text: str) -> str:
    """A dialled number as it is compared: E.164, or the digits of a short internal one."""
    return phones.normalise(text) or "".join(letter for letter in text if letter.isdigit())[:20]


@transaction.atomic
def assign_line(line: str, source: Source, *, by: User | None = None, at: datetime) -> LineSource:
    """From ``at`` on calls to ``line`` come from ``source``; the history stays.

    ValidationError when ``line`` is no number or ``at`` is before the present assignment began.
    """
    number = number_of(line)
    if not number:
        raise ValidationError({"line": _("This is not a phone number.")})
    current = LineSource.objects.select_for_update().filter(line=number, until=None).first()
    if current is not None and current.source_id == source.pk:
        return current
    if current is not None:
        _end(current, at)
    assigned = LineSource.objects.create(line=number, source=source, since=at)
    record(facts.LINE_ASSIGNED, at=at, by=by, source_id=source.pk, line=phones.mask(number), name=source.name)
    return assigned


@transaction.atomic
def free_line(line: str, *, by: User | None = None, at: datetime) -> None:
    """From ``at`` on the number belongs to no source. Doing it twice changes nothing."""
    current = LineSource.objects.select_for_update().filter(line=number_of(line), until=None).first()
    if current is not None:
        _end(current, at)
        record(facts.LINE_FREED, at=at, by=by, source_id=current.source_id, line=phones.mask(current.line))


def _end(current: LineSource, at: datetime) -> None:
    if at <= current.since:
        raise ValidationError({"since": _("The number was given to its present source later than that.")})
    current.until = at
    current.save(update_fields=["until"])


@transaction.atomic
def set_utm_rule(
    source: Source,
    *,
    utm_source: str = "",
    utm_medium: str = "",
    utm_campaign: str = "",
    by: User | None = None,
    at: datetime,
) -> UtmRule:
    """Let these tags (whole values, "" = any) mean ``source``; the same tags again move to it.

    ValidationError when no tag is named.
    """
    tags = {"utm_source": utm_source.strip(), "utm_medium": utm_medium.strip(), "utm_campaign": utm_campaign.strip()}
    if not any(tags.values()):
        raise ValidationError(_("Name at least one tag."))
    same = {f"{tag}__iexact": value for tag, value in tags.items()}
    rule = UtmRule.objects.select_for_update().filter(**same).first() or UtmRule(**tags)
    rule.source = source
    rule.save()
    record(facts.UTM_RULE_CHANGED, at=at, by=by, source_id=source.pk, rule=str(rule))
    return rule


@transaction.atomic
def remove_utm_rule(rule: UtmRule, *, by: User | None = None, at: datetime) -> None:
    """Forget a rule; requests that came by it keep their source."""
    record(facts.UTM_RULE_CHANGED, at=at, by=by, source_id=rule.source_id, rule=str(rule))
    rule.delete()


def _refuse_same_name(name: str, but: Source | None = None) -> None:
    same = Source.objects.filter(name__iexact=name.strip())
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise ValidationError({"name": _("There is a source with this name already.")})
