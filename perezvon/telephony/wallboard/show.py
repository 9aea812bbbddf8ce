"""One board for everybody who looks at one moment; used by the stream, by pages and by alerts."""

from datetime import datetime, timedelta
from functools import cached_property

from perezvon.staff import reads as staff

from ..models import Line
from . import keeping
from .board import Board, Reach
from .fragments import Picture, picture
from .gather import GATHERER
from .keeping import kept
from .pulse import Pulse, pulse
from .rows import Dresser, Sections
from .usual import usual, zone
from .viewer import Viewer

FRESH = timedelta(milliseconds=300)
_PULSE_KEPT = timedelta(seconds=3)
_pulses: dict[Reach, tuple[datetime, Pulse]] = {}


@kept(30)
def _line_names(at: datetime) -> dict[str, str]:
    return {line.number: str(line) for line in Line.objects.all() if line.name}


class Show:
    """The board at a moment with what is worked out from it, each thing once."""

    def __init__(self, at: datetime, *, no_older_than: timedelta = FRESH) -> None:
        self.board: Board = GATHERER.board(at, no_older_than=no_older_than)

    def pulse(self, reach: Reach) -> Pulse:
        """How the day goes within reach; a few seconds old at most."""
        at = self.board.at
        known = _pulses.get(reach)
        if known is None or not timedelta(0) <= at - known[0] < _PULSE_KEPT:
            day = self.board.midnight.astimezone(zone()).date()
            known = _pulses[reach] = at, pulse(self.board, usual(at, day), reach)
        return known[1]

    @cached_property
    def names(self) -> dict[int, str]:
        """Names of employees who are spoken of."""
        board = self.board
        clients = [one.client for one in board.waiting] + [one.client for one in board.losses]
        clients += [one.client for one in board.agents if one.client]
        ids = {client.responsible_id for client in clients}
        ids |= {user for one in self.board.waiting for user in one.rings}
        ids |= {one.taken_by for one in board.alerts}
        return staff.names_of(ids)

    def sections(self, viewer: Viewer) -> Sections:
        """The rows that this kind of viewers sees."""
        return Dresser(self.board, viewer, self.names, _line_names(self.board.at)).sections(self.pulse(viewer.calls))

    def picture(self, viewer: Viewer) -> Picture:
        """The same as HTML."""
        return picture(self.sections(viewer), viewer.language)


def forget() -> None:
    """Begin anew (for tests)."""
    GATHERER.forget()
    _pulses.clear()
    keeping.forget()
