"""Pairs of people who may be one, and merging two cards with a choice per field."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock, phones
from perezvon.staff import access as rights
from perezvon.staff import reads as staff
from perezvon.web.asking import done
from perezvon.web.paging import cursor_page

from .. import access, hooks
from ..actions import duplicates, merging
from ..actions.errors import Refused
from ..custom.asking import shown
from ..custom.definitions import fields_of
from ..models import Merge, Person

REASONS: dict[str, Any] = {
    "phone": gettext_lazy("the same phone"),
    "email": gettext_lazy("the same e-mail"),
    "company": gettext_lazy("alike names in one company"),
    "near": gettext_lazy("alike names, numbers differ in one digit"),
}
LABELS: dict[str, Any] = {
    "name": gettext_lazy("Name"), "company_id": gettext_lazy("Company"), "responsible_id": gettext_lazy("Responsible"),
    "region": gettext_lazy("Region"), "source_id": gettext_lazy("Source"), "comment": gettext_lazy("Comment"),
}  # fmt: skip


@require_safe
@rights.required("person", "edit")
def pairs(request: HttpRequest) -> HttpResponse:
    """The queue of probable pairs, the surest first."""
    page = cursor_page(duplicates.visible_pairs(request.user), ("-score", "id"), request.GET.get("cursor"), 20)
    rows = list(page.items)
    points = duplicates.with_points({person for pair in rows for person in (pair.first, pair.second)})
    sees = rights.sees_phones(request.user)
    shown = [
        {
            "pair": pair, "reasons": [REASONS.get(code, code) for code in pair.reasons],
            "cards": [{"person": one, "points": _points(points.get(one.pk, []), sees)} for one in (pair.first, pair.second)],
        }
        for pair in rows
    ]  # fmt: skip
    merges = Merge.objects.filter(undone_at=None, kept__in=Person.objects.visible_to(request.user, "edit").values("pk"))
    context = {
        "page": page,
        "rows": shown,
        "merges": merges.select_related("kept", "gone", "by").order_by("-at", "-id")[:20],
    }
    return render(request, "crm/duplicates.html", context)


def _points(points: list[tuple[str, str]], sees: bool) -> list[str]:
    spelled = phones.pretty if sees else phones.mask
    return [spelled(value) if kind == "phone" else value for kind, value in points]


@require_POST
@rights.required("person", "edit")
def different(request: HttpRequest, pk: int) -> HttpResponse:
    """These are two people."""
    pair = get_object_or_404(duplicates.visible_pairs(request.user), pk=pk)
    duplicates.judge(pair, by=request.user)
    return done(request, reverse("crm:duplicates"), _("Noted: these are two people."))


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("person", "edit")
def merge(request: HttpRequest, kept: int, gone: int) -> HttpResponse:
    """Two cards side by side; what to take from which."""
    stays, goes = access.person(request.user, kept, to="edit"), access.person(request.user, gone, to="edit")
    if request.method == "POST":
        take = [
            name
            for name in (*LABELS, *(f"custom.{one.key}" for one in fields_of("person")))
            if request.POST.get(name) == "gone"
        ]
        take += ["department_id"] if "responsible_id" in take else []
        try:
            merging.merge_people(stays, goes, take=take, by=request.user, at=clock.now())
        except Refused as error:
            return done(request, reverse("crm:duplicates"), error)
        return done(request, reverse("crm:person", args=[kept]), _("The cards are merged."))
    points = duplicates.with_points([stays, goes])
    sees = rights.sees_phones(request.user)
    context = {
        "kept": stays, "gone": goes, "fields": _fields(stays, goes),
        "kept_points": _points(points.get(kept, []), sees), "gone_points": _points(points.get(gone, []), sees),
    }  # fmt: skip
    return render(request, "crm/merge.html", context)


def _fields(stays: Person, goes: Person) -> list[dict[str, Any]]:
    """Fields in which the cards differ; what is chosen at first is what the kept card has."""
    sources = dict(hooks.sources())
    words = {
        "company_id": lambda one: one.company.name if one.company else "", "source_id": lambda one: sources.get(one.source_id, ""),
        "responsible_id": lambda one: staff.name_of(one.responsible_id),
    }  # fmt: skip
    rows = []
    for name, label in LABELS.items():
        old, new = getattr(stays, name), getattr(goes, name)
        if old != new and (old or new):
            spell = words.get(name, lambda one, name=name: getattr(one, name))
            takes = not old and bool(new)
            rows.append({"name": name, "label": label, "kept": spell(stays), "gone": spell(goes), "takes_gone": takes})
    return [*rows, *_own_fields(stays, goes)]


def _own_fields(stays: Person, goes: Person) -> list[dict[str, Any]]:
    """The same for fields that the company made itself."""
    return [
        {
            "name": f"custom.{one.key}", "label": one.label, "kept": shown(one, stays), "gone": shown(one, goes),
            "takes_gone": one.key not in stays.custom,
        }
        for one in fields_of("person") if one.key in goes.custom and stays.custom.get(one.key) != goes.custom[one.key]
    ]  # fmt: skip


@require_POST
@rights.required("person", "edit")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Two cards again."""
    mine = Merge.objects.filter(kept__in=Person.objects.visible_to(request.user, "edit").values("pk"))
    row = get_object_or_404(mine, pk=pk)
    try:
        merging.undo_merge(row, by=request.user, at=clock.now())
    except Refused as error:
        return done(request, reverse("crm:duplicates"), error)
    return done(request, reverse("crm:person", args=[row.gone_id]), _("These are two cards again."))
