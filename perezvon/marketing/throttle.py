"""How often one address may post to one form: a window of a minute in the memory of the process.

Several web processes count apart, so the real limit is at most as many times higher; in exchange a
flood costs no database work at all.
"""

from threading import Lock

WINDOW = 60.0
_MOST = 20_000
_counts: dict[tuple[int, str], tuple[float, int]] = {}
_lock = Lock()


def seconds_to_wait(form_id: int, address: str, limit: int, *, clock: float) -> int:
    """0 when the post may pass (and it is counted), else after how many seconds to come again.

    ``limit`` posts a minute, 0 = no limit; ``clock`` is monotonic seconds.
    """
    if not limit:
        return 0
    with _lock:
        start, count = _counts.get((form_id, address), (clock, 0))
        if clock - start >= WINDOW:
            start, count = clock, 0
        if count >= limit:
            return max(1, round(WINDOW - (clock - start)))
        if len(_counts) >= _MOST:
            _drop_old(clock)
        _counts[form_id, address] = (start, count + 1)
    return 0


def _drop_old(clock: float) -> None:
    for key in [key for key, (start, _) in _counts.items() if clock - start >= WINDOW] or list(_counts):
        del _counts[key]


def forget() -> None:
    """Start counting anew."""
    _counts.clear()
