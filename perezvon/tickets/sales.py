"""What the deal of a journey says of it: pure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .journey import Move, Sale
from .stages import BY_KEY, deal_step

WON, LOST, WARM_UP = "won", "lost", "warm_up"
_WON, _PAID = BY_KEY["won"].rank, BY_KEY["paid"].rank


@dataclass(frozen=True, slots=True)
class SaleStanding:
    """Rank and stage of the deal; ``reopened`` are the spans (lost at, opened again at)."""

    opened_at: datetime
    rank: int
    stage_id: int | None
    order: int
    amount: Decimal
    paid: Decimal
    won_at: datetime | None
    paid_at: datetime | None
    lost_at: datetime | None
    reopened: tuple[tuple[datetime, datetime], ...]


def sale_standing(sale: Sale) -> SaleStanding:
    """Where the deal stands: in its open stage, or lost from one, or won, or paid in full."""
    moves = sorted(sale.moves, key=lambda move: (move.at, move.number))
    last = moves[-1] if moves else None
    place = next((move for move in reversed(moves) if move.kind not in (WON, LOST)), last)
    won_at = last.at if last and last.kind == WON else None
    paid_at = _paid_at(sale, won_at) if won_at else None
    # Warming up is no step forward: the deal has come as far as the stage it was put aside from.
    reached = next((move for move in reversed(moves) if move.kind not in (WON, LOST, WARM_UP)), None)
    _key, rank = deal_step(0, reached.order if reached else 0)
    return SaleStanding(
        opened_at=sale.opened_at,
        rank=_PAID if paid_at else _WON if won_at else rank,
        stage_id=place.stage_id if place else None,
        order=place.order if place else 0,
        amount=sale.amount,
        paid=sum((amount for _at, amount in sale.payments), Decimal()),
        won_at=won_at,
        paid_at=paid_at,
        lost_at=last.at if last and last.kind == LOST else None,
        reopened=tuple(_reopened(moves)),
    )


def _paid_at(sale: Sale, won_at: datetime) -> datetime | None:
    """When the payments came up to the amount of the won deal; None while they do not."""
    total, reached = Decimal(), None
    for at, amount in sorted(sale.payments):
        total += amount
        is_full = total > 0 and total >= sale.amount
        reached = (reached or at) if is_full else None
    return max(reached, won_at) if reached else None


def _reopened(moves: list[Move]) -> list[tuple[datetime, datetime]]:
    pairs = zip(moves, moves[1:], strict=False)
    return [(one.at, other.at) for one, other in pairs if one.kind == LOST and other.kind != LOST]
