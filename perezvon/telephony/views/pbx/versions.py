"""Versions of the exchange's configuration: what would change, what is wrong, apply, go back."""

import json
from hashlib import blake2b
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights

from ... import actions
from ...models import PbxVersion, Provider
from ...pbx import versions as reads
from ...pbx.checks import Problem, Refused, check
from ...pbx.control import ControlError
from ...pbx.generate import generate
from ...pbx.nodes import plan_for
from ...pbx.putting import needs_restart
from .common import of_exchange, row_of

_SCREENS = {
    "trunk": "telephony:trunk", "menu": "telephony:menu", "queue": "telephony:pbx_queue", "line": "telephony:line",
    "calendar": "staff:calendar",
}  # fmt: skip


def place_of(problem: Problem, exchange: Provider) -> str:
    """The screen where a problem is mended."""
    if problem.kind in _SCREENS and problem.pk:
        return reverse(_SCREENS[problem.kind], args=[problem.pk])
    names = {"trunk": "trunks", "menu": "menus", "queue": "pbx_queues", "line": "lines", "extension": "telephones"}
    if problem.kind in names:
        return reverse(f"telephony:{names[problem.kind]}")
    return f"{reverse('telephony:pbx_node')}?exchange={exchange.pk}"


def standing(exchange: Provider) -> tuple[list[Problem], dict[str, str]]:
    """What is wrong with the settings now, and the files that they make; no files when something must be mended."""
    plan = plan_for(exchange)
    problems = check(plan)
    return problems, {} if any(not one.is_warning for one in problems) else generate(plan)


@require_safe
@of_exchange()
def versions(request: HttpRequest, exchange: Provider) -> HttpResponse:
    """What is wrong, what would change, what was applied before."""
    problems, files = standing(exchange)
    last = reads.applied(exchange)
    context = {
        "exchange": exchange, "problems": [(one, place_of(one, exchange)) for one in problems], "can_apply": bool(files),
        "diff": reads.diff(last.files if last else {}, files) if files else [], "applied": last, "seen": _digest(files),
        "versions": reads.versions(exchange), "may_edit": rights.can(request.user, "provider", "administer"),
        "waits_for_restart": reads.waits_for_restart(exchange),
        "needs_restart": bool(files) and needs_restart(last.files if last else {}, files),
    }  # fmt: skip
    return render(request, "telephony/pbx/versions.html", context)


def _digest(files: dict[str, str]) -> str:
    """What the reader has seen; applying anything else is refused."""
    return blake2b(json.dumps(files, sort_keys=True).encode(), digest_size=12).hexdigest()


@require_POST
@of_exchange("administer")
def apply(request: HttpRequest, exchange: Provider) -> HttpResponse:
    """Put into force what was shown, and nothing else."""
    here = f"{reverse('telephony:versions')}?exchange={exchange.pk}"
    try:
        if request.POST.get("seen") != _digest(reads.present_files(exchange)):
            messages.error(request, _("The settings have changed meanwhile. Look at the changes once more."))
            return redirect(here)
        comment = request.POST.get("comment", "").replace("\x00", "").strip()
        done = actions.apply_now(exchange, by=request.user, at=clock.now(), comment=comment)
    except (Refused, actions.Stale, ValueError) as error:
        messages.error(request, str(error))
        return redirect(here)
    _say(request, done)
    return redirect(here)


@require_POST
@of_exchange("administer")
def restart(request: HttpRequest, exchange: Provider) -> HttpResponse:
    """Start the exchange anew when nobody talks."""
    try:
        actions.restart(exchange, by=request.user, at=clock.now())
        messages.success(request, _("The exchange starts anew as soon as nobody talks."))
    except ControlError as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('telephony:versions')}?exchange={exchange.pk}")


def _say(request: HttpRequest, version: PbxVersion) -> None:
    if version.state == PbxVersion.State.APPLIED:
        messages.success(request, _("Version %(number)s is applied.") % {"number": version.number})
    else:
        words = _("The exchange refused version %(number)s: %(why)s")
        messages.error(request, words % {"number": version.number, "why": version.error[:300]})


@require_safe
@rights.required("provider", "view")
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: what it changed."""
    this: Any = row_of(PbxVersion, request.user, pk, "view", "provider", "by")
    last = reads.applied(this.provider)
    is_now = last is not None and last.pk == this.pk
    may = rights.can(request.user, "provider", "administer") and this.state == PbxVersion.State.APPLIED and not is_now
    context = {"version": this, "diff": reads.diff_of(this), "is_now": is_now, "may_go_back": may}
    return render(request, "telephony/pbx/version.html", context)


@require_POST
@rights.required("provider", "administer")
def roll_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring the settings of an earlier version back and apply them, in one click."""
    this: Any = row_of(PbxVersion, request.user, pk, "administer", "provider")
    here = f"{reverse('telephony:versions')}?exchange={this.provider_id}"
    try:
        _say(request, actions.roll_back(this, by=request.user, at=clock.now()))
    except (Refused, actions.Stale, ValueError) as error:
        messages.error(request, str(error))
    return redirect(here)
