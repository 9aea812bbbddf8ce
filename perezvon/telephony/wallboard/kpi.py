"""The contact centre's figures and their formulas; pure.

All three usual definitions of the service level are given side by side, because vendors mean different things by one word:
of the answered (Wazo), with the abandoned ones (QueueMetrics calls it inclusive), of all offered but for short hang-ups.
"""

from typing import NamedTuple, Self


class Tally(NamedTuple):
    """Calls of clients counted over some stretch; waits and talks are sums of seconds.

    ``within`` are those answered within the queue's own time, ``abandoned`` those who hung up while waiting, ``short``
    the ones of them who waited less than five seconds, ``lost`` everybody who talked to nobody, ``handled`` the talks
    that are over (``talked`` seconds).
    """

    offered: int = 0
    answered: int = 0
    within: int = 0
    waited: int = 0
    abandoned: int = 0
    short: int = 0
    lost: int = 0
    handled: int = 0
    talked: int = 0

    def plus(self, other: Self) -> "Tally":
        """Both together."""
        return Tally(*(one + two for one, two in zip(self, other, strict=True)))

    @property
    def of_answered(self) -> float | None:
        """Service level: answered in time / answered."""
        return _share(self.within, self.answered)

    @property
    def inclusive(self) -> float | None:
        """Service level: answered in time / (answered + abandoned)."""
        return _share(self.within, self.answered + self.abandoned)

    @property
    def of_offered(self) -> float | None:
        """Service level: answered in time / (offered - short hang-ups)."""
        return _share(self.within, self.offered - self.short)

    @property
    def asa(self) -> float | None:
        """Average speed of answer, seconds: the wait of the answered / answered."""
        return _share(self.waited, self.answered)

    @property
    def aht(self) -> float | None:
        """Average length of a talk, seconds, holds included."""
        return _share(self.talked, self.handled)

    @property
    def abandonment(self) -> float | None:
        """Abandoned / offered."""
        return _share(self.abandoned, self.offered)

    @property
    def abandonment_long(self) -> float | None:
        """The same without those who hung up within five seconds, on both sides."""
        return _share(self.abandoned - self.short, self.offered - self.short)

    @property
    def loss(self) -> float | None:
        """Lost at whatever stage / offered."""
        return _share(self.lost, self.offered)


NOTHING = Tally()
LEVELS = ("of_answered", "inclusive", "of_offered")


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def occupancy(worked: float, logged: float) -> float | None:
    """(talk + hold + wrap-up) / (logged in - breaks), seconds; at most 1. None for somebody who was not logged in."""
    return min(1.0, worked / logged) if logged > 0 else None
