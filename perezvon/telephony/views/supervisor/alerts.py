"""Alerts: what is open and what was, and the rules behind them."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.staff.models import Department
from perezvon.web.paging import cursor_page
from perezvon.web.respond import page_or_fragment

from ...actions import alerts as actions
from ...alerting.words import SORTS
from ...forms.alerts import AlertRuleForm
from ...models import Alert, AlertRule
from .answers import done

UNPROCESSABLE = 422


@require_safe
@never_cache
@rights.required("call", "supervise")
def alerts(request: HttpRequest) -> HttpResponse:
    """Everything that was told, the newest first; what is open stands above."""
    rows = Alert.objects.visible_to(request.user).exclude(state=Alert.State.PENDING)
    rows = rows.select_related("rule", "acknowledged_by", "department")
    page = cursor_page(rows, ("-opened_at", "-id"), request.GET.get("cursor"))
    context = {
        "page": page, "open": list(rows.filter(state=Alert.State.OPEN).order_by("-opened_at", "-id")[:50]),
        "sees_money": rights.can(request.user, "deal", "view"), "has_rules": AlertRule.objects.exists(),
    }  # fmt: skip
    return page_or_fragment(request, "telephony/supervisor/alerts.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@rights.required("call", "supervise")
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert; whoever posts takes it on."""
    found = get_object_or_404(Alert.objects.visible_to(request.user).select_related("rule", "acknowledged_by"), pk=pk)
    if request.method == "POST":
        actions.take_on(found, by=request.user, at=clock.now())
        return done(request, _("You take care of it; it is not told again."), _back(request))
    context = {"alert": found, "sees_money": rights.can(request.user, "deal", "view")}
    return page_or_fragment(
        request, "telephony/supervisor/alert.html", context, fragment="telephony/supervisor/_alert.html"
    )


def _back(request: HttpRequest) -> str:
    return reverse("telephony:alerts") if request.POST.get("from") == "alerts" else ""


@require_safe
@never_cache
@rights.required("call", "supervise")
def rules(request: HttpRequest) -> HttpResponse:
    """The rules, and the kinds of which one may be added."""
    rows = _own_rules(request.user).select_related("department", "queue")
    context = {
        "rules": list(rows.prefetch_related("people", "roles")),
        "sorts": [(kind, AlertRule.Kind(kind).label, sort.hint) for kind, sort in SORTS.items()],
    }
    return page_or_fragment(request, "telephony/supervisor/rules.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@rights.required("call", "supervise")
def rule_add(request: HttpRequest, kind: str) -> HttpResponse:
    """A new rule of this kind."""
    if kind not in SORTS:
        raise Http404
    return _rule(request, AlertRule(kind=kind, **SORTS[kind].start))


@require_http_methods(["GET", "POST"])
@never_cache
@rights.required("call", "supervise")
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a rule."""
    return _rule(request, get_object_or_404(_own_rules(request.user), pk=pk))


def _own_rules(user: Any) -> Any:
    """Rules that ``user`` may change: those of the whole company only by who leads all of it."""
    rows = AlertRule.objects.visible_to(user)
    return rows if rights.scope(user, "call", "supervise") == "all" else rows.exclude(department=None)


def _rule(request: HttpRequest, found: AlertRule) -> HttpResponse:
    departments: Any = rights.limit(
        Department.objects.all(), request.user, "call", "supervise", owner=None, department="pk"
    )
    form = AlertRuleForm(found.kind, departments, request.POST or None, instance=found)
    if "department" in form.fields and rights.scope(request.user, "call", "supervise") != "all":
        form.fields["department"].required = True
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        saved = form.save(commit=False)
        actions.save_rule(saved, people=told["people"], roles=told["roles"], by=request.user, at=clock.now())
        return done(request, _("Saved."), reverse("telephony:alert_rules"))
    context = {"form": form, "rule": found, "hint": SORTS[found.kind].hint}
    status = UNPROCESSABLE if form.errors else 200
    return page_or_fragment(request, "telephony/supervisor/rule.html", context, status=status)


@require_POST
@rights.required("call", "supervise")
def rule_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rule away."""
    actions.remove_rule(get_object_or_404(_own_rules(request.user), pk=pk), by=request.user, at=clock.now())
    return done(request, _("The rule is removed."), reverse("telephony:alert_rules"))
