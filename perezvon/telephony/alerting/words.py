"""What alerts are called and say, and which settings a kind of rule has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from perezvon.kit.money import roubles
from perezvon.staff.notices import declare
from perezvon.web.words import clock

from ..models import AlertRule
from ..stages import stage_words
from ..wallboard.hooks import segment_names

Kind = AlertRule.Kind
GROUP = gettext_lazy("Contact centre")
NOTICES = {kind.value: declare(f"alert.{kind}", kind.label, group=GROUP, ways=("screen", "push")) for kind in Kind}


@dataclass(frozen=True, slots=True)
class Sort:
    """A kind of rule for its form: what it is for, which fields it has, what they are at first."""

    hint: str | Promise
    fields: tuple[str, ...]
    start: Mapping[str, Any]


SORTS: dict[str, Sort] = {
    Kind.QUEUE_JAM: Sort(
        gettext_lazy("So many clients wait in a queue, or one of them so long."),
        ("queue", "department", "count", "seconds", "minutes"), {"count": 5, "seconds": 90, "is_urgent": True},
    ),
    Kind.CLIENT_WAITING: Sort(
        gettext_lazy("A client with open deals of at least this amount, or of one of these segments, has waited so long."),
        ("department", "amount", "segments", "seconds"), {"amount": 300_000, "seconds": 20, "is_urgent": True},
    ),
    Kind.CLIENT_LOST: Sort(
        gettext_lazy("Such a client called and talked to nobody."),
        ("department", "amount", "segments"), {"amount": 300_000, "is_urgent": True},
    ),
    Kind.NOBODY: Sort(
        gettext_lazy("In working time nobody of those who answer a queue is at work."),
        ("queue", "department", "minutes"), {"minutes": 2, "is_urgent": True},
    ),
    Kind.SERVICE_LEVEL: Sort(
        gettext_lazy("In the last half hour fewer were answered in time than this part of the answered and abandoned."),
        ("queue", "department", "percent", "minutes"), {"percent": 70, "minutes": 10},
    ),
    Kind.LOSSES_RISE: Sort(
        gettext_lazy("In the last hour more was lost than on the same weekday usually, beyond chance, and at least so many."),
        ("department", "stage", "count"), {"count": 3, "repeat_minutes": 60},
    ),
    Kind.LINK_DOWN: Sort(
        gettext_lazy("An exchange of our own has given no sign of life for so many seconds."),
        ("seconds",), {"seconds": 60, "is_urgent": True},
    ),
    Kind.CALLBACKS: Sort(
        gettext_lazy("So many clients wait to be called back beyond their time, or one of them so long."),
        ("department", "count", "seconds"), {"count": 5, "seconds": 1800},
    ),
}  # fmt: skip


def title(kind: str, details: Mapping[str, Any]) -> str:
    """What has happened, in one line of the reader's language."""
    told = {"who": "", "name": "", "count": 0, "percent": 0, "stage": "", **details}
    told["who"] = told["who"] or _("hidden number")
    told["stage"] = stage_words(str(told["stage"]))
    return {
        Kind.QUEUE_JAM: lambda: ngettext("%(name)s: %(count)d client waits", "%(name)s: %(count)d clients wait", told["count"]),
        Kind.CLIENT_WAITING: lambda: _("A client of value waits: %(who)s"),
        Kind.CLIENT_LOST: lambda: _("A client of value was lost: %(who)s"),
        Kind.NOBODY: lambda: _("%(name)s: nobody is at work"),
        Kind.SERVICE_LEVEL: lambda: _("%(name)s: the service level is %(percent)d %%"),
        Kind.LOSSES_RISE: lambda: _("More is lost than usual: %(stage)s"),
        Kind.LINK_DOWN: lambda: _("%(name)s: the link to the exchange is down"),
        Kind.CALLBACKS: lambda: ngettext("%(count)d client waits to be called back", "%(count)d clients wait to be called back", told["count"]),
    }[Kind(kind)]() % told  # fmt: skip


def text(kind: str, details: Mapping[str, Any], *, sees_money: bool) -> str:
    """The figures behind it; money only for those who may see it."""
    parts = []
    if segments := details.get("segments"):
        parts.append(segments if isinstance(segments, str) else _segments(segments))  # a text: in older alerts
    if kind in (Kind.QUEUE_JAM, Kind.CLIENT_WAITING, Kind.CALLBACKS) and details.get("seconds"):
        parts.append(_("the longest wait is %(time)s") % {"time": clock(details["seconds"])})
    if kind == Kind.LINK_DOWN:
        parts.append(_("silent for %(time)s") % {"time": clock(details.get("seconds"))})
    if kind == Kind.CLIENT_LOST:
        parts.append(str(stage_words(str(details.get("stage", "")))))
    if kind == Kind.LOSSES_RISE:
        parts.append(_("%(count)s in the last hour, usually %(usual)s") % {"usual": 0, **details})
    if kind == Kind.SERVICE_LEVEL:
        parts.append(_("calls in half an hour: %(count)s") % details)
    if sees_money and details.get("stake"):
        parts.append(_("at stake: %(sum)s") % {"sum": roubles(float(details["stake"]))})
    return ", ".join(part for part in parts if part)


def _segments(keys: Iterable[str]) -> str:
    names = segment_names()
    return ", ".join(str(names[key]) for key in keys if key in names)


def rule_parts(rule: AlertRule) -> list[object]:
    """The settings of a rule, each in words."""
    where = rule.queue or rule.department or (_("the whole company") if "department" in SORTS[rule.kind].fields else "")
    own = set(SORTS[rule.kind].fields)
    parts: list[object] = [where] if where else []
    if "count" in own and rule.count:
        parts.append(_("from %(count)s") % {"count": rule.count})
    if "seconds" in own and rule.seconds:
        parts.append(_("from %(time)s") % {"time": clock(rule.seconds)})
    if "percent" in own and rule.percent is not None:
        parts.append(_("under %(percent)s %%") % {"percent": rule.percent})
    if "amount" in own and rule.amount is not None:
        parts.append(_("deals from %(sum)s") % {"sum": roubles(rule.amount)})
    if "stage" in own and rule.stage:
        parts.append(stage_words(rule.stage))
    if "segments" in own and rule.segments:
        parts.append(_segments(rule.segments))
    if "minutes" in own and rule.minutes:
        parts.append(_("holds for %(count)s min") % {"count": rule.minutes})
    return parts
