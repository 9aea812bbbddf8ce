"""Lines: the numbers that clients dial, whose they are and where their calls go."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.staff.views.answers import told_in

from ... import actions, hooks, hours
from ...destinations import Book, url_of
from ...forms.lines import LineForm, RoutedLineForm
from ...models import Line, Provider
from .common import answer, done, exchanges_of

_RELATED = ("department", "product", "provider", "calendar")


@require_safe
@rights.required("number", "view")
def lines(request: HttpRequest) -> HttpResponse:
    """All our numbers with the source of their calls, and where the calls go now."""
    at = clock.now()
    rows = list(Line.objects.visible_to(request.user).select_related(*_RELATED).prefetch_related("calendar__holidays"))
    sources = hooks.line_sources([row.number for row in rows], at)
    books = {pk: Book(pk) for pk in {row.provider_id for row in rows}}
    found = [_row(row, sources.get(row.number, ""), books[row.provider_id], at) for row in rows]
    return render(request, "telephony/lines.html", {"rows": found, "has_routes": any(row["route"] for row in found)})


def _row(line: Line, source: str, book: Book, at: Any) -> dict[str, Any]:
    is_open = hours.is_open(line, at)
    to = line.open_to if is_open else line.closed_to
    route = {"is_open": is_open, "name": book.name(to), "url": url_of(to)} if line.provider_id else None
    return {"this": line, "source": source, "route": route}


@require_http_methods(["GET", "POST"])
@rights.required("number", "edit")
def line(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a number or change it; the route of its calls is for those who look after the exchange."""
    rows = Line.objects.visible_to(request.user, "edit").select_related(*_RELATED)
    known: Any = get_object_or_404(rows, pk=pk) if pk else None
    form = _form(request, known)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            given = dict(form.cleaned_data)
            if known:
                actions.change_line(known, by=request.user, at=clock.now(), **given)
            else:
                known = actions.add_line(given.pop("number"), by=request.user, at=clock.now(), **given)
            return done(request, _("Saved."), "telephony:line", known.pk)
    context = {"form": form, "line": known, "is_routed": isinstance(form, RoutedLineForm)}
    if known:
        context |= {"is_open": hours.is_open(known, clock.now()), "calendar": hours.calendar_of_line(known)}
    return answer(request, "telephony/pbx/line.html", context)


def _form(request: HttpRequest, known: Line | None) -> LineForm:
    data = request.POST if request.method == "POST" else None
    own = exchanges_of(request.user, "administer")
    if not own:
        return LineForm(data, line=known)
    wanted = data.get("provider", "") if data is not None else ""
    chosen: Provider | None = next((one for one in own if str(one.pk) == wanted), None)
    if data is None:
        chosen = (known.provider if known else None) or own[0]
    form = RoutedLineForm(data, line=known, exchange=chosen)
    form.fields["provider"].queryset = Provider.objects.visible_to(request.user, "administer").own()  # type: ignore[attr-defined]
    return form
