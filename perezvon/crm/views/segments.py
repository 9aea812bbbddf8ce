"""Segments: how the base is divided, who moved, the limits; a client's own rhythm of contacts."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.kit.money import roubles
from perezvon.staff import access as rights
from perezvon.web.asking import ask, done
from perezvon.web.parts import Stat
from perezvon.web.words import number

from .. import access
from ..actions import cadence
from ..actions import segments as actions
from ..actions.revenue import by_segment
from ..forms.segments import RhythmForm, RulesForm
from ..models import CadenceException, Company, Person, Segment, SegmentMove, SegmentRules
from .own_segments import shown

RECENT = timedelta(days=30)


@require_safe
@rights.required("person", "view")
def segments(request: HttpRequest) -> HttpResponse:
    """How the clients one may see are divided, who is out of his rhythm, and who moved in thirty days."""
    user, at, own = request.user, clock.now(), actions.rules()
    people = Person.objects.visible_to(user)
    late = people.filter(pk__in=cadence.out_of_rhythm(at, timezone.localdate(at)))
    context = {
        "rules": own, "stats": _stats(user, own, at), "late": late.count(), "moves": _moves(user, at),
        "by_person": late.values("responsible__name").annotate(count=Count("pk")).order_by("-count")[:20],
        "may_change": rights.is_administrator(user) or rights.scope(user, "person", "assign") == "all",
        "groups": shown(), "rhythm": [(segment.label, own.days.get(segment.value, 0)) for segment in Segment],
    }  # fmt: skip
    return render(request, "crm/segments.html", context)


def _stats(user: Any, own: SegmentRules, at: datetime) -> list[Stat]:
    buyers = {
        "person": Person.objects.visible_to(user).exclude(segment=Segment.OCCASIONAL),
        "company": Company.objects.visible_to(user).exclude(segment=Segment.OCCASIONAL),
    }
    counts: dict[str, int] = {}
    for rows in buyers.values():
        for segment, count in rows.values_list("segment").annotate(Count("pk")).order_by():
            counts[segment] = counts.get(segment, 0) + count
    found = by_segment(user, own.basis, actions.months_before(at, own.months), at)
    sums = {segment: found.get(segment.value, 0) for segment in (Segment.GOLD, Segment.SILVER, Segment.BRONZE)}
    whole = sum(sums.values()) or 1
    address = reverse("crm:people")
    return [
        Stat(
            segment.label, number(counts.get(segment.value, 0)), url=f"{address}?segment={segment.value}", icon="medal",
            hint=_("%(money)s, %(share)s %% of revenue") % {"money": roubles(sums[segment]), "share": round(sums[segment] * 100 / whole)},
        )
        for segment in sums
    ]  # fmt: skip


def _moves(user: Any, at: datetime) -> list[SegmentMove]:
    people = Person.objects.visible_to(user).values("pk")
    companies = Company.objects.visible_to(user).values("pk")
    rows = SegmentMove.objects.filter(at__gte=at - RECENT).filter(Q(person__in=people) | Q(company__in=companies))
    return list(rows.select_related("person", "company").order_by("-at", "-revenue", "id")[:50])


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("settings", "administer")
def rules(request: HttpRequest) -> HttpResponse:
    """The limits of segments and the rhythm of contacts."""
    form, back = RulesForm(request.POST or None, instance=actions.rules()), reverse("crm:segments")
    if request.method == "POST" and form.is_valid():
        plain = {name: form.cleaned_data[name] for name in ("basis", "months", "gold", "silver", "most_tasks")}
        actions.change_rules(**plain, days=form.days(), by=request.user, at=clock.now())
        actions.recount(at=clock.now(), by=request.user)
        return done(request, back, _("Saved and counted anew."))
    return ask(request, form, _("Limits of segments"), submit=_("Save"), back=back)


@require_POST
@rights.required("person", "assign")
def recount(request: HttpRequest) -> HttpResponse:
    """Count now."""
    moved = actions.recount(at=clock.now(), by=request.user).total
    return done(request, reverse("crm:segments"), _("Counted anew; clients moved: %(count)s.") % {"count": moved})


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("person", "edit")
def rhythm(request: HttpRequest, pk: int) -> HttpResponse:
    """A client's own rhythm; ``clear`` goes back to that of the segment."""
    person, back = access.person(request.user, pk, to="edit"), reverse("crm:person", args=[pk])
    row = CadenceException.objects.filter(person=person).first()
    form = RhythmForm(request.POST or None, instance=row)
    if request.method == "POST" and request.POST.get("clear"):
        cadence.clear_exceptions([person], by=request.user, at=clock.now())
        return done(request, back, _("The rhythm of the segment counts again."))
    if request.method == "POST" and form.is_valid():
        cadence.set_exception(person, **form.cleaned_data, by=request.user, at=clock.now())
        return done(request, back, _("Saved."))
    return ask(request, form, _("How often to contact"), submit=_("Save"), back=back)
