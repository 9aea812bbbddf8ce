"""One employee: what he does, listening to his talk, his queues and state, and who stepped in before."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.staff import reads as staff
from perezvon.staff.models import Presence, User
from perezvon.web.respond import page_or_fragment

from ... import access, agents
from ...actions import supervision
from ...models import Call, Queue, QueueMember, Supervision
from ...wallboard.people import UNSAID
from ...wallboard.words import DOING, TONES
from .answers import done, refused
from .board import for_viewers

TALKS = (Call.State.TALKING, Call.State.HELD)
OFFERED = (Presence.State.AVAILABLE, Presence.State.BREAK, Presence.State.DND, Presence.State.OFFLINE)


@require_safe
@never_cache
@for_viewers
def agent(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet of an employee: on its own page, or in a dialog over the board."""
    employee, now = access.agent(request.user, pk), clock.now()
    state = agents.states([pk], now)[pk]
    call = _talk(request.user, state.call_id)
    leads = rights.allows(request.user, "call", "supervise", department_id=employee.department_id)
    context = {
        "employee": employee, "state": state, **_said(employee, state), "call": call,
        "may_listen": bool(call and _is_own(call) and _may(request.user, "listen", call)),
        "may_step_in": bool(call and _is_own(call) and _may(request.user, "supervise", call)),
        "queues": _queues(employee) if leads else [], "states": _states() if leads else [],
        "history": list(_history(request.user, employee)),
    }  # fmt: skip
    return page_or_fragment(
        request, "telephony/supervisor/agent.html", context, fragment="telephony/supervisor/_agent.html"
    )


def _said(employee: User, state: agents.AgentState) -> dict[str, object]:
    """What he does in the words and the colour of the board: who never chose a state is rung all the same."""
    is_unsaid = not employee.presence and state.state == Presence.State.OFFLINE
    name = UNSAID if is_unsaid else state.state
    return {"label": DOING[name] if is_unsaid else state.label, "tone": TONES.get(name, "secondary")}


def _talk(user: Any, call_id: int | None) -> Call | None:
    rows = Call.objects.visible_to(user).live().select_related("person", "provider")
    return rows.filter(pk=call_id, state__in=TALKS).first() if call_id else None


def _is_own(call: Call) -> bool:
    return call.provider.kind == "asterisk"


def _may(user: Any, verb: str, call: Call) -> bool:
    return rights.allows(user, "call", verb, owner_id=call.user_id, department_id=call.department_id)


def _queues(employee: User) -> list[dict[str, Any]]:
    """Queues of our own exchanges at which he has a number, with his skill in each."""
    skills = dict(QueueMember.objects.filter(user=employee).values_list("queue_id", "skill"))
    rows = Queue.objects.filter(is_enabled=True, provider__kind="asterisk", provider__is_enabled=True)
    mine = rows.filter(provider__extensions__user=employee).distinct().order_by("name", "pk")
    return [{"queue": queue, "skill": skills.get(queue.pk)} for queue in mine]


def _states() -> list[dict[str, Any]]:
    offered = []
    for state in OFFERED:
        reasons = [one.name for one in staff.reasons() if one.state == state]
        offered += [{"value": f"{state}:{reason}", "label": reason or state.label} for reason in reasons or [""]]
    return offered


def _history(user: Any, employee: User) -> Any:
    rows = Supervision.objects.visible_to(user).filter(employee=employee).select_related("by", "employee")
    return rows[:8]


@require_POST
@for_viewers
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Send somebody on a break, or back on the line."""
    employee = access.agent(request.user, pk, "supervise")
    chosen, _colon, reason = request.POST.get("state", "").partition(":")
    if chosen not in OFFERED or reason not in ("", *(one.name for one in staff.reasons() if one.state == chosen)):
        return HttpResponseBadRequest()
    supervision.set_state(employee, chosen, reason=reason, by=request.user, at=clock.now())
    return done(request, _("%(name)s: %(state)s") % {"name": employee.name, "state": reason or Presence.State(chosen).label})  # fmt: skip


@require_POST
@for_viewers
def queue(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody answer a queue with this skill ("" = no longer)."""
    employee = access.agent(request.user, pk, "supervise")
    wanted = next(
        (one["queue"] for one in _queues(employee) if str(one["queue"].pk) == request.POST.get("queue")), None
    )
    text = request.POST.get("skill", "")
    if wanted is None or not (text == "" or text.isascii() and text.isdecimal() and len(text) < 3):
        return HttpResponseBadRequest()
    try:
        supervision.put_into_queue(employee, wanted, int(text) if text else None, by=request.user, at=clock.now())
    except ValidationError as error:
        return refused(request, " ".join(error.messages))
    except supervision.Refused as error:
        return refused(request, _("It is written down, but the exchange did not take it yet: %(why)s") % {"why": error.reason})  # fmt: skip
    return done(request, _("The queues of %(name)s are changed.") % {"name": employee.name})


@require_safe
@never_cache
@login_required
def history(request: HttpRequest) -> HttpResponse:
    """Who stepped in where: all that this person supervises, and everything that concerned himself."""
    rows = Supervision.objects.visible_to(request.user).select_related("by", "employee", "call")
    return page_or_fragment(request, "telephony/supervisor/history.html", {"rows": list(rows[:100])})
