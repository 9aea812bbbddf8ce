"""Pairs of people, or of companies, that may be one, and merging two cards with a choice per field."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock, phones
from perezvon.staff import access as rights
from perezvon.staff import reads as staff
from perezvon.web.asking import done
from perezvon.web.paging import cursor_page
from perezvon.web.parts import Chip

from .. import access, hooks
from ..actions import duplicates, merging
from ..actions.errors import Refused
from ..actions.merging import SIDES, Side
from ..custom.asking import shown
from ..custom.definitions import fields_of

REASONS: dict[str, Any] = {
    "phone": gettext_lazy("the same phone"),
    "email": gettext_lazy("the same e-mail"),
    "company": gettext_lazy("alike names in one company"),
    "near": gettext_lazy("alike names, numbers differ in one digit"),
    "inn": gettext_lazy("the same INN"),
    "domain": gettext_lazy("one domain of mail"),
    "name": gettext_lazy("alike names without the legal form"),
}
LABELS: dict[str, Any] = {
    "name": gettext_lazy("Name"), "inn": gettext_lazy("INN"), "company_id": gettext_lazy("Company"),
    "responsible_id": gettext_lazy("Responsible"), "region": gettext_lazy("Region"), "source_id": gettext_lazy("Source"),
    "comment": gettext_lazy("Comment"),
}  # fmt: skip
# The addresses of both kinds of cards.
URLS = {
    "person": {"queue": "crm:duplicates", "card": "crm:person", "merge": "crm:merge", "undo": "crm:merge-undo", "different": "crm:pair-different"},
    "company": {
        "queue": "crm:company-duplicates", "card": "crm:company", "merge": "crm:company-merge", "undo": "crm:company-merge-undo",
        "different": "crm:company-pair-different",
    },
}  # fmt: skip


def _side(request: HttpRequest, noun: str) -> Side:
    """Whose cards they are; Http404 for those who may change none of them."""
    if not rights.can(request.user, noun, "edit"):
        raise Http404
    return SIDES[noun]


@require_safe
def pairs(request: HttpRequest, noun: str) -> HttpResponse:
    """The queue of probable pairs, the surest first."""
    side = _side(request, noun)
    page = cursor_page(duplicates.visible_pairs(request.user, side), ("-score", "id"), request.GET.get("cursor"), 20)
    rows = list(page.items)
    points = duplicates.with_points({card.pk for pair in rows for card in (pair.first, pair.second)}, side)
    sees = rights.sees_phones(request.user)
    shown = [
        {
            "pair": pair, "reasons": [REASONS.get(code, code) for code in pair.reasons],
            "cards": [{"one": one, "points": _points(points.get(one.pk, []), sees)} for one in (pair.first, pair.second)],
        }
        for pair in rows
    ]  # fmt: skip
    mine = side.model.objects.visible_to(request.user, "edit").values("pk")
    merges = side.merges.objects.filter(undone_at=None, kept__in=mine).select_related("kept", "gone", "by")
    context = {
        "page": page, "rows": shown, "merges": merges.order_by("-at", "-id")[:20], "noun": noun, "urls": URLS[noun],
        "chips": _chips(request, noun),
    }  # fmt: skip
    return render(request, "crm/duplicates.html", context)


def _chips(request: HttpRequest, noun: str) -> list[Chip]:
    """The two queues with the number of pairs in each."""
    words = {"person": _("People"), "company": _("Companies")}
    return [
        Chip(word, reverse(URLS[key]["queue"]), duplicates.visible_pairs(request.user, SIDES[key]).count(), key == noun)
        for key, word in words.items()
        if rights.can(request.user, key, "edit")
    ]


def _points(points: list[tuple[str, str]], sees: bool) -> list[str]:
    spelled = phones.pretty if sees else phones.mask
    return [spelled(value) if kind == "phone" else value for kind, value in points]


@require_POST
def different(request: HttpRequest, pk: int, noun: str) -> HttpResponse:
    """These are two different ones."""
    side = _side(request, noun)
    duplicates.judge(get_object_or_404(duplicates.visible_pairs(request.user, side), pk=pk), by=request.user)
    said = _("Noted: these are two people.") if noun == "person" else _("Noted: these are two companies.")
    return done(request, reverse(URLS[noun]["queue"]), said)


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, kept: int, gone: int, noun: str) -> HttpResponse:
    """Two cards side by side; what to take from which."""
    side, open_card = _side(request, noun), access.person if noun == "person" else access.company
    stays, goes = open_card(request.user, kept, to="edit"), open_card(request.user, gone, to="edit")
    if request.method == "POST":
        return _merge(request, side, stays, goes)
    points = duplicates.with_points([kept, gone], side)
    sees = rights.sees_phones(request.user)
    context = {
        "kept": stays, "gone": goes, "fields": _fields(side, stays, goes), "urls": URLS[noun],
        "kept_points": _points(points.get(kept, []), sees), "gone_points": _points(points.get(gone, []), sees),
    }  # fmt: skip
    return render(request, "crm/merge.html", context)


def _merge(request: HttpRequest, side: Side, stays: Any, goes: Any) -> HttpResponse:
    names = (*LABELS, *(f"custom.{one.key}" for one in fields_of(side.noun)))
    take = [name for name in names if request.POST.get(name) == "gone"]
    take += ["department_id"] if "responsible_id" in take else []
    merge_cards: Any = merging.merge_people if side is merging.PEOPLE else merging.merge_companies
    try:
        merge_cards(stays, goes, take=take, by=request.user, at=clock.now())
    except Refused as error:
        return done(request, reverse(URLS[side.noun]["queue"]), error)
    return done(request, reverse(URLS[side.noun]["card"], args=[stays.pk]), _("The cards are merged."))


def _fields(side: Side, stays: Any, goes: Any) -> list[dict[str, Any]]:
    """Fields in which the cards differ; what is chosen at first is what the kept card has."""
    sources = dict(hooks.sources())
    words = {
        "company_id": lambda one: one.company.name if one.company else "", "source_id": lambda one: sources.get(one.source_id, ""),
        "responsible_id": lambda one: staff.name_of(one.responsible_id),
    }  # fmt: skip
    rows = []
    for name, label in LABELS.items():
        if name not in side.fields:
            continue
        old, new = getattr(stays, name), getattr(goes, name)
        if old != new and (old or new):
            spell = words.get(name, lambda one, name=name: getattr(one, name))
            takes = not old and bool(new)
            label = pgettext("company", "Name") if (name, side.noun) == ("name", "company") else label
            rows.append({"name": name, "label": label, "kept": spell(stays), "gone": spell(goes), "takes_gone": takes})
    return [*rows, *_own_fields(side, stays, goes)]


def _own_fields(side: Side, stays: Any, goes: Any) -> list[dict[str, Any]]:
    """The same for fields that the company made itself."""
    return [
        {
            "name": f"custom.{one.key}", "label": one.label, "kept": shown(one, stays), "gone": shown(one, goes),
            "takes_gone": one.key not in stays.custom,
        }
        for one in fields_of(side.noun) if one.key in goes.custom and stays.custom.get(one.key) != goes.custom[one.key]
    ]  # fmt: skip


@require_POST
def undo(request: HttpRequest, pk: int, noun: str) -> HttpResponse:
    """Two cards again."""
    side = _side(request, noun)
    mine = side.merges.objects.filter(kept__in=side.model.objects.visible_to(request.user, "edit").values("pk"))
    row = get_object_or_404(mine, pk=pk)
    take_back: Any = merging.undo_merge if side is merging.PEOPLE else merging.undo_company_merge
    try:
        take_back(row, by=request.user, at=clock.now())
    except Refused as error:
        return done(request, reverse(URLS[noun]["queue"]), error)
    return done(request, reverse(URLS[noun]["card"], args=[row.gone_id]), _("These are two cards again."))
