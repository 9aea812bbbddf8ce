"""Sources of clients, the numbers and the tags that lead to them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from perezvon.kit.clock import now
from perezvon.staff import access
from perezvon.staff.views.answers import told_in
from perezvon.telephony.models import Line
from perezvon.web.respond import page_or_fragment

from .. import actions, reads
from ..forms import LineForm, OfLineForm, SourceForm, UtmRuleForm
from ..models import LineSource, Source, UtmRule

TAGS = ("utm_source", "utm_medium", "utm_campaign")
sees, adds, edits = (access.required("source", verb) for verb in ("view", "add", "edit"))
sees_numbers, edits_numbers = access.required("number", "view"), access.required("number", "edit")


@require_GET
@sees
def sources(request: HttpRequest) -> HttpResponse:
    """All sources with the numbers and rules that lead to them."""
    found = list(Source.objects.visible_to(request.user).order_by("is_archived", "name").prefetch_related("utm_rules"))
    numbers: dict[int, list[str]] = {}
    for line, source_id in LineSource.objects.filter(until=None).values_list("line", "source_id"):
        numbers.setdefault(source_id, []).append(line)
    rows = [{"this": one, "numbers": numbers.get(one.pk, []), "rules": one.utm_rules.all()} for one in found]
    return render(request, "marketing/sources.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@adds
def source_add(request: HttpRequest) -> HttpResponse:
    """Add a source."""
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            data = form.cleaned_data
            actions.add_source(data["name"], channel=data["channel"], by=request.user, at=now())
            return redirect("marketing:sources")
    return _page(request, form, _("New source"), "marketing:sources")


@require_http_methods(["GET", "POST"])
@edits
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a source or retire it."""
    this = get_object_or_404(Source.objects.visible_to(request.user), pk=pk)
    form = SourceForm.of(this, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            actions.change_source(this, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Saved."))
            return redirect("marketing:sources")
    return _page(request, form, this.name, "marketing:sources")


@require_http_methods(["GET", "POST"])
@sees_numbers
def numbers(request: HttpRequest) -> HttpResponse:
    """Which source each dialled number belongs to, now and before."""
    form = LineForm(request.POST if request.method == "POST" else None)
    may_edit = access.can(request.user, "number", "edit")
    if form.is_bound and may_edit and form.is_valid():
        with told_in(form):
            actions.assign_line(form.cleaned_data["line"], form.cleaned_data["source"], by=request.user, at=now())
            messages.success(request, _("Calls to this number come from the source from now on."))
            return redirect("marketing:numbers")
    spans: dict[str, list[LineSource]] = {}
    for span in LineSource.objects.select_related("source").order_by("line", "-since", "-id"):
        spans.setdefault(span.line, []).append(span)
    rows = [
        {"line": line, "now": None if found[0].until else found[0], "history": found} for line, found in spans.items()
    ]
    context = {"rows": rows, "form": form, "may_edit": may_edit}
    return render(request, "marketing/numbers.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@sees
def of_line(request: HttpRequest, pk: int) -> HttpResponse:
    """The source of one of our lines, for its page: now and before; another one is chosen here."""
    line = get_object_or_404(Line.objects.visible_to(request.user), pk=pk)
    may_edit = access.can(request.user, "number", "edit")
    form = OfLineForm(request.POST if request.method == "POST" else None)
    if form.is_bound and may_edit and form.is_valid():
        with told_in(form):
            actions.assign_line(line.number, form.cleaned_data["source"], by=request.user, at=now())
            messages.success(request, _("Calls to this number come from the source from now on."))
            return redirect("telephony:line", pk)
    spans = list(LineSource.objects.filter(line=line.number).select_related("source").order_by("-since", "-id")[:8])
    context = {"line": line, "spans": spans, "form": form, "may_edit": may_edit}
    return page_or_fragment(
        request, "marketing/of_line.html", context, "marketing/_of_line.html", 422 if form.errors else 200
    )


@require_POST
@edits_numbers
def number_free(request: HttpRequest) -> HttpResponse:
    """The number belongs to no source from now on."""
    actions.free_line(request.POST.get("line", "").replace("\x00", ""), by=request.user, at=now())
    return redirect("marketing:numbers")


@require_http_methods(["GET", "POST"])
@sees
def rules(request: HttpRequest) -> HttpResponse:
    """UTM rules, and the tags that none of them knows yet."""
    may_edit = access.can(request.user, "source", "edit")
    asked = {tag: request.GET.get(tag, "").replace("\x00", "")[:200] for tag in TAGS}
    form = UtmRuleForm(request.POST if request.method == "POST" else None, initial=asked)
    if form.is_bound and may_edit and form.is_valid():
        with told_in(form):
            actions.set_utm_rule(**form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Saved."))
            return redirect("marketing:rules")
    context = {
        "rules": UtmRule.objects.select_related("source"),
        "unknown": reads.unmatched_tags(now()),
        "form": form,
        "may_edit": may_edit,
    }
    return render(request, "marketing/rules.html", context, status=422 if form.errors else 200)


@require_POST
@edits
def rule_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a rule."""
    actions.remove_utm_rule(get_object_or_404(UtmRule, pk=pk), by=request.user, at=now())
    return redirect("marketing:rules")


def _page(request: HttpRequest, form: SourceForm, heading: str, back: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "back": back}
    return render(request, "marketing/form_page.html", context, status=422 if form.errors else 200)
