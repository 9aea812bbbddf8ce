"""Phrases and music: the list, uploading, speaking, listening."""

from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.staff.views.answers import told_in
from perezvon.web.ranged import Content, ranged

from ... import actions
from ...actions.prompts import uses_of_prompt
from ...forms.prompts import PromptForm
from ...models import Prompt
from ...sounds import files, speech
from .common import answer, done, removed, row_of


@require_safe
@rights.required("provider", "view")
def prompts(request: HttpRequest) -> HttpResponse:
    """All phrases, then all music."""
    rows = list(Prompt.objects.visible_to(request.user))
    groups = [(use, [one for one in rows if one.use == use.value]) for use in Prompt.Use]
    context = {"groups": groups, "may_edit": rights.can(request.user, "provider", "administer")}
    return render(request, "telephony/pbx/prompts.html", context)


@require_http_methods(["GET", "POST"])
@rights.required("provider", "administer")
def prompt_add(request: HttpRequest) -> HttpResponse:
    """Upload a sound, or have a text spoken."""
    form = PromptForm(request.POST or None, request.FILES or None, use=request.GET.get("use", ""))
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            sound: Any = form.sound()
            made = actions.add_prompt(sound=sound, by=request.user, at=clock.now(), **form.columns())
            return done(request, _("The sound is added: listen to it."), "telephony:prompt", made.pk)
    return _page(request, form)


@require_http_methods(["GET", "POST"])
@rights.required("provider", "administer")
def prompt(request: HttpRequest, pk: int) -> HttpResponse:
    """Listen to a prompt, change its words or its sound."""
    this: Any = row_of(Prompt, request.user, pk, "administer")
    is_posted = request.method == "POST"
    form = PromptForm(request.POST if is_posted else None, request.FILES if is_posted else None, prompt=this)
    if is_posted and form.is_valid():
        with told_in(form):
            actions.change_prompt(this, sound=form.sound(), by=request.user, at=clock.now(), **form.columns())
            return done(request, _("Saved."), "telephony:prompt", pk)
    return _page(request, form, this)


def _page(request: HttpRequest, form: PromptForm, this: Prompt | None = None) -> HttpResponse:
    context = {
        "form": form, "prompt": this, "uses": uses_of_prompt(this) if this else [], "speakers": speech.speakers(),
        "missing": [one for one in speech.SPEAKERS if one not in speech.speakers()],
    }  # fmt: skip
    return answer(request, "telephony/pbx/prompt.html", context)


@require_POST
@rights.required("provider", "administer")
def prompt_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a sound away."""
    this: Any = row_of(Prompt, request.user, pk, "administer")
    remove = lambda: actions.remove_prompt(this, by=request.user, at=clock.now())  # noqa: E731
    return removed(request, remove, _("The sound is removed."), ["telephony:prompts"], ["telephony:prompt", pk])


@require_safe
@rights.required("provider", "view")
def sound(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The sound itself, for the player of the browser; parts of it on request (Range)."""
    this: Any = row_of(Prompt, request.user, pk)
    path = files.path_of(this.file)
    if path is None:
        raise Http404
    return ranged(request, Content(path.stat().st_size, "audio/wav", f'"{this.file}"', partial(files.pieces, path)))
