"""Roles and the matrix of what they may do."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from perezvon.kit.clock import now

from .. import actions
from ..forms.structure import RoleForm
from ..models import Role
from ..vocabulary import ASKED, NOUNS, SCOPE_WORDS, VERBS
from .people import administered


@require_http_methods(["GET", "POST"])
@administered
def roles(request: HttpRequest) -> HttpResponse:
    """All roles; a new one can be made from an old one."""
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        role = actions.add_role(**form.cleaned_data, by=request.user, at=now())
        return redirect("staff:role", role.key)
    counted = Role.objects.annotate(size=Count("people", filter=Q(people__is_active=True)))
    return render(request, "staff/roles.html", {"roles": counted, "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@administered
def role(request: HttpRequest, key: str) -> HttpResponse:
    """What one role may do: nouns down, verbs across, a scope in each cell."""
    this = get_object_or_404(Role, key=key)
    if request.method == "POST":
        try:
            actions.set_grants(this, _asked_for(request), by=request.user, at=now())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("Saved."))
        return redirect("staff:role", key)
    context = {"this": this, "verbs": VERBS.values(), "rows": _rows(this), "scopes": SCOPE_WORDS.items()}
    return render(request, "staff/role.html", context)


def _asked_for(request: HttpRequest) -> dict[tuple[str, str], str]:
    """The cells that the form sent; cells it did not show stay as they are."""
    cells = ((noun, verb, request.POST.get(f"{noun}.{verb}")) for noun, verbs in ASKED.items() for verb in verbs)
    return {(noun, verb): scope for noun, verb, scope in cells if scope is not None and scope in ("", *SCOPE_WORDS)}


def _rows(this: Role) -> list[dict[str, Any]]:
    granted = {(grant.noun, grant.verb): grant.scope for grant in this.grants.all()}
    return [
        {
            "label": label,
            "cells": [
                {
                    "name": f"{noun}.{verb}",
                    "scope": granted.get((noun, verb), ""),
                    "verb": word,
                    "shown": verb in ASKED[noun],
                }
                for verb, word in VERBS.items()
            ],
        }
        for noun, label in NOUNS.items()
    ]
