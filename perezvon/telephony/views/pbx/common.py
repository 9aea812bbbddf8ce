"""What the screens of our own exchange have in common: which exchange it is about, and answers to forms."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from perezvon.staff import access as rights

from ...models import Provider

UNPROCESSABLE = 422
OnExchange = Callable[..., HttpResponse]


def exchanges_of(user: Any, verb: str = "view") -> list[Provider]:
    """Exchanges of our own to which the person may do it, the first connected first."""
    return list(Provider.objects.visible_to(user, verb).own())


def of_exchange(verb: str = "view") -> Callable[[OnExchange], OnExchange]:
    """A view ``(request, exchange)``: about ``?exchange=ID``, else about the first one of our own.

    Without the right 404; without an exchange a page that says how to get one.
    """

    def decorate(view: OnExchange) -> OnExchange:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            found = exchanges_of(request.user, verb)
            wanted = request.GET.get("exchange", "")
            chosen = next((one for one in found if wanted in ("", str(one.pk))), None)
            if chosen is None:
                return render(request, "telephony/pbx/none.html", status=404 if wanted else 200)
            return view(request, chosen, *args, **kwargs)

        return rights.required("provider", verb)(guarded)  # type: ignore[arg-type, return-value]

    return decorate


def row_of(model: Any, user: Any, pk: int, verb: str = "view", *related: str) -> Any:
    """The row of an exchange's noun, when ``user`` may do that to it. Http404 otherwise."""
    rows = model.objects.visible_to(user, verb)
    return get_object_or_404(rows.select_related(*related) if related else rows, pk=pk)


def answer(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page; 422 when its form has errors."""
    form = context.get("form")
    return render(request, template, context, status=UNPROCESSABLE if form is not None and form.errors else 200)


def done(request: HttpRequest, word: Any, *to: Any, **query: Any) -> HttpResponse:
    """Say it is done and go to the address ``to``."""
    messages.success(request, word)
    return redirect(*to, **query)


def removed(request: HttpRequest, remove: Callable[[], Any], word: Any, after: Any, instead: Any) -> HttpResponse:
    """Remove, or say why not and go back to ``instead``; both are what ``redirect`` takes."""
    try:
        remove()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(*instead)
    return done(request, word, *after)
