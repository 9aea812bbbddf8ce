"""Where a journey stands: a pure function of what is known of it.

Source of the rules: the product's glossary (docs/glossary.md), loss stages L01-L14: one terminal
stage per journey; a lost call is made good when the client is reached or comes back himself within
the window, or is sold to. The walk goes gate by gate, as the client does; at the first gate that he
does not pass it stops, so there is at most one loss.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from .journey import IN, OUT, Episode, Journey, Limits, Standing, Touch
from .sales import SaleStanding, sale_standing
from .stages import BY_KEY, KEY_OF_RANK, PASSED_BEFORE, deal_step
from .work import Lapse, follow_up, work_began

BY_US, BY_CLIENT, SOLD = "by_us", "by_client", "sold"
_SHORT = ("L03", "L05", "L07")
_TALK, _ENTERED, _WORKED = (BY_KEY[key].rank for key in ("talk", "entered", "worked"))
_ANSWER = BY_KEY["answer"].rank


@dataclass(slots=True)
class _Walk:
    """The walk so far."""

    journey: Journey
    limits: Limits
    at: datetime
    touches: list[Touch]
    sale: SaleStanding | None
    rank: int = 0
    observed: bool = True
    loss: Episode | None = None
    healed: list[Episode] = field(default_factory=list)
    looks: list[datetime] = field(default_factory=list)

    def fails(self, code: str, due: datetime) -> None:
        """The gate is to be passed by ``due``; a journey closed by hand waits for nothing more."""
        if self.journey.closed_at is not None and due > self.journey.closed_at:
            return
        if self.at >= due:
            self.loss = Episode(code, due)
        else:
            self.looks.append(due)

    def late(self, code: str, due: datetime, passed_at: datetime, recovery: str = BY_US) -> None:
        """The gate was passed, but after ``due``: lost for a while and made good."""
        if passed_at > due:
            self.healed.append(Episode(code, due, passed_at, recovery))


def stand(journey: Journey, limits: Limits, at: datetime) -> Standing:
    """The standing at ``at``; ``Standing.look_at`` is when it may change by the mere flow of time."""
    touches = sorted(journey.touches, key=lambda touch: touch.order)
    sale = sale_standing(journey.sale) if journey.sale else None
    walk = _Walk(journey, limits, at, touches, sale)
    reach = _through_contacts(walk)
    if walk.loss is None and (reach or sale):
        _through_the_office(walk, reach)
    return _standing(walk)


def _through_contacts(walk: _Walk) -> Touch | None:
    """The gates of the exchange; the contact that reached the client, if there is one."""
    window, lost = walk.limits.window, None
    for touch in walk.touches:
        if walk.sale and touch.at >= walk.sale.opened_at:
            break  # whoever has a deal is past these gates
        if lost and touch.at > lost.lost_at + window:
            break
        if touch.is_reach:
            _heal(walk, lost, touch.at, BY_CLIENT if touch.direction == IN else BY_US)
            walk.observed = touch.observed
            return touch
        if touch.is_lost:
            lost = Episode(touch.stage, touch.end, is_short=_is_short(touch, walk.limits), observed=touch.observed)
            walk.rank, walk.observed = PASSED_BEFORE[touch.stage], touch.observed
        elif lost is None and touch.direction == IN:
            walk.rank = max(walk.rank, _ANSWER if touch.answered_at else 0)
    if lost and walk.sale:
        _heal(walk, lost, walk.sale.opened_at, SOLD if walk.sale.won_at else BY_US)
    else:
        walk.loss = lost
    return None


def _heal(walk: _Walk, lost: Episode | None, at: datetime, recovery: str) -> None:
    if lost:
        walk.healed.append(replace(lost, healed_at=at, recovery=recovery))


def _is_short(touch: Touch, limits: Limits) -> bool:
    waited = (touch.end - touch.at).total_seconds()
    return touch.stage in _SHORT and touch.cause == "caller_hangup" and waited < limits.short_seconds


def _through_the_office(walk: _Walk, reach: Touch | None) -> None:
    """The gates behind the talk: entered, taken into work, carried on, sold, sold again."""
    since = reach.at if reach else walk.journey.opened_at
    entered = _entered(walk, reach)
    if entered is None:
        return
    walk.rank = _ENTERED
    worked = work_began(walk.journey, walk.touches, since, entered)
    if not _work(walk, entered, worked):
        return
    walk.rank = _WORKED
    assert worked is not None  # noqa: S101  _work says so
    _carried_on(walk, worked)


def _entered(walk: _Walk, reach: Touch | None) -> datetime | None:
    """When the client was put into the CRM; a form and a deal do that by themselves."""
    known = [walk.journey.entered_at] if walk.journey.entered_at else []
    known += [walk.sale.opened_at] if walk.sale else []
    if reach is None:
        return walk.sale.opened_at if walk.sale else None
    if not reach.is_talk:
        return reach.at
    walk.rank = _TALK
    known += [touch.at for touch in walk.touches if touch.is_reach and not touch.is_talk and touch.at >= reach.at]
    due = reach.end + walk.limits.entry
    if not known:
        walk.fails("L09", due)
        return None
    entered = max(reach.end, min(known))
    walk.late("L09", due, entered)
    return entered


def _work(walk: _Walk, entered: datetime, worked: datetime | None) -> bool:
    seconds = walk.limits.work_seconds
    if worked is not None and (worked - entered).total_seconds() <= seconds:
        return True  # working time never runs faster than the clock: no need to ask the calendar
    due = walk.limits.calendar.add(entered, seconds)
    if worked is None:
        walk.fails("L10", due)
        return False
    walk.late("L10", due, worked)
    return True


def _carried_on(walk: _Walk, worked: datetime) -> None:
    """Next steps kept up to date until the deal ends; then its outcome, then the repeat sale."""
    sale, journey = walk.sale, walk.journey
    lapses, due = follow_up(journey, walk.touches, worked, walk.limits.follow_up)
    walk.healed += [_made_good(lapse) for lapse in lapses]
    if sale is None:
        if due is not None:
            walk.fails("L11", due)
        return
    walk.rank = sale.rank
    walk.observed = True
    walk.healed += [Episode("L13", lost, again, BY_US) for lost, again in sale.reopened]
    if sale.lost_at:
        walk.loss = Episode("L13", sale.lost_at)
    elif sale.won_at:
        _sold_again(walk, sale.won_at)
    elif due is not None:
        walk.fails("L11", due)


def _made_good(lapse: Lapse) -> Episode:
    return Episode("L11", lapse.due, lapse.ended_at, BY_CLIENT if lapse.by_client else BY_US)


def _sold_again(walk: _Walk, won_at: datetime) -> None:
    due, repeat = won_at + walk.limits.upsell, walk.journey.repeat_at
    if repeat is None:
        if walk.at >= due:
            walk.loss = Episode("L14", due)
        else:
            walk.looks.append(due)
        return
    walk.rank = BY_KEY["repeat"].rank
    walk.late("L14", due, repeat, SOLD)


def _standing(walk: _Walk) -> Standing:
    journey, sale, at = walk.journey, walk.sale, walk.at
    loss = Episode("L12", journey.out_at) if journey.out_at else walk.loss
    window = walk.loss.lost_at + walk.limits.window if _is_in_window(walk.loss) and walk.loss else None
    if window and at < window:
        walk.looks.append(window)
    state, closed_at = _state(walk, window)
    last = max(walk.healed, key=lambda episode: (episode.healed_at, episode.loss), default=None)
    response = first_response(walk)
    overdue = _overdue(walk, response) if state == "open" else None
    step = _step(walk)
    return Standing(
        state=state,
        step=step,
        rank=walk.rank,
        loss=loss.loss if loss else "",
        lost_at=loss.lost_at if loss else None,
        is_short=bool(loss and loss.is_short),
        healed=last.loss if last else "",
        recovery=last.recovery if last else "",
        recovered_at=last.healed_at if last else None,
        observed=walk.observed,
        window_until=window,
        missed_at=None if journey.out_at or journey.closed_at else _missed(walk),
        first_response_at=response,
        overdue_since=overdue,
        closed_at=closed_at,
        deal_stage_id=sale.stage_id if sale else None,
        amount=sale.amount if sale and sale.won_at else Decimal(),
        paid=sale.paid if sale else Decimal(),
        won_at=sale.won_at if sale else None,
        paid_at=sale.paid_at if sale else None,
        repeat_at=journey.repeat_at if sale and sale.won_at else None,
        look_at=min((look for look in walk.looks if look > at), default=None),
    )


def _step(walk: _Walk) -> str:
    sale = walk.sale
    if sale and sale.stage_id and walk.rank not in KEY_OF_RANK:
        return deal_step(sale.stage_id, sale.order)[0]
    return KEY_OF_RANK.get(walk.rank, "deal")


def _is_in_window(loss: Episode | None) -> bool:
    return loss is not None and loss.loss in PASSED_BEFORE


def _state(walk: _Walk, window: datetime | None) -> tuple[str, datetime | None]:
    journey, sale = walk.journey, walk.sale
    if journey.out_at:
        return "out", journey.out_at
    ends = [journey.closed_at, sale.lost_at or sale.won_at if sale else None]
    ends.append(window if window and walk.at >= window else None)
    if walk.touches and all(touch.is_barred for touch in walk.touches):
        ends.append(max(touch.end for touch in walk.touches))
    known = [end for end in ends if end]
    return ("closed", min(known)) if known else ("open", None)


def _missed(walk: _Walk) -> datetime | None:
    """When the client rang last and nobody has talked to him since."""
    lost = [touch for touch in walk.touches if touch.is_lost]
    if not lost:
        return None
    last = max(lost, key=lambda touch: touch.end)
    reached = [touch.at for touch in walk.touches if touch.is_talk]
    reached += [walk.sale.opened_at] if walk.sale else []
    return None if any(moment >= last.at for moment in reached) else last.end


def first_response(walk: _Walk) -> datetime | None:
    """When somebody of ours first did something about it: talk, outbound contact, note, task, deal."""
    journey = walk.journey
    if journey.worked_from_start:
        return journey.opened_at
    moments = responses(journey, walk.touches)
    return min((moment for moment in moments if moment >= journey.opened_at), default=None)


def responses(journey: Journey, touches: Sequence[Touch]) -> list[datetime]:
    """The moments at which somebody of ours did something about it, in no order."""
    moments = [_response(touch) for touch in touches if touch.is_talk or touch.direction == OUT]
    moments += [plan.done_at for plan in journey.plans if plan.done_at and plan.done_by_person]
    return [*moments, *journey.notes, *([journey.sale.opened_at] if journey.sale else [])]


def _response(touch: Touch) -> datetime:
    return touch.answered_at or touch.at


def _overdue(walk: _Walk, response: datetime | None) -> datetime | None:
    """Since when the first response or the nearest next step is late; None = all in time."""
    dues = [plan.deadline for plan in walk.journey.plans if plan.done_at is None]
    if response is None and walk.journey.response_due:
        dues.append(walk.journey.response_due)
    walk.looks += [due for due in dues if due > walk.at]
    late = [due for due in dues if due <= walk.at]
    return min(late, default=None)
