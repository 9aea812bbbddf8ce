"""Ready results of tasks: the administrator's page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.asking import ask, done

from ..actions.results import move_result, save_result
from ..forms.results import ResultForm
from ..kinds import kind_choices
from ..models import TaskResult
from ..results import suggestion


@require_safe
@rights.required("settings", "administer")
def results(request: HttpRequest) -> HttpResponse:
    """What may come out of each kind of task."""
    rows: dict[str, list[tuple[TaskResult, str]]] = {}
    for one in TaskResult.objects.order_by("is_archived", "order", "id"):
        rows.setdefault(one.kind, []).append((one, suggestion(one)))
    kinds = [(kind, label, rows.get(kind, [])) for kind, label in kind_choices()]
    return render(request, "crm/results.html", {"kinds": kinds})


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("settings", "administer")
def result(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a result."""
    one = get_object_or_404(TaskResult, pk=pk) if pk else TaskResult(kind=request.GET.get("kind", ""))
    form: Any = ResultForm(request.POST if request.method == "POST" else None, instance=one)
    home = reverse("crm:results")
    if request.method == "POST" and form.is_valid():
        save_result(form.save(commit=False), by=request.user, at=clock.now())
        return done(request, home, _("Saved."))
    return ask(request, form, _("Result of a task"), submit=_("Save"), back=home)


@require_POST
@rights.required("settings", "administer")
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a result one place up or down."""
    one = get_object_or_404(TaskResult, pk=pk, is_archived=False)
    move_result(one, up=request.POST.get("way") != "down", by=request.user, at=clock.now())
    return done(request, reverse("crm:results"))
