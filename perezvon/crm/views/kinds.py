"""The company's kinds of tasks: the administrator's page."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.asking import ask, done

from .. import actions, saying
from ..forms.kinds import KindForm
from ..models import TaskKind


@require_safe
@rights.required("settings", "administer")
def kinds(request: HttpRequest) -> HttpResponse:
    """All kinds with what each is like."""
    rows = [
        {
            "kind": one,
            "length": saying.length(one.minutes),
            "reminders": [saying.before(minutes) for minutes in sorted(one.reminders)],
        }
        for one in TaskKind.objects.order_by("-is_used", "order", "code")
    ]
    return render(request, "crm/kinds.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("settings", "administer")
def kind(request: HttpRequest, code: str = "") -> HttpResponse:
    """Add a kind of tasks, or change one."""
    known = get_object_or_404(TaskKind, pk=code) if code else None
    data = request.POST if request.method == "POST" else None
    shown = known or TaskKind()
    form = KindForm.of(shown, data) if known else KindForm(data, initial={"minutes": 30, "order": 100, "is_used": True})
    if form.is_bound and form.is_valid():
        try:
            actions.set_kind(known, form.values(shown), by=request.user, at=clock.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return done(request, reverse("crm:kinds"), _("Saved."))
    return ask(request, form, _("Kind of task"), submit=_("Save"), back=reverse("crm:kinds"))
