"""Imports: the list, one import through its states, a row to be mended, what came of it as a file."""

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock, phones
from perezvon.staff import access as rights
from perezvon.web.paging import cursor_page
from perezvon.web.parts import Stat
from perezvon.web.respond import page_or_fragment
from perezvon.web.words import number as grouped

from .. import access, hooks
from ..actions import imports
from ..actions.errors import Refused
from ..forms.fields import sellers_for
from ..forms.imports import ColumnsForm, FileForm, RowForm
from ..importing.fields import by_key, why_words
from ..models import Import, ImportResult, ImportRow
from .answers import ask, done, number, refused

SHOWN = 8
BAD_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("person", "import")
def imports_list(request: HttpRequest) -> HttpResponse:
    """Earlier imports, and the form for a new one."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            one = imports.take_file(file, file.name, what=form.cleaned_data["what"], by=request.user, at=clock.now())
        except Refused as error:
            refused(form, error)
        else:
            return done(request, reverse("crm:import", args=[one.pk]))
    rows = Import.objects.visible_to(request.user).select_related("by")
    page = cursor_page(rows, ("-at", "-id"), request.GET.get("cursor"))
    status = 422 if form.errors else 200
    return render(request, "crm/imports.html", {"page": page, "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("person", "import")
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """An import: columns to be named, then how far it is, then what came of it."""
    one = access.one_import(request.user, pk)
    if one.state == Import.State.UPLOADED:
        return _columns(request, one)
    if request.method == "POST":
        return done(request, reverse("crm:import", args=[pk]))
    return page_or_fragment(request, "crm/import.html", _shown(request, one), fragment="crm/_import.html")


def _columns(request: HttpRequest, one: Import) -> HttpResponse:
    form = ColumnsForm(request.POST or None, one=one, user=request.user)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            imports.choose(
                one, form.mapping(), known=values["known"], responsible_id=values.get("responsible_id"),
                source_id=values["source_id"], by=request.user, at=clock.now(),
            )  # fmt: skip
        except Refused as error:
            refused(form, error)
        else:
            return done(request, reverse("crm:import", args=[one.pk]))
    first = imports.samples(one)
    columns = [
        {"field": field, "cells": [row[at] for row in first if row[at].strip()][:3]}
        for at, field in enumerate(form.columns())
    ]
    context = {"one": one, "form": form, "columns": columns, "rules": form.rules()}
    return render(request, "crm/import_columns.html", context, status=422 if form.errors else 200)


def _shown(request: HttpRequest, one: Import) -> dict[str, Any]:
    reached, total = imports.progress(one)
    known = by_key(one.what)
    bad = [(row, why_words(row.why)) for row in one.rows.filter(is_bad=True).order_by("line")[:BAD_SHOWN]]
    return {
        "one": one, "stats": _stats(one), "reached": reached, "all": total, "percent": reached * 100 // total if total else 0,
        "bad": bad, "bad_shown": BAD_SHOWN, "rows": _preview(request, one) if one.state == Import.State.CHECKED else [],
        "fields": [known[key].label for key in dict.fromkeys(one.mapping.values()) if key in known],
        "names": _names(request, one), "kept": _kept(one) if one.kept else [], "can_undo": one.state in _CAN_UNDO and one.added + one.updated > 0,
    }  # fmt: skip


def _names(request: HttpRequest, one: Import) -> list[dict[str, Any]]:
    """Names nobody has, with whom they may mean."""
    if one.state not in (Import.State.CHECKED, Import.State.PAUSED) or not one.bad:
        return []
    choices = {
        "responsible": [(0, _("— nobody —")), *sellers_for(request.user, "person")],
        "source": [(0, _("— none —")), *hooks.sources()],
    }
    return [
        {"why": why, "words": why_words(why), "count": count, "choices": choices[why.partition(":")[0]]}
        for why, count in imports.unknown_names(one)
    ]


@require_POST
@rights.required("person", "import")
def name(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom an unknown name means, for all lines at once."""
    one, why, meant = access.one_import(request.user, pk), request.POST.get("why", ""), request.POST.get("meant", "")
    offered = {(each["why"], str(key)) for each in _names(request, one) for key, _label in each["choices"]}
    back = reverse("crm:import", args=[pk])
    if (why, meant) not in offered:
        return done(request, back, _("Choose one of those offered."))
    try:
        count = imports.name(one, why, int(meant), by=request.user, at=clock.now())
    except Refused as error:
        return done(request, back, error)
    words = ngettext("%(count)s line is mended.", "%(count)s lines are mended.", count)
    return done(request, back, words % {"count": grouped(count)})


