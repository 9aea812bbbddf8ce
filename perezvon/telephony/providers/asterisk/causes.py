"""Q.850 numbers and queue statuses in canonical causes. Source: ITU-T Q.850; app_queue's QUEUESTATUS."""

from ...stages import Cause

_Q850 = {
    1: Cause.INVALID_NUMBER, 16: Cause.NORMAL, 17: Cause.BUSY, 18: Cause.NO_ANSWER, 19: Cause.NO_ANSWER,
    20: Cause.UNAVAILABLE, 21: Cause.REJECTED, 26: Cause.ANSWERED_ELSEWHERE, 27: Cause.UNAVAILABLE,
    28: Cause.INVALID_NUMBER, 34: Cause.LINES_EXHAUSTED, 38: Cause.NETWORK_ERROR, 41: Cause.NETWORK_ERROR,
    42: Cause.LINES_EXHAUSTED, 44: Cause.LINES_EXHAUSTED, 50: Cause.BILLING, 52: Cause.BARRED, 54: Cause.BARRED,
    58: Cause.NETWORK_ERROR, 102: Cause.NETWORK_ERROR, 127: Cause.NETWORK_ERROR,
}  # fmt: skip
QUEUE_STATUS = {
    "TIMEOUT": Cause.QUEUE_TIMEOUT,
    "FULL": Cause.QUEUE_FULL,
    "JOINEMPTY": Cause.NO_AGENTS,
    "LEAVEEMPTY": Cause.NO_AGENTS,
    "JOINUNAVAIL": Cause.NO_AGENTS,
    "LEAVEUNAVAIL": Cause.NO_AGENTS,
}
DIAL_STATUS = {
    "BUSY": Cause.BUSY, "NOANSWER": Cause.NO_ANSWER, "CANCEL": Cause.CALLER_HANGUP, "CHANUNAVAIL": Cause.UNAVAILABLE,
    "CONGESTION": Cause.NETWORK_ERROR, "DONTCALL": Cause.BARRED, "TORTURE": Cause.BARRED, "ABORT": Cause.NO_ANSWER,
}  # fmt: skip


def q850(number: str) -> Cause:
    """The cause of a Q.850 number; an unknown one (0 too) says nothing: normal."""
    return _Q850.get(int(number), Cause.NORMAL) if number.isdecimal() and len(number) < 4 else Cause.NORMAL
