"""The filter builder: a page (or a dialog) that leads back to the list with another condition in its address."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.views.decorators.http import require_http_methods

from perezvon.kit import clock
from perezvon.kit.conditions import Unclear
from perezvon.web.asking import UNPROCESSABLE
from perezvon.web.respond import page_or_fragment

from .. import access
from ..builder import WORDS, Builder, of_form, of_tree
from ..page import home
from ..state import State, of_text

_ADD, _REMOVE, _REDRAW, _DONE = "add", "remove", "redraw", "done"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def builder(request: HttpRequest, key: str) -> HttpResponse:
    """The condition of a list as a form; the list's own address stands in the query string."""
    listing = access.listing(request.user, key)
    state = of_text(listing, request.user, request.GET.urlencode(), clock.now())
    fields = listing.fields.open_to(request.user)
    if request.method != "POST":
        form = of_tree(state.where, fields)
        if not form.rows:
            form.add(key=request.GET.get("first", ""))
        return _shown(request, state, form)
    form = of_form(request.POST, fields)
    if request.POST.get("do", _DONE) == _DONE:
        try:
            return HttpResponseRedirect(home(listing, state.with_where(form.tree())))
        except Unclear:
            return _shown(request, state, form, UNPROCESSABLE)
    _press(form, request.POST)
    return _shown(request, state, form, UNPROCESSABLE)


def _press(form: Builder, data: QueryDict) -> None:
    """What the buttons of the form do: "add:1", "add:new", "remove:3"."""
    word, _colon, text = data["do"].partition(":")
    number = int(text) if text.isdigit() and len(text) < 4 else None
    if word == _ADD:
        form.add(number)
    elif word == _REMOVE and number is not None:
        form.remove(number)
        if not form.rows:
            form.add()


def _shown(request: HttpRequest, state: State, form: Builder, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "builder": form, "listing": state.listing, "words": WORDS, "action": request.get_full_path(),
        "back": home(state.listing, state.address), "problem": state.problem,
    }  # fmt: skip
    return page_or_fragment(request, "lists/filter.html", context, "lists/_filter.html", status)
