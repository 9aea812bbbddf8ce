"""Segments of the company's own: made of what a list shows, counted every night and on demand."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from perezvon.kit import clock
from perezvon.kit.conditions import Unclear, read, sentence
from perezvon.lists.page import home
from perezvon.lists.state import of_text
from perezvon.staff import access as rights
from perezvon.web.asking import done

from ..actions import own_segments as actions
from ..actions.errors import Refused
from ..fields import PERSON
from ..forms.own_segments import GroupForm
from ..listings import PEOPLE
from ..models import ClientGroup
from .answers import ask

NOT_KEPT = gettext_lazy(
    "Words of a search and the chip “Out of rhythm” cannot be kept as a segment: set a filter instead."
)


def shown() -> list[dict[str, Any]]:
    """The segments with their conditions in words and the addresses of their members."""
    return [
        {"group": row, "words": words(row.where), "url": home(PEOPLE, f"where={members(row)}")}
        for row in ClientGroup.objects.filter(is_archived=False).order_by("name")
    ]


def words(where: Any) -> str:
    """A condition in words; what cannot be read any more says why."""
    try:
        return sentence(read(where, PERSON)) or str(_("everybody"))
    except Unclear as error:
        return str(error)


def members(row: ClientGroup) -> str:
    """The condition that the members of a segment fit, for an address."""
    return json.dumps({"field": "groups", "op": "any_of", "value": [row.pk]})


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("person", "assign")
def group(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a segment of what the list shows (``?list=`` its query), or change one."""
    one = get_object_or_404(ClientGroup, pk=pk) if pk else None
    where = _where(request) if one is None else one.where
    form = GroupForm(request.POST or None, instance=one, user=request.user)
    back = reverse("crm:segments")
    if request.method == "POST" and form.is_valid():
        row = form.save(commit=False)
        row.where = form.chosen(where)
        try:
            actions.save_group(row, by=request.user, at=clock.now())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return done(request, back, _("Saved and counted."))
    hint = _("Who is in it: %(words)s") % {"words": words(where)} if where is not None else NOT_KEPT
    return ask(request, form, _("Segment of your own"), submit=_("Save"), back=back, hint=hint)  # type: ignore[arg-type]


def _where(request: HttpRequest) -> Any:
    """The condition of the list that the person comes from; None when it is more than a condition."""
    query = request.GET.get("list", "")
    if query in ("", "all"):
        return {}
    state = of_text(PEOPLE, request.user, query, clock.now())
    return None if state.problem or state.text or (state.show and state.show.also) else state.tree.json()


@require_POST
@rights.required("person", "assign")
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """Count a segment now."""
    try:
        come, left = actions.count(get_object_or_404(ClientGroup, pk=pk, is_archived=False), at=clock.now())
    except Refused as error:
        return done(request, reverse("crm:segments"), error)
    said = _("Counted: came %(come)s, left %(left)s.") % {"come": come, "left": left}
    return done(request, reverse("crm:segments"), said)
