"""How pages of any room ask and answer: a form in a dialog or on its own page, a redirect with a word."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from .respond import page_or_fragment

UNPROCESSABLE = 422


def ask(request: HttpRequest, form: forms.Form | forms.ModelForm, title: object, **more: Any) -> HttpResponse:
    """Show a form: in a dialog when asked by script, else as a page. 422 when it was sent and is bad.

    ``more``: submit, back, hint, tone, as in ``web/_dialog_form.html``; ``parts`` is the partial of another form.
    """
    more["back"] = back_to(request, more.get("back", "/"))
    fragment = more.pop("parts", "web/_dialog_form.html")
    context = {"form": form, "title": title, "action": request.get_full_path(), "fragment": fragment, **more}
    status = UNPROCESSABLE if request.method == "POST" else 200
    return page_or_fragment(request, "web/ask.html", context, fragment=fragment, status=status)


def done(request: HttpRequest, to: str, word: object = "") -> HttpResponseRedirect:
    """Go where the result is seen, with a word about it."""
    if word:
        messages.success(request, str(word))
    return HttpResponseRedirect(back_to(request, to))


def back_to(request: HttpRequest, default: str) -> str:
    """Where the person came from when the address says so (``next``), else ``default``; never another site."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and is_ours else default
