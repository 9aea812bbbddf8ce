"""How the pages of this room answer: a form in a dialog or on its own page, a redirect with a word."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from perezvon.web.respond import page_or_fragment

from ..actions.errors import Refused

UNPROCESSABLE = 422


def ask(
    request: HttpRequest,
    form: forms.Form,
    title: object,
    *,
    submit: object = "",
    back: str = "/",
    action: str = "",
    hint: object = "",
    tone: str = "",
    parts: str = "",
    **more: Any,
) -> HttpResponse:
    """Show a form: in a dialog when asked by script, else as a page. 422 when it was sent and is bad."""
    context = {
        "form": form, "title": title, "submit": submit, "back": back_to(request, back), "hint": hint, "tone": tone,
        "action": action or request.get_full_path(), "parts": parts or "web/_form.html", **more,
    }  # fmt: skip
    status = UNPROCESSABLE if request.method == "POST" or more.get("unfinished") else 200
    return page_or_fragment(request, "crm/ask.html", context, fragment="crm/_ask.html", status=status)


def done(request: HttpRequest, to: str, word: object = "") -> HttpResponseRedirect:
    """Go where the result is seen, with a word about it."""
    if word:
        messages.success(request, str(word))
    return HttpResponseRedirect(back_to(request, to))


def back_to(request: HttpRequest, default: str) -> str:
    """Where the person came from when the form says so (``next``), else ``default``; never another site."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and is_ours else default


def refused(form: forms.Form, error: Refused) -> None:
    """Let the form say why the action was refused."""
    form.add_error(None, str(error))


def number(text: str | None) -> int | None:
    """A whole number from an address or a form; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None
