"""The tree of departments."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from perezvon.kit.clock import now

from .. import actions
from ..forms.structure import DepartmentForm
from ..models import Department
from .answers import told_in
from .people import administered


@require_GET
@administered
def departments(request: HttpRequest) -> HttpResponse:
    """All departments, each under the one it belongs to."""
    working = Count("people", filter=Q(people__is_active=True))
    tree = Department.objects.select_related("head", "calendar").annotate(size=working).order_by("path")
    return render(request, "staff/departments.html", {"tree": tree})


@require_http_methods(["GET", "POST"])
@administered
def department_add(request: HttpRequest) -> HttpResponse:
    """Add a department."""
    form = DepartmentForm(request.POST or None, initial={"parent": request.GET.get("parent", "")})
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            actions.add_department(**form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Saved."))
            return redirect("staff:departments")
    return render(request, "staff/department.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@administered
def department(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a department or move it."""
    this = get_object_or_404(Department, pk=pk)
    initial = {"name": this.name, "parent": this.parent_id, "head": this.head_id, "calendar": this.calendar_id}
    form = DepartmentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            actions.save_department(this, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Saved."))
            return redirect("staff:departments")
    return render(request, "staff/department.html", {"form": form, "this": this}, status=422 if form.errors else 200)
