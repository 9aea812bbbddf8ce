"""The picture of a number's route, with the losses of the last days on it; trying it without a call."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from perezvon.crm.reads import by_phone
from perezvon.kit import clock
from perezvon.kit.periods import Period
from perezvon.staff import access as rights

from ... import actions, hours, sentences
from ...destinations import Book
from ...forms.routes import TryForm
from ...models import Line, Queue
from ...pbx.nodes import plan_for
from ...pbx.plan import Line as Planned
from ...pbx.plan import Plan
from ...route.drawing import draw, headline
from ...route.graph import Graph
from ...route.traffic import calls_of, names_of_queues, traffic_of
from ...route.walk import Step, Try, walk

DAYS = 30


@require_safe
@rights.required("number", "view")
def route(request: HttpRequest, pk: int) -> HttpResponse:
    """Nodes and arrows of one line, what they carried and lost; and a call that is only imagined."""
    rows = Line.objects.visible_to(request.user).select_related("provider", "department", "calendar")
    line: Any = get_object_or_404(rows, pk=pk)
    if line.provider is None:
        return render(request, "telephony/pbx/route.html", {"line": line})
    plan = plan_for(line.provider)
    planned = next(one for one in plan.lines if one.id == pk)
    since = timezone.localdate(clock.now()) - timedelta(days=DAYS - 1)
    start = Period.of_days(since, since, timezone.get_current_timezone()).start
    graph = Graph(planned, plan)
    traffic = traffic_of(graph, calls_of(line.number, request.user, start), names_of_queues())
    form = TryForm(request.GET if "queue" in request.GET else None)
    links = rights.can(request.user, "provider", "administer")
    context = {
        "line": line, "picture": draw(graph, traffic, since, links=links), "headline": headline(traffic), "days": DAYS,
        "strayed": traffic.strayed, "form": form, "steps": _steps(request, form, line, planned, plan), "may_edit": links,
    }  # fmt: skip
    return render(request, "telephony/pbx/route.html", context)


def _steps(request: HttpRequest, form: TryForm, line: Line, planned: Planned, plan: Plan) -> list[Step]:
    """The imagined call in words; [] until it is asked for."""
    if not form.is_bound or not form.is_valid():
        return []
    at: datetime = form.chosen("when") or clock.now()
    phone = form.chosen("phone")
    manager = _manager(request.user, phone, plan)
    imagined = Try(
        is_open=hours.is_open(line, at), is_blocked=actions.is_blocked(phone, at), manager=manager,
        keys=form.chosen("keys"), queue=form.chosen("queue"),
    )  # fmt: skip
    book = Book(line.provider_id)

    def queue_words(pk: int) -> list[str]:
        return sentences.of_queue(Queue.objects.prefetch_related("members__user").get(pk=pk), book)

    return [*_caller(request.user, phone), *walk(planned, plan, imagined, queue_words)]


def _manager(user: Any, phone: str, plan: Plan) -> str:
    """The client's own manager, when he has a telephone at this exchange; only clients whom the reader may see."""
    cards = by_phone(phone, user) if phone else []
    found = (plan.person(card.responsible_id) for card in cards if card.responsible_id)
    return next((person.name for person in found if person), "")


def _caller(user: Any, phone: str) -> list[Step]:
    if not phone:
        return []
    card = next(iter(by_phone(phone, user)), None)
    words = _("The caller is known: %(name)s.") % {"name": card.name or "—"} if card else _("The caller is not known.")
    return [Step(words, "user" if card else "user-question")]
