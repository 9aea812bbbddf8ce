"""How the supervisor's pages answer: back to the board with a word, or the reason why not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from perezvon.web.respond import wants_fragment

CONFLICT = 409


def done(request: HttpRequest, word: object, to: str = "") -> HttpResponse:
    """Back to the board (or to ``to``) with a word."""
    messages.success(request, str(word))
    return HttpResponseRedirect(to or reverse("telephony:wallboard"))


def refused(request: HttpRequest, why: object) -> HttpResponse:
    """It could not be done: the dialog stays and says why; without script the board does."""
    if wants_fragment(request):
        return HttpResponse(str(why), status=CONFLICT, content_type="text/plain; charset=utf-8")
    messages.error(request, str(why))
    return HttpResponseRedirect(reverse("telephony:wallboard"))
