"""The funnel as a file: CSV for machines, XLSX for people. It leaves a fact."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from perezvon.kit.clock import now
from perezvon.staff import access

from ..access import scope_of
from ..actions import note_export
from ..asked import DEFAULT
from ..dimensions import DIMENSIONS
from ..funnel.breakdown import breakdown
from ..funnel.counting import Funnel, funnels
from ..funnel.money import Worth
from .question import Question, question

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@access.required("funnel", "export")
def export(request: HttpRequest, form: str) -> HttpResponse:
    """The steps with their losses and the table by one dimension, as the page shows them."""
    if form not in ("csv", "xlsx"):
        raise Http404
    asking = question(request, scope=scope_of(request.user, "export"))
    spec = asking.spec.asking(compared=False)
    funnel = funnels(spec, asking.reading)[0]
    by = asking.asked.by or "source"
    sheets = [(_("Funnel"), list(_steps(funnel))), (str(DIMENSIONS[by].label), list(_lines(asking, by, funnel)))]
    body = _csv(sheets) if form == "csv" else _xlsx(sheets)
    period = asking.asked.period
    note_export(report="funnel", format=form, since=period.start, until=period.end, by=request.user, at=now())
    name = f"funnel-{asking.asked.name or DEFAULT}-{period.start:%Y-%m-%d}.{form}"
    kind = "text/csv; charset=utf-8" if form == "csv" else XLSX
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _money(worth: Worth) -> tuple[float | str, float | str]:
    known = worth.is_known or worth.high
    return (round(worth.low, 2), round(worth.high, 2)) if known else ("", "")


def _steps(funnel: Funnel) -> Iterable[list[Any]]:
    yield [
        _("Step"),
        _("Cause of loss"),
        _("Clients"),
        _("% of all"),
        _("Lost"),
        _("Won back"),
        _("Waiting here"),
        _("Not a target"),
        _("Money lost from, ₽"),
        _("Money lost to, ₽"),
    ]
    for step in funnel.steps:
        share = round(step.share_of_first * 100, 2) if step.share_of_first is not None else ""
        yield [
            str(step.rung.name),
            "",
            step.reached,
            share,
            step.lost,
            step.saved,
            step.here,
            step.out,
            *_money(step.worth),
        ]
        for leak in step.leaks.values():
            yield [
                str(step.rung.name),
                f"{leak.code} {leak.name}",
                "",
                "",
                leak.clients,
                "",
                "",
                "",
                *_money(leak.worth),
            ]


def _lines(asking: Question, by: str, funnel: Funnel) -> Iterable[list[Any]]:
    yield [
        str(DIMENSIONS[by].label),
        _("Clients"),
        _("Lost"),
        _("Bought"),
        _("Sold for, ₽"),
        _("Money lost from, ₽"),
        _("Money lost to, ₽"),
    ]
    for line in breakdown(asking.spec, by, funnel, asking.reading):
        yield [
            asking.labels.label(by, line.value),
            line.clients,
            line.lost,
            line.buyers,
            round(line.revenue, 2),
            *_money(line.worth),
        ]


def _safe(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _csv(sheets: list[tuple[str, list[list[Any]]]]) -> bytes:
    out = io.StringIO()
    # Spreadsheets of a country with a decimal comma expect a semicolon.
    writer = csv.writer(out, delimiter=";" if get_language() == "ru" else ",")
    for number, (_name, rows) in enumerate(sheets):
        if number:
            writer.writerow([])
        writer.writerows([[_safe(value) for value in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def _xlsx(sheets: list[tuple[str, list[list[Any]]]]) -> bytes:
    from openpyxl import Workbook  # noqa: PLC0415  a fifth of a second that only an export needs
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name[:31])
        for row in rows:
            sheet.append([_safe(value) for value in row])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        sheet.column_dimensions["A"].width = 32
        sheet.column_dimensions["B"].width = 30
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
