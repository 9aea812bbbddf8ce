"""People compared fairly: the page, and the same as a file."""

import json
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from perezvon.journey.actions import record
from perezvon.kit import clock
from perezvon.lists.files import csv_lines
from perezvon.lists.listing import Column
from perezvon.staff import access as rights

from .. import comparing, facts
from ..models import Ticket
from .lost import period_of

COLUMNS = (
    Column("name", _("Who"), value=lambda row: row.user.name),
    Column("department", _("Department"), value=lambda row: str(row.user.department or "")),
    Column("calls", _("Calls taken"), value=lambda row: row.calls),
    Column("entered", _("Clients entered"), value=lambda row: row.entered),
    Column("given", _("Requests"), value=lambda row: row.given),
    Column("new", _("New clients"), value=lambda row: row.new),
    Column("old", _("Existing clients"), value=lambda row: row.old),
    Column("won", _("Sold"), value=lambda row: row.won),
    Column("conversion", _("Conversion"), value=lambda row: row.conversion),
    Column("conversion_new", _("Conversion of new"), value=lambda row: row.conversion_new),
    Column("conversion_old", _("Conversion of existing"), value=lambda row: row.conversion_old),
    Column(
        "response", _("First response, s"), value=lambda row: round(row.response) if row.response is not None else None
    ),
    Column("kept", _("Promises kept"), value=lambda row: row.kept),
    Column("recovered", _("Won back"), value=lambda row: row.recovered),
)

#: the requests that the figures are about
_COUNTED = (
    {"field": "state", "op": "is_not", "value": [Ticket.State.DISQUALIFIED.value]},
    {"field": "merged", "op": "no"},
)


@require_safe
@rights.required("ticket", "view")
def compare(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """Everybody in the period; ``?file=1`` with the right to export is a CSV, which the journal keeps."""
    if rights.scope(request.user, "ticket") == "own":
        raise Http404
    at = clock.now()
    period = period_of(request.GET.dict(), at)
    rows = comparing.compare(request.user, period)
    may_export = rights.can(request.user, "ticket", "export")
    if "file" in request.GET and may_export:
        user: Any = request.user
        record(facts.COMPARED, at=at, by=user, rows=len(rows))
        answer = StreamingHttpResponse(csv_lines(COLUMNS, [rows]), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="people.csv"'
        return answer
    tz = timezone.get_current_timezone()
    first, last = period.start.astimezone(tz).date(), (period.end - timedelta(seconds=1)).astimezone(tz).date()
    counted = [*_between("opened", first, last), *_COUNTED]
    days = {
        "from": first,
        "to": last,
        "where": json.dumps({"all": counted}),
        "promised": json.dumps({"all": [*counted, {"some": "promises"}]}),
        "broken": json.dumps({"all": [*counted, {"some": "promises", "where": {"field": "broken", "op": "yes"}}]}),
        "calls": json.dumps({"all": _between("started", first, last)}),
    }
    context = {"rows": rows, "definitions": comparing.DEFINITIONS, "days": days, "may_export": may_export}
    return render(request, "tickets/compare.html", context)


def _between(field: str, first: date, last: date) -> list[dict[str, Any]]:
    """The conditions of a list: from the first day to the last."""
    return [{"field": field, "op": op, "value": f"{day}"} for op, day in (("since", first), ("until", last))]
