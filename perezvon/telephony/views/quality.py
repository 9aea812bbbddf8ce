"""Judging talks, and the criteria they are judged by."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from perezvon.crm.actions.errors import Refused
from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.asking import ask, done

from .. import access
from ..actions.quality import save_criterion, score_call
from ..forms.quality import CriterionForm, ScoreForm
from ..models import Criterion, QualityScore

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
@rights.required("call", "score")
def score(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge a call by the criteria of today; judging again changes one's own score."""
    call = access.call(request.user, pk, to="score")
    before = QualityScore.objects.filter(call=call, by=request.user).prefetch_related("marks").first()
    form = ScoreForm(request.POST if request.method == "POST" else None, before=before)
    home = reverse("telephony:call", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            made = score_call(
                call, form.marks(), comment=form.cleaned_data["comment"], by=request.user, at=clock.now()
            )  # fmt: skip
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return done(request, home, _("The talk is judged: %(total)s of 100.") % {"total": made.total})
    return ask(request, form, _("Judge the talk"), submit=_("Judge"), back=home, parts="telephony/_score_form.html")


@require_safe
@rights.required("call", "score")
def criteria(request: HttpRequest) -> HttpResponse:
    """What talks are judged by; the weights as shares."""
    rows = list(Criterion.objects.order_by("is_archived", "order", "pk"))
    total = sum(row.weight for row in rows if not row.is_archived) or 1
    shown = [(row, 0 if row.is_archived else round(100 * row.weight / total)) for row in rows]
    may_edit = rights.can(request.user, "settings", "administer")
    return render(request, "telephony/criteria.html", {"criteria": shown, "may_edit": may_edit})


@require_http_methods(FORM_METHODS)
@rights.required("settings", "administer")
def criterion(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a criterion or change one."""
    known = get_object_or_404(Criterion, pk=pk) if pk else Criterion(order=Criterion.objects.count() + 1)
    form = CriterionForm(request.POST if request.method == "POST" else None, instance=known)
    home = reverse("telephony:criteria")
    if request.method == "POST" and form.is_valid():
        save_criterion(form.save(commit=False), by=request.user, at=clock.now())
        return done(request, home, _("Saved."))
    title = _("A criterion") if pk else _("A new criterion")
    return ask(request, form, title, submit=_("Save"), back=home)
