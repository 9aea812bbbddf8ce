"""Who left clients alone for too long: broken rhythms of contacts by month, by person and by client."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.staff import reads as staff
from perezvon.web.paging import cursor_page
from perezvon.web.parts import Chip

from ..actions.audit import month_of
from ..models import CadenceBreach

MONTHS = 6
STATES = {"lasts": Q(ended_at=None), "ended": Q(ended_at__isnull=False)}


@require_safe
@rights.required("person", "view")
def breaches(request: HttpRequest) -> HttpResponse:
    """Breaches that began in a month (``?month=2026-11``, else the running one); ``who`` and ``state`` narrow the list."""
    at, asked = clock.now(), request.GET
    first = _month(asked.get("month", ""), timezone.localdate(at))
    begun = CadenceBreach.objects.visible_to(request.user).filter(_in_month(first))
    rows, who = begun, asked.get("who", "")
    if who.isascii() and who.isdigit() and len(who) < 18:
        rows = rows.filter(responsible=int(who))
    if asked.get("state") in STATES:
        rows = rows.filter(STATES[asked["state"]])
    page = cursor_page(rows.select_related("person"), ("-at", "-id"), asked.get("cursor"))
    context = {
        "page": page, "rows": [(row, _length(row, at), staff.name_of(row.responsible_id)) for row in page.items],
        "chips": _chips(at, first), "people": _people(begun), "month": first.strftime("%Y-%m"), "narrowed": bool(who or asked.get("state")),
    }  # fmt: skip
    return render(request, "crm/breaches.html", context)


def _month(text: str, today: date) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def _in_month(first: date) -> Q:
    midnight = datetime.min.time()
    ends = [timezone.make_aware(datetime.combine(day, midnight)) for day in (first, month_of(first)[1] + timedelta(1))]
    return Q(at__gte=ends[0], at__lt=ends[1])


def _chips(at: datetime, chosen: date) -> list[Chip]:
    """The last months, the newest first."""
    month, found = timezone.localdate(at).replace(day=1), []
    for _step in range(MONTHS):
        found.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return [
        Chip(each, f"?month={each:%Y-%m}", active=each == chosen)
        for each in (found if chosen in found else [*found, chosen])
    ]


def _people(begun: Any) -> list[dict[str, Any]]:
    """By whoever was responsible then: how many began, how many last, days without a contact of those that are over."""
    found = begun.order_by().values("responsible").annotate(
        begun=Count("pk"), lasts=Count("pk", filter=STATES["lasts"]), ended=Count("pk", filter=STATES["ended"]),
        silence=Avg(F("ended_at") - F("since"), filter=STATES["ended"]),
    )  # fmt: skip
    rows = [
        {**row, "name": staff.name_of(row["responsible"]) or _("nobody"), "days": row["silence"].days if row["silence"] else None}
        for row in found
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row["begun"], row["name"]))


def _length(row: CadenceBreach, at: datetime) -> int:
    """Days without a contact."""
    return ((row.ended_at or at) - row.since).days
