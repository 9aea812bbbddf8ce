"""Calling through a list: the client whose turn it is, what came of it, the next one."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.staff import reads as staff

from .. import actions, doubles, hooks, reads
from ..actions import rounds
from ..forms import DoneForm
from ..models import CallRound, Person, Task, TaskKind
from ..timeline import timeline
from .answers import UNPROCESSABLE, done, refused

SEEN = 6


def may_call_through(user: Any) -> bool:
    """Whether the person may call clients one after another."""
    return rights.can(user, "task", "add") and rights.can(user, "person", "view")


def call_through(user: Any, name: str, people: list[int]) -> str:
    """Begin a round with those of the people whom he may see; the address where it goes on, "" for nobody."""
    seen = set(Person.objects.visible_to(user).filter(pk__in=people).values_list("pk", flat=True))
    mine = [pk for pk in people if pk in seen]
    if not mine or not may_call_through(user):
        return ""
    rounds.begin_round(name, mine, by=user, at=clock.now())
    return reverse("crm:round")


def _now(user: Any) -> CallRound | None:
    return CallRound.objects.filter(user=user.pk, ended_at=None).first()


def _person(user: Any, one: CallRound) -> Person | None:
    """Whose turn it is; those who are out of sight by now are passed over."""
    at = clock.now()
    while one.person_id is not None and one.ended_at is None:
        found = Person.objects.visible_to(user).filter(pk=one.person_id).select_related("company").first()
        if found is not None:
            return found  # type: ignore[no-any-return]
        rounds.go_on(one, by=user, at=at)
    return None


def _about(one: CallRound, person: Person, user: Any) -> Task:
    """The call that is planned with him, else one that would be set; not saved."""
    mine = Task.objects.open().filter(person=person, responsible=user, kind=TaskKind.CALL).select_related("deal__stage")
    return mine.order_by("deadline", "pk").first() or Task(
        kind=TaskKind.CALL, title=one.name, person=person, deal=rounds.deal_of(person, user), responsible=user,
        department_id=user.department_id,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("task", "add")
def round_of_calls(request: HttpRequest) -> HttpResponse:
    """The client whose turn it is with the form for what came of the call; POST says it."""
    user: Any = request.user
    one, at = _now(user), clock.now()
    person = _person(user, one) if one else None
    if one is None or person is None:
        return render(request, "crm/round.html", {"round": None})
    task = _about(one, person, user)
    form = DoneForm(request.POST if request.method == "POST" else None, task=task)
    if request.method == "POST" and request.POST.get("person") != str(person.pk):
        return redirect("crm:round")  # said in another window already
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        then = form.then(user, at, staff.calendar_of(user.department_id))
        try:
            rounds.answer_round(
                one,
                person,
                result=form.outcome(values),
                outcome=values["result"],
                comment=values["text"],
                then=then,
                by=user,
                at=at,
            )
        except actions.Refused as error:
            refused(form, error)
        else:
            return redirect("crm:round")
    phone = reads.phone_of(person.pk)
    context = {
        "round": one, "person": person, "deal": task.deal, "form": form, "number": one.place + 1, "of": len(one.people), "task": task,
        "phone": doubles.shown(phone, rights.sees_phones(user)) if phone else "", "why_not": hooks.call_refusal(person.pk, at),
        "items": timeline(user, "", "", person_id=person.pk).items[:SEEN],
    }  # fmt: skip
    return render(request, "crm/round.html", context, status=UNPROCESSABLE if request.method == "POST" else 200)


@require_POST
@rights.required("task", "add")
def skip(request: HttpRequest) -> HttpResponse:
    """Leave this client out; ``end`` ends the round."""
    one, at = _now(request.user), clock.now()
    if one is None:
        raise Http404
    if "end" in request.POST:
        rounds.end_round(one, by=request.user, at=at)
        return done(request, reverse("crm:people"), _("The round of calls is over."))
    if request.POST.get("person") == str(one.person_id):
        rounds.go_on(one, by=request.user, at=at)
    return redirect("crm:round")
