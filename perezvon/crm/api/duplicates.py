"""Pairs of people, and of companies, that may be one, and merges that can be taken back."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.api.nouns import Caller, Expansion, Noun, register
from perezvon.api.schemas import Field, Out

from ..actions import duplicates, merging
from ..models import Company, CompanyMerge, CompanyPair, DuplicatePair, Merge, Person


class PairOut(Out):
    """Two cards that may be one; ``first`` is the older. Merge them with the verb of people or of companies."""

    id: int
    first_id: int
    second_id: int
    score: int = Field(description=_("How sure it is, 0 to 100."))
    reasons: list[str]
    at: datetime


class MergeOut(Out):
    """Two cards that became one."""

    id: int
    kept_id: int
    gone_id: int
    by_id: int | None
    at: datetime
    undone_at: datetime | None
    undone_by_id: int | None


PAIRS = register(Noun(
    "duplicates", "duplicate", _("Probable duplicates"), PairOut, lambda user, verb: duplicates.visible_pairs(user), "person",
    view="edit", expand={"first": Expansion("people", "first_id"), "second": Expansion("people", "second_id")},
))  # fmt: skip


@PAIRS.verb("different", _("Probable duplicates: these are two people"), is_silent=True)
def different(caller: Caller, pair: DuplicatePair) -> None:
    """The pair does not come back."""
    duplicates.judge(pair, by=caller.user)


def _merges(user: Any, verb: str) -> Any:
    return Merge.objects.filter(kept__in=Person.objects.visible_to(user, "edit").order_by().values("pk"))


MERGES = register(Noun(
    "merges", "merge", _("Merged cards"), MergeOut, _merges, "person", view="edit", narrow={"kept": "kept_id", "gone": "gone_id"},
    expand={"kept": Expansion("people", "kept_id")},
))  # fmt: skip


@MERGES.verb("undo", _("Merged cards: make them two again"))
def undo(caller: Caller, merge: Merge) -> Merge:
    """Two cards again."""
    return merging.undo_merge(merge, by=caller.user, at=caller.at)


COMPANY_PAIRS = register(Noun(
    "company-duplicates", "company_duplicate", _("Probable duplicates of companies"), PairOut,
    lambda user, verb: duplicates.visible_pairs(user, merging.COMPANIES), "company", view="edit",
    expand={"first": Expansion("companies", "first_id"), "second": Expansion("companies", "second_id")},
))  # fmt: skip


@COMPANY_PAIRS.verb("different", _("Probable duplicates: these are two companies"), is_silent=True)
def different_companies(caller: Caller, pair: CompanyPair) -> None:
    """The pair does not come back."""
    duplicates.judge(pair, by=caller.user)


def _company_merges(user: Any, verb: str) -> Any:
    return CompanyMerge.objects.filter(kept__in=Company.objects.visible_to(user, "edit").order_by().values("pk"))


COMPANY_MERGES = register(Noun(
    "company-merges", "company_merge", _("Merged companies"), MergeOut, _company_merges, "company", view="edit",
    narrow={"kept": "kept_id", "gone": "gone_id"}, expand={"kept": Expansion("companies", "kept_id")},
))  # fmt: skip


@COMPANY_MERGES.verb("undo", _("Merged companies: make them two again"))
def undo_companies(caller: Caller, merge: CompanyMerge) -> CompanyMerge:
    """Two cards again."""
    return merging.undo_company_merge(merge, by=caller.user, at=caller.at)
