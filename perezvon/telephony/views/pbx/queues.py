"""Queues of our own exchange."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.staff.views.answers import told_in

from ... import actions, sentences
from ...destinations import Book, uses_of
from ...forms.queues import QueueForm
from ...models import Provider, Queue, Way
from .common import answer, done, of_exchange, removed, row_of


@require_safe
@of_exchange()
def queues(request: HttpRequest, exchange: Provider) -> HttpResponse:
    """All queues of the exchange, and what a caller of each goes through."""
    book = Book(exchange.pk)
    rows = Queue.objects.filter(provider=exchange).select_related("department").order_by("-is_enabled", "name", "pk")
    rows = rows.annotate(people=Count("members")).prefetch_related("members__user")
    found = [{"this": one, "words": sentences.of_queue(one, book)} for one in rows]
    may_edit = rights.can(request.user, "provider", "administer")
    return render(request, "telephony/pbx/queues.html", {"exchange": exchange, "queues": found, "may_edit": may_edit})


@require_http_methods(["GET", "POST"])
@of_exchange("administer")
def queue_add(request: HttpRequest, exchange: Provider) -> HttpResponse:
    """Add a queue."""
    form = QueueForm(request.POST or None, book=Book(exchange.pk))
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            values = {"members": form.members(), "by": request.user, "at": clock.now(), **form.columns()}
            made = actions.add_queue(exchange, **values)
            return done(request, _("The queue is added."), "telephony:pbx_queue", made.pk)
    return answer(request, "telephony/pbx/queue.html", {"form": form, "exchange": exchange})


@require_http_methods(["GET", "POST"])
@rights.required("provider", "administer")
def queue(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a queue and who answers it."""
    this: Any = row_of(Queue, request.user, pk, "administer", "provider")
    book = Book(this.provider_id)
    form = QueueForm(request.POST if request.method == "POST" else None, book=book, queue=this)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            values = {"members": form.members(), "by": request.user, "at": clock.now(), **form.columns()}
            actions.change_queue(this, **values)
            return done(request, _("Saved."), "telephony:pbx_queue", pk)
    this.refresh_from_db()  # the sentence tells what is in force, not what was refused
    context = {
        "form": form, "queue": this, "exchange": this.provider, "uses": uses_of(f"{Way.QUEUE}:{pk}"),
        "words": sentences.of_queue(this, book),
    }  # fmt: skip
    return answer(request, "telephony/pbx/queue.html", context)


@require_POST
@rights.required("provider", "administer")
def queue_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a queue away."""
    this: Any = row_of(Queue, request.user, pk, "administer", "provider")
    remove = lambda: actions.remove_queue(this, by=request.user, at=clock.now())  # noqa: E731
    return removed(request, remove, _("The queue is removed."), ["telephony:pbx_queues"], ["telephony:pbx_queue", pk])
