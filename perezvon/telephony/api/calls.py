"""Calls: what happened, and calling with a button."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from perezvon.api.nouns import Caller, Expansion, Heard, Noun, fact_of, of_listing, register
from perezvon.api.problems import ApiProblem, wrong
from perezvon.api.schemas import Field, Id, In, Out
from perezvon.kit import phones

from ..actions.dialling import NotDialled, dial
from ..callees import callee
from ..listings import CALLS as LISTING
from ..models import Call, CallbackRequest, Dialling, QualityScore


class CallOut(Out):
    """A call as the exchange told it, with the stage where it ended."""

    id: int
    direction: Call.Direction
    state: Call.State
    phone: str = Field(description=_("The client's number, E.164; masked for those who may not see numbers."))
    person_id: int | None
    line: str = Field(description=_("The number that was dialled, E.164."))
    queue: str
    user_id: int | None = Field(description=_("Who talked."))
    department_id: int | None
    provider_id: int
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    wait_seconds: int
    talk_seconds: int
    stage: str = Field(description=_("Where it ended: L01 to L08, “talked”, or empty while it lasts."))
    cause: str
    observed: bool = Field(description=_("The exchange said so; false = it is inferred."))
    rating: int | None = Field(description=_("The client's mark after the talk."))
    promised_at: datetime | None = Field(description=_("When the client asked to be called back."))


def masked(*names: str) -> Any:
    """``dress``: numbers in these attributes as the caller may see them."""

    def dress(rows: Sequence[Any], caller: Caller) -> None:
        if not caller.sees_phones:
            for row in rows:
                for name in names:
                    setattr(row, name, phones.mask(getattr(row, name)))

    return dress


CALLS = of_listing(
    LISTING, "call", CallOut, related=(), dress=masked("phone"), expand={"person": Expansion("people", "person_id")},
    narrow={"person": "person_id", "user": "user_id", "line": "line", "stage": "stage", "direction": "direction", "state": "state"},
    heard=Heard(("call.",), fact_of("call_id")),
)  # fmt: skip


class DialIn(In):
    """Whom to call: one of them, or a number as typed. The caller's own telephone rings first."""

    person_id: Id | None = None
    deal_id: Id | None = None
    task_id: Id | None = None
    call_id: Id | None = None
    number: Annotated[str, Field(max_length=64)] = ""


class DiallingOut(Out):
    """A call that was asked for."""

    id: int
    user_id: int
    person_id: int | None
    task_id: int | None
    at: datetime
    state: Dialling.State
    error: str


DIALLINGS = register(Noun(
    "diallings", "dialling", _("Calls asked for with a button"), DiallingOut,
    lambda user, verb: Dialling.objects.filter(user=user.pk), narrow={"person": "person_id"},
))  # fmt: skip


@DIALLINGS.adds(
    DialIn, is_outside=True, about=_("At most once: a repeated request with the same key does not ring again.")
)
def call_somebody(caller: Caller, body: DialIn) -> Dialling:
    """The caller's telephone rings, then the client's."""
    given = {name.removesuffix("_id"): str(value) for name, value in body.given().items() if value}
    client = callee(caller.user, given)
    if client is None:
        raise wrong("body", _now("There is no number to call."), "no_number")
    try:
        return dial(caller.user, client.phone, person=client.person, task=client.task, by=caller.user, at=caller.at)
    except NotDialled as error:
        raise ApiProblem(409, "not_dialled", str(error)) from error


class CallbackRequestOut(Out):
    """A client who asked to be called back and keeps his place."""

    id: int
    call_id: int
    queue_id: int | None
    person_id: int | None
    phone: str
    joined_at: datetime
    asked_at: datetime
    state: CallbackRequest.State
    tries: int
    next_try_at: datetime | None
    ended_at: datetime | None


register(Noun(
    "callback-requests", "callback_request", _("Promised calls"), CallbackRequestOut,
    lambda user, verb: CallbackRequest.objects.visible_to(user, verb), "call", dress=masked("phone"),
    narrow={"state": "state", "person": "person_id", "queue": "queue_id"}, expand={"call": Expansion("calls", "call_id")},
))  # fmt: skip


class CallScoreOut(Out):
    """How well a call was handled, by one judge."""

    id: int
    call_id: int
    user_id: int | None
    by_id: int
    at: datetime
    total: int = Field(description=_("0 to 100."))
    comment: str


def _scores(user: Any, verb: str) -> Any:
    return QualityScore.objects.filter(call__in=Call.objects.visible_to(user, "score").order_by().values("pk"))


register(Noun(
    "call-scores", "call_score", _("Scores of calls"), CallScoreOut, _scores, "call", view="score",
    narrow={"call": "call_id", "user": "user_id"}, expand={"call": Expansion("calls", "call_id")},
))  # fmt: skip
