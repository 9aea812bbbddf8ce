"""Export of a list: a right, a limit, a reason, a line in the log, then the file."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from perezvon.kit import clock
from perezvon.kit.conditions import sentence
from perezvon.web.asking import ask
from perezvon.web.paging import cursor_page
from perezvon.web.respond import page_or_fragment

from .. import access, actions, files
from ..forms import ExportForm
from ..listing import Column, Listing
from ..models import Export
from ..page import home
from ..rows import chunks, rows_of
from ..state import State, of_text

MOST = 50_000
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def export(request: HttpRequest, key: str) -> HttpResponseBase:
    """Ask what for, write it down, give the file; the list's address stands in the query string."""
    listing = access.listing(request.user, key, "export")
    state = of_text(listing, request.user, request.GET.urlencode(), clock.now())
    state.kept = request.COOKIES.get(f"columns_{listing.key}", "")
    columns = listing.columns_for(request.user)
    form = ExportForm(request.POST if request.method == "POST" else None, columns=columns, chosen=state.table.chosen)
    rows = rows_of(state, "export")
    count = rows.order_by().values("pk")[: MOST + 1].count()
    if request.method == "POST" and form.is_valid():
        chosen = [column for column in columns if column.key in form.cleaned_data["columns"]]
        try:
            return _file(request, state, rows, chosen, form, count)
        except actions.Refused as error:
            form.add_error(None, str(error))
    shown = _("more than %(most)d") % {"most": MOST} if count > MOST else str(count)
    hint = _("Rows to be exported: %(count)s. At most %(most)d go into one file.") % {"count": shown, "most": MOST}
    return ask(
        request, form, _("Export: %(list)s") % {"list": listing.title}, hint=hint, submit=_("Export"),
        back=home(listing, state.address), parts="lists/_export.html",
    )  # fmt: skip


def _file(
    request: HttpRequest, state: State, rows: Any, columns: list[Column], form: ExportForm, count: int
) -> HttpResponseBase:
    listing, kind, at = state.listing, form.cleaned_data["format"], clock.now()
    actions.write_down_export(
        listing, format=kind, columns=[column.key for column in columns], condition=sentence(state.tree),
        reason=form.cleaned_data["reason"], count=count, most=MOST, by=request.user, at=at,
    )  # fmt: skip
    pieces = _dressed(listing, rows.select_related(*listing.related), request.user)
    name = f"{listing.key}-{at:%Y-%m-%d}.{kind}"
    if kind == Export.Format.XLSX:
        return FileResponse(
            files.xlsx_file(columns, pieces, str(listing.title)),
            as_attachment=True,
            filename=name,
            content_type=TYPES[kind],
        )
    answer = StreamingHttpResponse(files.csv_lines(columns, pieces), content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _dressed(listing: Listing, rows: Any, user: Any) -> Iterator[list[Any]]:
    left = MOST
    for piece in chunks(rows):
        piece = piece[:left]
        left -= len(piece)
        listing.dress(piece, user)
        yield piece
        if not left:
            return


@require_safe
@login_required
def log(request: HttpRequest) -> HttpResponse:
    """Who carried what out and what for, the newest first."""
    rows = Export.objects.visible_to(request.user).select_related("by")
    context = {"page": cursor_page(rows, ("-at", "-id"), request.GET.get("cursor")), "tab": "export"}
    return page_or_fragment(request, "lists/log.html", context)
