"""What people will do and when: a queue of work ordered by simulated time."""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

Work = Callable[[datetime], object]


class Agenda:
    """Work with a moment; equal moments keep the order in which they were planned."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Work]] = []
        self._order = count()

    def plan(self, at: datetime, work: Work) -> None:
        heapq.heappush(self._heap, (at, next(self._order), work))

    def do_until(self, moment: datetime) -> int:
        """Do everything planned for ``moment`` or earlier; how much that was."""
        done = 0
        while self._heap and self._heap[0][0] <= moment:
            at, _, work = heapq.heappop(self._heap)
            work(at)
            done += 1
        return done

    def __len__(self) -> int:
        return len(self._heap)
