"""How balances are said on the screen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from perezvon.staff.notices import MAIL, SCREEN, declare

from .models import Balance, BalanceDifference, Call
from .stages import TALKED, CallLoss, stage_words

TROUBLE = declare("exchange.balance", gettext_lazy("An exchange is in trouble"), ways=(SCREEN, MAIL))

_COLUMNS = {
    "stage": gettext_lazy("how it ended"),
    "talk_seconds": gettext_lazy("talk, s"),
    "direction": gettext_lazy("direction"),
    "phone": gettext_lazy("client's number"),
    "record": gettext_lazy("recording"),
    "state": gettext_lazy("state"),
    "observed": gettext_lazy("its end"),
}
_ORDER = (TALKED, *CallLoss.values, "none", "live")


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """How many of our calls ended so, before and after the balance."""

    name: object
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One difference in words: ``changes`` are (column, ours, theirs)."""

    kind: str
    name: object
    at: datetime
    call_id: int | None
    changes: tuple[tuple[object, object, object], ...]
    is_mended: bool


def outcome_rows(balance: Balance) -> list[OutcomeRow]:
    """The closing sum: every end that a call had."""
    before, after = balance.outcomes.get("before", {}), balance.outcomes.get("after", {})
    return [
        OutcomeRow(_outcome(code), before.get(code, 0), after.get(code, 0))
        for code in _ORDER if before.get(code) or after.get(code)
    ]  # fmt: skip


def _outcome(code: str) -> object:
    if code == "none":
        return _("we called, nobody answered")
    return _("last now") if code == "live" else stage_words(code)


def difference_rows(found: Iterable[BalanceDifference]) -> list[DifferenceRow]:
    """The differences as they are listed."""
    return [
        DifferenceRow(
            one.kind, BalanceDifference.Kind(one.kind).label, one.at, one.call_id, tuple(_changes(one)), one.is_mended
        )
        for one in found
    ]  # fmt: skip


def _changes(one: BalanceDifference) -> Iterable[tuple[object, object, object]]:
    for column, (ours, theirs) in one.told.items():
        if column == "talk_seconds" and not (ours or theirs):
            continue
        here = one.kind != BalanceDifference.Kind.MISSING_HERE
        there = one.kind != BalanceDifference.Kind.MISSING_THERE
        yield _COLUMNS.get(column, column), _said(column, ours, here), _said(column, theirs, there)


def _said(column: str, value: Any, is_known: bool) -> object:
    if not is_known:
        return "—"
    if column == "stage":
        return stage_words(str(value)) or _("nobody answered")
    if column == "direction":
        return Call.Direction(value).label if value in Call.Direction.values else value
    if column == "state":
        return Call.State(value).label if value in Call.State.values else value
    if column == "observed":
        return pgettext_lazy("end of a call", "told") if value else pgettext_lazy("end of a call", "inferred")
    if column in ("record", "phone"):
        return _("there is one") if value else _("there is none")
    return value


def failure(balance: Balance) -> str:
    """The notice that a nightly balance was not made."""
    return _("“%(name)s”: the nightly balance was not made") % {"name": balance.provider.name}


def deafness(balance: Balance) -> str:
    """The notice that we hear too little of an exchange."""
    return _("“%(name)s”: %(missing)s of %(theirs)s calls of the day had not reached us") % {
        "name": balance.provider.name, "missing": balance.missing_here, "theirs": balance.theirs,
    }  # fmt: skip


def look_at_settings() -> str:
    """What to do about it."""
    return _("The balance brought them in. Look at the address and the notifications in the exchange's account.")