_CAN_UNDO = (Import.State.DONE, Import.State.PAUSED)


def _stats(one: Import) -> list[Stat]:
    export = reverse("crm:import-results", args=[one.pk])
    figures = [
        (_("Added"), one.added, "added"),
        (_("Changed"), one.updated, "updated"),
        (_("Left as they were"), one.skipped, "skipped"),
    ]
    stats = [Stat(pgettext("import", "Lines"), grouped(one.total))]
    if one.state not in (Import.State.CHECKED, Import.State.READING):
        stats += [
            Stat(label, grouped(value), url=f"{export}?state={state}" if value else "")
            for label, value, state in figures
        ]
    return [*stats, Stat(_("To be mended"), grouped(one.bad), tone="warning" if one.bad else "")]


def _preview(request: HttpRequest, one: Import) -> list[dict[str, Any]]:
    """The first good lines as they will be."""
    sees = rights.sees_phones(request.user)
    shown = phones.pretty if sees else phones.mask
    return [
        {
            "line": row.line, "name": row.name, "phones": [shown(value) for value in row.phones.split()],
            "emails": row.emails.split(), "values": _value_words(row.values or {}),
        }
        for row in one.rows.filter(is_bad=False).order_by("line")[:SHOWN]
    ]  # fmt: skip


def _value_words(values: dict[str, Any]) -> str:
    plain = {key: value for key, value in values.items() if key not in ("responsible", "source")}
    return " · ".join(str(value) for value in plain.values())[:200]


def _kept(one: Import) -> list[ImportResult]:
    return list(one.results.filter(state=ImportResult.State.KEPT).order_by("line")[:BAD_SHOWN])


@require_POST
@rights.required("person", "import")
def verb(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Bring in, pause, or take back."""
    one = access.one_import(request.user, pk)
    try:
        if what == "undo":
            imports.undo(one, by=request.user, at=clock.now())
        else:
            {"start": imports.start, "pause": imports.pause}[what](one)
    except Refused as error:
        return done(request, reverse("crm:import", args=[pk]), error)
    return done(request, reverse("crm:import", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("person", "import")
def row(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """A line that makes no sense yet."""
    one = access.one_import(request.user, pk)
    bad = get_object_or_404(ImportRow, batch=one, line=line, is_bad=True)
    form, why = RowForm(request.POST or None, one=one, row=bad), why_words(bad.why)
    back = reverse("crm:import", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            mended = imports.mend(bad, form.cells(), by=request.user, at=clock.now())
        except Refused as error:
            refused(form, error)
        else:
            if not mended.is_bad:
                return done(request, back, _("The line is mended."))
            form.add_error(None, why_words(mended.why))
    return ask(request, form, _("Line %(line)s") % {"line": line}, submit=_("Save"), back=back, hint=why)


class _Echo:
    """A file whose write gives back what is written."""

    def write(self, text: str) -> str:
        return text


@require_safe
@rights.required("person", "import")
def results(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What came of the lines, or the lines to be mended, as a CSV with the file's own columns."""
    one, state = access.one_import(request.user, pk), request.GET.get("state", "")
    response = StreamingHttpResponse(_lines(one, state), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        f'attachment; filename="import-{one.pk}-{state if state.isalpha() else "all"}.csv"'
    )
    return response


def _lines(one: Import, state: str) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + str(writer.writerow([_("Line"), *one.heads, _("Result")]))
    if state == "bad":
        for bad in one.rows.filter(is_bad=True).order_by("line").iterator(2000):
            yield str(writer.writerow([bad.line, *map(_harmless, bad.texts), why_words(bad.why)]))
        return
    wanted = one.results.order_by("line")
    wanted = wanted.filter(state=state) if state in ImportResult.State.values else wanted
    place = 0
    while chunk := list(wanted.filter(line__gt=place)[:2000]):
        texts = dict(one.rows.filter(line__in=[result.line for result in chunk]).values_list("line", "cells"))
        for result in chunk:
            cells = texts.get(result.line, "").split(ImportRow.CELL)
            yield str(writer.writerow([result.line, *map(_harmless, cells), result.get_state_display()]))
        place = chunk[-1].line


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet will not take for a formula."""
    return "'" + cell if cell[:1] in ("=", "+", "-", "@", "\t") and number(cell.lstrip("+-")) is None else cell
